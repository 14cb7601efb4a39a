using System.CommandLine;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Keeping;

/// <summary>`skyline repo status`: what is kept, what the last night removed, what the last checks and exports came to.</summary>
static class StatusCommand
{
    public static Command Make(GlobalOptions global)
    {
        var command = new Command("status", "Show what is kept, and how the last retention, checks and exports went");
        global.Does(command, async (_, session, ct) =>
        {
            var kept = await session.Client.Keeping(ct);
            var now = session.Time.GetUtcNow();
            session.Screen.Result(kept, SkylineJson.Default.KeepingState, to => Write(to, kept, now));
            return ExitCode.Ok;
        });
        return command;
    }

    static void Write(TextWriter to, KeepingState kept, DateTimeOffset now)
    {
        if (kept.Now is { } work) to.WriteLine($"The server is at its {Untrusted.Line(work)} now.");
        var files = kept.Store is { Files: { } count, Bytes: { } bytes } ? $"{count} files ({Amounts.Bytes(bytes)})" : "files that were not counted yet";
        to.WriteLine($"Kept: {files}, {Amounts.Bytes(kept.Store.DatabaseBytes)} of database; {Amounts.Bytes(Math.Max(0, kept.Store.RoomLeft))} are left.");
        if (kept.Store.LockBytes > 0) to.WriteLine($"Packages of upstreams that builds were made from: {Amounts.Bytes(kept.Store.LockBytes)}, beside their cache.");
        Table.Write(to, ["TAG", "KEEPS", "SNAPSHOTS", "NEXT NIGHT"], kept.Tags.Select(tag => (string?[])[
            tag.Tag, $"{tag.Policy.KeepSnapshots}, {tag.Policy.KeepDays} days", $"{tag.Snapshots}", tag.Going == 0 ? "all stay" : $"{tag.Going} would go"]));
        Done(to, $"Retention, every night at {Untrusted.Line(kept.Nightly)}", kept.Retention?.Last, now,
            kept.Retention?.Removed is { } gone ? $"{gone.Snapshots} snapshots and the packages of {gone.Builds} builds went" : "");
        Done(to, "Collection of garbage", kept.Collection?.Last, now, kept.Collection?.Removed is { } garbage ? $"{garbage.Blobs} files went, {Amounts.Bytes(garbage.Bytes)}" : "");
        foreach (var check in kept.Checks)
            Done(to, $"Check of {Untrusted.Line(check.Tag ?? "everything")}", check.Last, now, check.Found?.Result.Findings switch { null => "", 0 => "all is as it should be", 1 => "1 finding", var many => $"{many} findings" });
        foreach (var export in kept.Exports)
        {
            Done(to, $"Export to {Untrusted.Line(export.Path)}", export.Last, now, export.Newest ? "has the newest snapshot" : $"{Untrusted.Line(export.Tag)} has a newer snapshot");
            if (export.WhyNot is { } why) to.WriteLine($"  {Untrusted.Line(why)}");
        }
    }

    static void Done(TextWriter to, string what, LastTry? last, DateTimeOffset now, string came)
    {
        to.WriteLine(last?.EndedAt is { } at ? $"{what}: {Amounts.Ago(now - at)}, {came}." : $"{what}: not yet.");
        if (last?.Why is { } why) to.WriteLine($"  The last try, {Amounts.Ago(now - last.TriedAt)}: {Untrusted.Line(why)}");
    }
}
