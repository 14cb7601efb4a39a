using System.CommandLine;
using System.Globalization;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Hooks;

/// <summary>`skyline hook`: what a forge tells of a repository becomes builds.</summary>
static class HookCommand
{
    public static Command Make(GlobalOptions global) => new("hook", "Have pushes and pull requests of a forge built")
    {
        ListCommand(global), ShowCommand(global), WriteHookCommands.Add(global), WriteHookCommands.Edit(global), WriteHookCommands.Rotate(global), DeliveriesCommand(global), BuildCommand(global), RemoveCommand(global),
    };

    internal static Argument<string> NameArgument() => new("NAME") { Description = "Name of the hook" };

    static Command ListCommand(GlobalOptions global) => Listing.Make(global, "list", "List your hooks", (client, ct) => client.Hooks(ct), SkylineJson.Default.IReadOnlyListHookDetails, ["HOOK", "FORGE", "REPOSITORY", "TARGET", "BUILDS", "LAST"], (hook, session) =>
        [hook.Name, hook.Forge.ToString(), hook.Url, hook.Target, hook.Why ?? Builds(hook), session.Since(hook.LastAt)]);

    static Command ShowCommand(GlobalOptions global)
    {
        var name = NameArgument();
        var command = new Command("show", "Show a hook: its rules, and the address for the forge") { name };
        global.Does(command, async (parsed, session, ct) => Show(session, await session.Client.Hook(parsed.GetRequiredValue(name), ct)));
        return command;
    }

    static Command DeliveriesCommand(GlobalOptions global)
    {
        var name = NameArgument();
        var limit = new Option<int>("--limit") { Description = "How many at most", HelpName = "N", DefaultValueFactory = _ => 20 };
        var command = new Command("deliveries", "List what came to a hook, and what was made of it or why not") { name, limit };
        global.Does(command, async (parsed, session, ct) =>
        {
            var page = await session.Client.HookDeliveries(parsed.GetRequiredValue(name), ct, limit: parsed.GetValue(limit));
            session.Screen.Result(page, SkylineJson.Default.HookDeliveryPage, to => Table.Write(to, ["DELIVERY", "WHEN", "WHAT", "BUILD", "OUTCOME", "SAID"], page.Deliveries.Select(one => (string?[])[
                one.Id.ToString(CultureInfo.InvariantCulture), one.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture), one.Repeats > 0 ? $"{one.Event} ({one.Repeats + 1} times)" : one.Event,
                one.Build?.ToString(CultureInfo.InvariantCulture) ?? "-", one.Outcome.ToString().ToLowerInvariant(), one.Said])));
            return ExitCode.Ok;
        });
        return command;
    }

    static Command BuildCommand(GlobalOptions global)
    {
        var name = NameArgument();
        var delivery = new Argument<long>("NUMBER") { Description = "Its number in `skyline hook deliveries`" };
        var command = new Command("build", "Build what a delivery told of, whatever the rules say: a pull request that is held") { name, delivery };
        global.Does(command, async (parsed, session, ct) =>
        {
            var built = await session.Client.BuildDelivery(parsed.GetRequiredValue(name), parsed.GetRequiredValue(delivery), ct);
            session.Screen.Result(built, SkylineJson.Default.HookDelivery, to => to.WriteLine(Untrusted.Line(built.Said)));
            return ExitCode.Ok;
        });
        return command;
    }

    static Command RemoveCommand(GlobalOptions global)
    {
        var name = NameArgument();
        var command = new Command("remove", "Remove a hook; its builds stay") { name };
        global.Does(command, async (parsed, session, ct) =>
        {
            await session.Client.RemoveHook(parsed.GetRequiredValue(name), ct);
            session.Screen.Say($"Hook {Untrusted.Line(parsed.GetRequiredValue(name))} is removed; take it out of the forge's settings too.");
            return ExitCode.Ok;
        });
        return command;
    }

    internal static ExitCode Show(Session session, HookDetails hook)
    {
        session.Screen.Result(hook, SkylineJson.Default.HookDetails, to => Write(to, hook));
        return ExitCode.Ok;
    }

    /// <summary>With its secret, the only time that it is shown.</summary>
    internal static ExitCode Show(Session session, AddedHook added)
    {
        session.Screen.Result(added, SkylineJson.Default.AddedHook, to =>
        {
            Write(to, added.Hook);
            if (added.Secret is { } secret) to.WriteLine(Untrusted.Line($"Secret:  {secret}"));
        });
        return ExitCode.Ok;
    }

    static void Write(TextWriter to, HookDetails hook)
    {
        to.WriteLine(Untrusted.Line($"Hook {hook.Name} of {hook.Owner}: {hook.Url}{(hook.Subdirectory.Length > 0 ? $" ({hook.Subdirectory})" : "")} on {hook.Forge}, for {hook.Target}"));
        to.WriteLine(Untrusted.Line($"Builds {Builds(hook)}{(hook.TellsForge ? "; the forge is told what becomes of them" : "")}"));
        if (hook.Why is { } why) to.WriteLine(Untrusted.Line($"It builds nothing at present: {why}"));
        if (hook.WhyNotTold is { } untold) to.WriteLine(Untrusted.Line($"The forge did not take the last that it was told: {untold}"));
        if (hook.EarlierSecretUntil is { } until) to.WriteLine($"The secret before is good until {until.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC");
        if (hook.WrongSignatures > 0) to.WriteLine($"{hook.WrongSignatures} deliveries had a wrong signature since the server started");
        to.WriteLine(Untrusted.Line($"Address: {hook.Address}"));
    }

    static string Builds(HookDetails hook)
    {
        var what = new List<string>();
        if (hook.Branches.Count > 0) what.Add($"branches {string.Join(", ", hook.Branches)}");
        if (hook.Tags.Count > 0) what.Add($"tags {string.Join(", ", hook.Tags)}");
        if (hook.PullRequests != PullRequestsOf.Nobody) what.Add($"pull requests of {hook.PullRequests.ToString().ToLowerInvariant()}");
        return string.Join("; ", what) + (hook.Paths.Count > 0 ? $"; where {string.Join(", ", hook.Paths)} changed" : "") + (hook.Scratch ? "; as scratch builds" : "");
    }
}
