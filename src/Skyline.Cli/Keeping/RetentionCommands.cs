using System.CommandLine;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Keeping;

/// <summary>`skyline tag retention TAG`, `skyline repo retention` and `skyline repo gc`.</summary>
static class RetentionCommands
{
    public static Command OfTag(GlobalOptions global)
    {
        var name = new Argument<string>("TAG") { Description = "Name of the tag" };
        var keep = new Option<int?>("--keep") { Description = "Keep so many of its newest snapshots", HelpName = "N" };
        var days = new Option<int?>("--days") { Description = "Keep all that were its newest within so many days", HelpName = "D" };
        var command = new Command("retention", "Show or set how much of its past a tag keeps") { name, keep, days };
        global.Does(command, async (parsed, session, ct) =>
        {
            var tag = parsed.GetRequiredValue(name);
            var policy = await session.Client.Retention(tag, ct);
            if (parsed.GetValue(keep) is not null || parsed.GetValue(days) is not null)
                policy = await session.Client.SetRetention(tag, new(parsed.GetValue(keep) ?? policy.KeepSnapshots, parsed.GetValue(days) ?? policy.KeepDays), ct);
            session.Screen.Result(policy, SkylineJson.Default.TagRetention, to => to.WriteLine(
                $"Tag {Untrusted.Line(tag)} keeps its {policy.KeepSnapshots} newest snapshots, and all that were its newest within {policy.KeepDays} days."));
            return ExitCode.Ok;
        });
        return command;
    }

    public static Command OfRepos(GlobalOptions global)
    {
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what would go, and why the rest stays; remove nothing" };
        var apply = new Option<bool>("--apply") { Description = "Remove it" };
        var command = new Command("retention", "Remove the snapshots and packages that no rule keeps") { dryRun, apply };
        command.Validators.Add(given =>
        {
            if (given.GetValue(dryRun) == given.GetValue(apply)) given.AddError("Say either --dry-run or --apply.");
        });
        global.Does(command, async (parsed, session, ct) =>
        {
            var report = await session.Client.ApplyRetention(parsed.GetValue(dryRun), ct);
            session.Screen.Result(report, SkylineJson.Default.RetentionReport, to => Write(to, report));
            return ExitCode.Ok;
        });
        return command;
    }

    static void Write(TextWriter to, RetentionReport report)
    {
        var went = report.DryRun ? "would go" : "went";
        Table.Write(to, ["TAG", "SNAPSHOT", "MADE", "PACKAGES", "STAYS"], report.Tags.SelectMany(tag => tag.Snapshots.Select(snapshot => (string?[])[
            tag.Tag, snapshot.Hash.Length > 12 ? snapshot.Hash[..12] : snapshot.Hash, $"{snapshot.CreatedAt:yyyy-MM-dd HH:mm}", $"{snapshot.Packages}", snapshot.Stays ?? $"It {went}."])));
        foreach (var build in report.Builds) to.WriteLine($"The packages of build {build.Id} ({Untrusted.Line(build.Nvr)}) {went}.");
        var removed = report.Tags.Sum(tag => tag.Snapshots.Count(snapshot => snapshot.Stays is null));
        to.WriteLine($"{removed} snapshots, the packages of {report.Builds.Count} builds, the uploads of {report.Uploads} runs and {report.SignedCopies} signed copies {went}.");
    }

    public static Command Gc(GlobalOptions global)
    {
        var dryRun = new Option<bool>("--dry-run") { Description = "Count them; remove nothing" };
        var command = new Command("gc", "Remove the files that nothing points at any more") { dryRun };
        global.Does(command, async (parsed, session, ct) =>
        {
            var collected = await session.Client.CollectGarbage(parsed.GetValue(dryRun), ct);
            session.Screen.Result(collected, SkylineJson.Default.CollectedGarbage, to =>
                to.WriteLine($"{collected.Blobs} files {(collected.DryRun ? "would go" : "went")}, {Amounts.Bytes(collected.Bytes)}."));
            return ExitCode.Ok;
        });
        return command;
    }
}
