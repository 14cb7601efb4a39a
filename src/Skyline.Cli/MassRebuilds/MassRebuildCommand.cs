using System.CommandLine;
using Skyline.Cli.Batches;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.MassRebuilds;

/// <summary>`skyline mass-rebuild create|list|show|cancel|resume|merge|leave-out`.</summary>
static class MassRebuildCommand
{
    public static Command Make(GlobalOptions global) => new("mass-rebuild", "Rebuild many packages of a tag in a side tag, in the order in which they need each other, and merge them back")
    {
        CreateMassRebuild.Make(global), ListCommand(global), ShowCommand(global),
        ActCommand(global, "cancel", "End a mass rebuild: what waits is not built any more, what is done stays", (client, id, ct) => client.CancelMassRebuild(id, ct)),
        ActCommand(global, "resume", "Build what of it failed, was blocked or was cancelled; what is done stays done", (client, id, ct) => client.ResumeMassRebuild(id, ct)),
        MergeCommand(global), LeaveOutCommand(global),
    };

    static Command ListCommand(GlobalOptions global)
    {
        var limit = new Option<int>("--limit") { Description = "How many at most", HelpName = "N", DefaultValueFactory = _ => 20 };
        var command = new Command("list", "List mass rebuilds, the newest first") { limit };
        global.Does(command, async (parsed, session, ct) =>
        {
            var page = await session.Client.MassRebuilds(ct, limit: Math.Clamp(parsed.GetValue(limit), 1, 500));
            session.Screen.Result(page, SkylineJson.Default.MassRebuildPage, to => Table.Write(to, ["NUMBER", "WHAT", "OF", "STATE", "BUILT", "FAILED", "MERGED"],
                page.MassRebuilds.Select(one => (string?[])[$"{one.Batch.Id}", one.Batch.Title, one.Base, one.Batch.State.ToString().ToLowerInvariant(), $"{one.Batch.Counts.Done}/{one.Batch.Counts.All}", $"{one.Batch.Counts.Failed}",
                    one.Merged is { } merged ? Amounts.Ago(session.Time.GetUtcNow() - merged) : "no"])));
            return ExitCode.Ok;
        });
        return command;
    }

    static Command ShowCommand(GlobalOptions global)
    {
        var (id, command) = OfOne("show", "Show a mass rebuild: how far each wave is, and its failures by cause");
        global.Does(command, async (parsed, session, ct) => Show(session, await session.Client.MassRebuild(parsed.GetRequiredValue(id), ct)));
        return command;
    }

    static Command ActCommand(GlobalOptions global, string verb, string description, Func<SkylineClient, long, CancellationToken, Task<MassRebuildDetails>> act)
    {
        var (id, command) = OfOne(verb, description);
        global.Does(command, async (parsed, session, ct) =>
        {
            var rebuild = await act(session.Client, parsed.GetRequiredValue(id), ct);
            session.Screen.Result(rebuild, SkylineJson.Default.MassRebuildDetails, to => to.WriteLine(Untrusted.Line(BatchCommand.Line(rebuild.Batch))));
            return ExitCode.Ok;
        });
        return command;
    }

    static Command MergeCommand(GlobalOptions global)
    {
        var (id, command) = OfOne("merge", "Put what was rebuilt into the tag that it was for, all at once; what has a newer build there is passed over and named");
        var force = new Option<bool>("--force") { Description = "Also if something would not install any more then" };
        var preview = new Option<bool>("--preview") { Description = "Only say what would go, and what would not" };
        command.Options.Add(force);
        command.Options.Add(preview);
        global.Does(command, async (parsed, session, ct) =>
        {
            var merged = await session.Client.MergeMassRebuild(parsed.GetRequiredValue(id), parsed.GetValue(force), parsed.GetValue(preview), ct);
            session.Screen.Result(merged, SkylineJson.Default.MergedMassRebuild, to => Write(to, merged));
            return ExitCode.Ok;
        });
        return command;
    }

    static void Write(TextWriter to, MergedMassRebuild merged)
    {
        to.WriteLine(Untrusted.Line($"{merged.Builds.Count} builds {(merged.Preview ? "would go" : "went")} into {merged.Into}{(merged.Builds.Count > 0 ? ":" : ".")}"));
        foreach (var build in merged.Builds) to.WriteLine(Untrusted.Line($"  {build}"));
        foreach (var skipped in merged.Skipped) to.WriteLine(Untrusted.Line($"Not {skipped.Package}: {skipped.Why}"));
        foreach (var gate in merged.Gates) to.WriteLine(Untrusted.Line($"{(gate.Skipped ? "passed by" : gate.Passed ? "holds" : "does not hold")}: {gate.Says}"));
        foreach (var broken in merged.Breaks) to.WriteLine(Untrusted.Line($"Breaks: {broken}"));
    }

    static Command LeaveOutCommand(GlobalOptions global)
    {
        var tag = new Argument<string>("TAG") { Description = "Name of the tag" };
        var packages = new Argument<string[]>("PACKAGE") { Description = "Names of source packages; none: those that are left out are listed", Arity = ArgumentArity.ZeroOrMore };
        var why = new Option<string?>("--why") { Description = "Why, for people", HelpName = "TEXT" };
        var undo = new Option<bool>("--undo") { Description = "Leave them out no longer" };
        var command = new Command("leave-out", "Leave packages out of every mass rebuild of a tag and of those that inherit from it") { tag, packages, why, undo };
        global.Does(command, async (parsed, session, ct) =>
        {
            var (name, some) = (parsed.GetRequiredValue(tag), parsed.GetValue(packages) ?? []);
            foreach (var package in some)
                if (parsed.GetValue(undo)) await session.Client.UnsetNoAutoBuild(name, package, ct);
                else await session.Client.SetNoAutoBuild(name, package, parsed.GetValue(why), ct);
            var all = await session.Client.NoAutoBuilds(name, ct);
            session.Screen.Result(all, SkylineJson.Default.IReadOnlyListNoAutoBuild, to => Table.Write(to, ["PACKAGE", "BY", "WHY"], all.Select(one => (string?[])[one.Package, one.By, one.Why])));
            return ExitCode.Ok;
        });
        return command;
    }

    static (Argument<long>, Command) OfOne(string verb, string description)
    {
        var id = new Argument<long>("NUMBER") { Description = "Number of the mass rebuild" };
        return (id, new Command(verb, description) { id });
    }

    public static ExitCode Show(Session session, MassRebuildDetails rebuild)
    {
        session.Screen.Result(rebuild, SkylineJson.Default.MassRebuildDetails, to =>
        {
            to.WriteLine(Untrusted.Line(BatchCommand.Line(rebuild.Batch)));
            to.WriteLine(Untrusted.Line($"Its builds go to the side tag {rebuild.Batch.SideTag}, and {(rebuild.Merged is null ? "are merged" : "were merged")} into {rebuild.Into}."));
            if (rebuild.SecondsLeft is { } left) to.WriteLine($"The rest takes {Amounts.Seconds(left)} or more.");
            if (rebuild.By is { } by) to.WriteLine($"It shall be done by {by.UtcDateTime:yyyy-MM-dd HH:mm} UTC{(rebuild.MostBuilders is { } most ? $", with at most {most} builders of pools" : "")}.");
            if (rebuild.Late is { } late) to.WriteLine(Untrusted.Line(late));
            Table.Write(to, ["WAVE", "WAITING", "BUILDING", "DONE", "FAILED", "BLOCKED"],
                rebuild.Batch.Waves.Select(wave => (string?[])[$"{wave.Wave}", $"{wave.Counts.Waiting}", $"{wave.Counts.Building}", $"{wave.Counts.Done}", $"{wave.Counts.Failed}", $"{wave.Counts.Blocked}"]));
            foreach (var group in rebuild.Failures)
            {
                to.WriteLine(Untrusted.Line($"{group.Packages.Count} failed ({group.Kind}): {group.Cause}"));
                to.WriteLine(Untrusted.Line("  " + string.Join(' ', group.Packages.Select(failed => failed.Build is { } build ? $"{failed.Package} ({build})" : failed.Package))));
            }
            foreach (var one in rebuild.LeftOut) to.WriteLine(Untrusted.Line($"Not rebuilt: {one.Package}: {one.Why}"));
        });
        return ExitCode.Ok;
    }
}
