using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Tags;

/// <summary>One snapshot: its repositories, where they are, and what it took in.</summary>
static class ShowSnapshot
{
    public static ExitCode Of(Session session, SnapshotDetails details)
    {
        var now = session.Time.GetUtcNow();
        session.Screen.Result(details, SkylineJson.Default.SnapshotDetails, to =>
        {
            var snapshot = details.Snapshot;
            to.WriteLine($"Snapshot {Untrusted.Line(snapshot.Hash)} of {Untrusted.Line(details.Tag)}{(details.Newest ? ", the newest" : "")}: {snapshot.Packages} packages, made {snapshot.CreatedAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC");
            Table.Write(to, ["REPOSITORY", "PACKAGES", "ADDRESS"], details.Repositories.Select(repo => (string?[])[repo.Name, $"{repo.Packages}", repo.Address]));
            if (snapshot.Events.Count == 0) return;
            to.WriteLine("It took in:");
            Table.Write(to, ["WHEN", "BY", "WHAT"], snapshot.Events.Select(one => (string?[])[Amounts.Ago(now - one.At), one.By ?? "-", one.Tag == details.Tag ? one.What : $"{one.Tag}: {one.What}"]));
            if (snapshot.MoreEvents > 0) to.WriteLine($"… and {snapshot.MoreEvents} more");
        });
        return ExitCode.Ok;
    }
}
