using System.CommandLine;
using Skyline.Cli.Connection;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Pools;

/// <summary>`skyline pool list|show|create|edit|token|revoke|remove`.</summary>
static class PoolCommand
{
    public static Command Make(GlobalOptions global) => new("pool", "Look at and make pools: builders that come and go together, as many as are needed")
    {
        ListCommand(global), ShowCommand(global), CreateCommand(global), EditCommand(global), TokenCommand(global), RevokeCommand(global), RemoveCommand(global),
    };

    static Command ListCommand(GlobalOptions global)
    {
        var command = new Command("list", "List the pools");
        global.Does(command, async (_, session, ct) => List(session, await session.Client.Pools(ct)));
        return command;
    }

    static Command ShowCommand(GlobalOptions global)
    {
        var (name, command) = OfOne("show", "Show a pool: its builders, how many it shall have, and why");
        global.Does(command, async (parsed, session, ct) => Show(session, await session.Client.Pool(parsed.GetRequiredValue(name), ct)));
        return command;
    }

    static Command CreateCommand(GlobalOptions global)
    {
        var (name, command) = OfOne("create", "Make a pool, and print the token that its machines join with: the only time it is shown");
        var (most, least, slots, service, idle) = Sizes(mostRequired: true);
        var channel = new Option<string?>("--channel") { Description = "The channel that its builders work in (default: default)", HelpName = "CHANNEL" };
        var arch = new Option<string[]>("--arch") { Description = "What they build, by rpm's name (default: the server's own architecture)", HelpName = "ARCH" };
        foreach (var option in new Option[] { most, least, slots, service, idle, channel, arch }) command.Options.Add(option);
        global.Does(command, async (parsed, session, ct) =>
        {
            var made = await session.Client.CreatePool(new(parsed.GetRequiredValue(name), parsed.GetValue(most)!.Value, parsed.GetValue(least), parsed.GetValue(slots), parsed.GetValue(channel),
                parsed.GetValue(arch) is { Length: > 0 } arches ? arches : null, parsed.GetValue(service), parsed.GetValue(idle)), ct);
            return Made(session, made);
        });
        return command;
    }

    static Command EditCommand(GlobalOptions global)
    {
        var (name, command) = OfOne("edit", "Change how large a pool may be, and what its builders are made after; what is not given stays");
        var (most, least, slots, service, idle) = Sizes(mostRequired: false);
        foreach (var option in new Option[] { most, least, slots, service, idle }) command.Options.Add(option);
        global.Does(command, async (parsed, session, ct) => Show(session, await session.Client.EditPool(parsed.GetRequiredValue(name),
            new(parsed.GetValue(most), parsed.GetValue(least), parsed.GetValue(slots), parsed.GetValue(service), parsed.GetValue(idle)), ct)));
        return command;
    }

    static Command TokenCommand(GlobalOptions global)
    {
        var (name, command) = OfOne("token", "Give a pool another token in place of the one that it had, and print it; builders that have joined stay");
        global.Does(command, async (parsed, session, ct) => Made(session, await session.Client.NewPoolToken(parsed.GetRequiredValue(name), ct)));
        return command;
    }

    static Command RevokeCommand(GlobalOptions global)
    {
        var (name, command) = OfOne("revoke", "Let nobody join a pool any more; builders that have joined stay");
        global.Does(command, async (parsed, session, ct) =>
        {
            await session.Client.RevokePoolToken(parsed.GetRequiredValue(name), ct);
            session.Screen.Say($"Nobody joins pool {Untrusted.Line(parsed.GetRequiredValue(name))} any more.");
            return ExitCode.Ok;
        });
        return command;
    }

    static Command RemoveCommand(GlobalOptions global)
    {
        var (name, command) = OfOne("remove", "Remove a pool that has no builders");
        global.Does(command, async (parsed, session, ct) =>
        {
            await session.Client.RemovePool(parsed.GetRequiredValue(name), ct);
            session.Screen.Say($"Pool {Untrusted.Line(parsed.GetRequiredValue(name))} is removed.");
            return ExitCode.Ok;
        });
        return command;
    }

    static (Argument<string>, Command) OfOne(string verb, string description)
    {
        var name = new Argument<string>("NAME") { Description = "Name of the pool" };
        return (name, new Command(verb, description) { name });
    }

    static (Option<int?> Most, Option<int?> Least, Option<int?> Slots, Option<string?> Service, Option<int?> Idle) Sizes(bool mostRequired) => (
        new("--most") { Description = "How many builders it has at most", HelpName = "N", Required = mostRequired },
        new("--least") { Description = "How many it always has (default: 0)", HelpName = "N" },
        new("--slots") { Description = "How many builds each does at once (default: 1)", HelpName = "N" },
        new("--service") { Description = "The Docker Swarm service that builders are made after", HelpName = "SERVICE" },
        new("--idle") { Description = "For how many seconds fewer must be enough before one is let go (default: 300)", HelpName = "SECONDS" });

    static ExitCode Made(Session session, MadePool made)
    {
        session.Screen.Result(made, SkylineJson.Default.MadePool, to => to.WriteLine(Untrusted.Line(made.Token)));
        session.Screen.Warn("Keep the token where only the pool's machines can read it: as a secret of the Swarm, say. It lets a machine join, and nothing else.");
        return ExitCode.Ok;
    }

    static ExitCode Show(Session session, PoolDetails pool)
    {
        session.Screen.Result(pool, SkylineJson.Default.PoolDetails, to =>
        {
            to.WriteLine(Untrusted.Line($"{pool.Name}: {pool.Builders.Count} builders here, {pool.Wanted} wanted; from {pool.Least} to {pool.Most}, {pool.Slots} slots each, in channel {pool.Channel} for {string.Join(' ', pool.Arches)}"));
            foreach (var sentence in new[] { pool.Trouble, pool.Why }.OfType<string>()) to.WriteLine(Untrusted.Line(sentence));
            if (pool.Builders.Count > 0) to.WriteLine(Untrusted.Line($"  builders       {string.Join(' ', pool.Builders)}"));
            if (pool.Leaving.Count > 0) to.WriteLine(Untrusted.Line($"  leaving        {string.Join(' ', pool.Leaving)}"));
            to.WriteLine(Untrusted.Line($"  made after     {pool.Service ?? "nothing: machines join by themselves"}"));
            if (!pool.IsOpen) to.WriteLine("  nobody joins: it has no token");
        });
        return ExitCode.Ok;
    }

    static ExitCode List(Session session, IReadOnlyList<PoolDetails> pools)
    {
        session.Screen.Result(pools, SkylineJson.Default.IReadOnlyListPoolDetails, to => Table.Write(to, ["POOL", "HERE", "WANTED", "FROM-TO", "SLOTS", "CHANNEL", "ARCHES", "SERVICE"],
            pools.Select(pool => (string?[])[pool.Name, $"{pool.Builders.Count}", $"{pool.Wanted}", $"{pool.Least}-{pool.Most}", $"{pool.Slots}", pool.Channel, string.Join(' ', pool.Arches), pool.Service ?? "-"])));
        foreach (var pool in pools.Where(pool => pool.Trouble is not null)) session.Screen.Warn(Untrusted.Line($"{pool.Name}: {pool.Trouble}"));
        return ExitCode.Ok;
    }
}
