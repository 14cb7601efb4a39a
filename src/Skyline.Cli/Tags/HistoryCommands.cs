using System.CommandLine;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Tags;

/// <summary>`skyline tag history|snapshots|diff`: what was, and what has changed.</summary>
static class HistoryCommands
{
    const int LargestPage = 200;

    public static IEnumerable<Command> All(GlobalOptions global) => [History(global), Snapshots(global), Diff(global)];

    static Argument<string> Tag() => new("TAG") { Description = "Name of the tag" };

    static Option<long?> Limit() => new("--limit") { Description = "How many at most (default: 20)", HelpName = "N", CustomParser = Numbers.One("lines") };

    static Command History(GlobalOptions global)
    {
        var (tag, limit) = (Tag(), Limit());
        var command = new Command("history", "List what happened to a tag, the newest first") { tag, limit };
        global.Does(command, async (parsed, session, ct) =>
        {
            var name = parsed.GetRequiredValue(tag);
            var (events, next) = await Pages(parsed.GetValue(limit), async (before, some) => await session.Client.TagEvents(name, ct, before, some) is var page ? (page.Events, page.NextBefore) : default);
            var now = session.Time.GetUtcNow();
            session.Screen.Result(new TagEventPage(events, next), SkylineJson.Default.TagEventPage, to => Table.Write(to,
                ["WHEN", "BY", "WHAT"], events.Select(one => (string?[])[Amounts.Ago(now - one.At), one.By ?? "-", one.What])));
            return ExitCode.Ok;
        });
        return command;
    }

    static Command Snapshots(GlobalOptions global)
    {
        var (tag, limit) = (Tag(), Limit());
        var hash = new Argument<string?>("SNAPSHOT") { Description = "One of them, by its hash or the beginning of it (default: all are listed)", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("snapshots", "List a tag's snapshots, the newest first, or show one") { tag, hash, limit };
        global.Does(command, async (parsed, session, ct) =>
        {
            var name = parsed.GetRequiredValue(tag);
            if (parsed.GetValue(hash) is { } one) return ShowSnapshot.Of(session, await session.Client.Snapshot(name, one, ct));
            var (snapshots, next) = await Pages(parsed.GetValue(limit), async (before, some) => await session.Client.Snapshots(name, ct, before, some) is var page ? (page.Snapshots, page.NextBefore) : default);
            var now = session.Time.GetUtcNow();
            session.Screen.Result(new SnapshotPage(snapshots, next), SkylineJson.Default.SnapshotPage, to => Table.Write(to,
                ["SNAPSHOT", "WHEN", "PACKAGES", "WHAT"], snapshots.Select(one => (string?[])[TagCommand.Short(one.Hash), Amounts.Ago(now - one.CreatedAt), $"{one.Packages}", What(one, name)])));
            return ExitCode.Ok;
        });
        return command;
    }

    static Command Diff(GlobalOptions global)
    {
        var tag = Tag();
        var from = new Argument<string?>("FROM") { Description = "A snapshot's hash or its beginning (default: the one before TO)", Arity = ArgumentArity.ZeroOrOne };
        var to = new Argument<string?>("TO") { Description = "Another's (default: the newest)", Arity = ArgumentArity.ZeroOrOne };
        var toTag = new Option<string?>("--to-tag") { Description = "The tag that TO is a snapshot of, if another: compares two tags", HelpName = "TAG" };
        var command = new Command("diff", "Show what one snapshot holds that another does not") { tag, from, to, toTag };
        global.Does(command, async (parsed, session, ct) =>
        {
            var diff = await session.Client.Diff(parsed.GetRequiredValue(tag), parsed.GetValue(from), parsed.GetValue(to), parsed.GetValue(toTag), ct);
            session.Screen.Result(diff, SkylineJson.Default.SnapshotDiff, writer => ShowChanges.Write(writer, diff));
            return ExitCode.Ok;
        });
        return command;
    }

    /// <summary>Events of the tag itself as they are, of one that it inherits from with its name.</summary>
    static string What(SnapshotSummary snapshot, string tag)
    {
        var some = snapshot.Events.Take(3).Select(one => one.Tag == tag ? one.What : $"{one.Tag}: {one.What}").ToList();
        var more = snapshot.Events.Count - some.Count + snapshot.MoreEvents;
        return string.Join("; ", some) + (more > 0 ? $"; and {more} more" : "");
    }

    static async Task<(IReadOnlyList<T> Found, long? Next)> Pages<T>(long? limit, Func<long?, int, Task<(IReadOnlyList<T> Some, long? Next)>> read)
    {
        var wanted = limit ?? 20;
        var (found, next) = await read(null, (int)Math.Min(wanted, LargestPage));
        List<T> all = [.. found];
        while (next is not null && all.Count < wanted)
        {
            (found, next) = await read(next, (int)Math.Min(wanted - all.Count, LargestPage));
            all.AddRange(found);
        }
        return (all, next);
    }
}
