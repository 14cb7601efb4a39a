using System.CommandLine;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Externals;

/// <summary>`skyline external list|show|add|refresh|remove`.</summary>
static class ExternalCommand
{
    public static Command Make(GlobalOptions global) =>
        new("external", "Look at and add external repositories: upstreams that the server pins and whose packages it caches")
        {
            ListCommand(global), ShowCommand(global), AddExternalCommand.Make(global), RefreshCommand(global), RemoveCommand(global),
        };

    static Command ListCommand(GlobalOptions global)
    {
        var command = new Command("list", "List the external repositories, those of chroots too");
        global.Does(command, async (_, session, ct) =>
        {
            var externals = await session.Client.Externals(ct);
            session.Screen.Result(externals, SkylineJson.Default.IReadOnlyListExternalSummary, to => Table.Write(to,
                ["EXTERNAL", "CHROOT", "ARCH", "STATE", "PACKAGES", "ASKED", "FAULT"],
                externals.SelectMany(external => external.Arches.Count == 0
                    ? [[external.Name, external.Chroot ?? "-", "-", "-", "-", "-", ""]]
                    : external.Arches.Select(arch => (string?[])[external.Name, external.Chroot ?? "-", .. Row(arch, session.Time)]))));
            return ExitCode.Ok;
        });
        return command;
    }

    static string?[] Row(ExternalArch arch, TimeProvider time) =>
        [arch.Arch, ShowExternal.Short(arch.State), arch.State is null ? "-" : $"{arch.Packages}", arch.TriedAt is { } tried ? Amounts.Ago(time.GetUtcNow() - tried) : "never", arch.Fault ?? ""];

    static Argument<string> Name() => new("NAME") { Description = "Name of the external repository" };

    static Command ShowCommand(GlobalOptions global)
    {
        var name = Name();
        var command = new Command("show", "Show an external repository and its pinned states") { name };
        global.Does(command, async (parsed, session, ct) => ShowExternal.Show(session, await session.Client.External(parsed.GetRequiredValue(name), ct)));
        return command;
    }

    static Command RefreshCommand(GlobalOptions global)
    {
        var name = Name();
        var command = new Command("refresh", "Ask its upstream for a newer state now, and wait until that is pinned") { name };
        global.Does(command, async (parsed, session, ct) =>
        {
            var wanted = parsed.GetRequiredValue(name);
            await session.Client.RefreshExternal(wanted, ct);
            return await ShowExternal.WhenPinned(session, wanted, "was not refreshed", ct);
        });
        return command;
    }

    static Command RemoveCommand(GlobalOptions global)
    {
        var name = Name();
        var command = new Command("remove", "Forget an external repository and its pinned states") { name };
        global.Does(command, async (parsed, session, ct) =>
        {
            var wanted = parsed.GetRequiredValue(name);
            await session.Client.RemoveExternal(wanted, ct);
            var left = await session.Client.Externals(ct);
            session.Screen.Result(left, SkylineJson.Default.IReadOnlyListExternalSummary, to => to.WriteLine($"External repository {Untrusted.Line(wanted)} is forgotten."));
            return ExitCode.Ok;
        });
        return command;
    }
}
