using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Tags;

/// <summary>What changed, or would, in words and as a table.</summary>
static class ShowChanges
{
    const int MostLines = 50;

    public static void Of(Session session, TagChanged changed) => session.Screen.Result(changed, SkylineJson.Default.TagChanged, to =>
    {
        if (changed.Preview) to.WriteLine(changed.Done.Count == 0 ? "There would be nothing to do." : "Nothing has been done. This would be:");
        else if (changed.Done.Count == 0) to.WriteLine("There was nothing to do.");
        foreach (var line in changed.Done.Take(MostLines)) to.WriteLine($"  {Untrusted.Line(line)}");
        if (changed.Done.Count > MostLines) to.WriteLine($"  … and {changed.Done.Count - MostLines} more");
        foreach (var note in changed.Notes) to.WriteLine(Untrusted.Line(note));
        if (!changed.Preview || changed.Done.Count == 0) return;
        if (changed.Repositories.Count == 0) to.WriteLine("No repository would change.");
        else Write(to, changed.Repositories);
    });

    public static void Write(TextWriter to, IReadOnlyList<RepoChanges> repositories)
    {
        to.WriteLine();
        Table.Write(to, ["TAG", "REPOSITORY", "CHANGE", "FROM", "TO"], repositories.SelectMany(tag => tag.Changes.Select(change => (string?[])[tag.Tag, .. Cells(change)])));
        Left(to, repositories.Sum(tag => tag.NotShown));
    }

    public static void Write(TextWriter to, SnapshotDiff diff)
    {
        to.WriteLine($"From {Untrusted.Line(diff.From.Tag)} {TagCommand.Short(diff.From.Hash)} to {Untrusted.Line(diff.To.Tag)} {TagCommand.Short(diff.To.Hash)}: {diff.Changes.Count + diff.NotShown} changes");
        if (diff.Changes.Count > 0) Table.Write(to, ["REPOSITORY", "CHANGE", "FROM", "TO"], diff.Changes.Select(Cells));
        Left(to, diff.NotShown);
    }

    static string?[] Cells(PackageChange change) => [change.Repo, change.Kind.ToString().ToLowerInvariant(), change.From ?? "-", change.To ?? "-"];

    static void Left(TextWriter to, int notShown)
    {
        if (notShown > 0) to.WriteLine($"… and {notShown} changes more");
    }
}
