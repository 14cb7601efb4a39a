using System.Collections.Frozen;
using System.Data;
using Skyline.Protocol;
using Skyline.Server.Builds;
using Skyline.Server.Privacy;
using Skyline.Server.Storage;

namespace Skyline.Server.Finding;

/// <summary>
/// A page of builds, whatever is asked of them and however few they are. All builds, the newest first, are the database's own order; for everything
/// else the columns that are kept in memory say which, and the database, as whoever asks sees it, what they are. No index of a database answers every
/// combination, least of all those that hold of nothing; a pass over a million builds in memory takes some milliseconds.
/// </summary>
sealed class FindBuilds(Database database, KeepColumns keep)
{
    /// <summary>What is found is counted up to here.</summary>
    public const int MostCounted = 10_000;

    public BuildPage Page(BuildFilter filter, long? before, long? after, int limit)
    {
        var hidden = Sight.Current is { } sight ? database.Readers.HiddenFrom(sight) : FrozenSet<long>.Empty;
        // (Where much is hidden the columns pass over it sooner; but right after a start nobody waits for them who need not.)
        if (filter is { IsAll: true, Order: BuildSort.Newest } && (hidden.Count == 0 || !keep.AreRead)) return database.Read(db => All(db, before, after, limit));
        var columns = keep.Now();
        return database.Read(db =>
        {
            columns.Turn.EnterReadLock();
            FoundIds found;
            int? count = null;
            try
            {
                if (WantedBuilds.Of(db, filter, columns, Sight.Current?.Person, hidden) is not { } wanted) return new BuildPage([], null, null, 0);
                found = FoundIds.Of(columns, wanted, filter.Order, before is { } from ? new(from, false) : after is { } to ? new(to, true) : null, limit);
                // All on one page are counted already.
                if (!filter.IsAll) count = found is { Next: false, Previous: false } ? found.Ids.Count : FoundIds.Count(columns, wanted, MostCounted);
            }
            finally
            {
                columns.Turn.ExitReadLock();
            }
            return Shown(ShowBuild.Those(db, found.Ids), found.Next, found.Previous) with { Found = count is { } all ? Math.Min(all, MostCounted) : null, FoundMore = count > MostCounted };
        });
    }

    static BuildPage All(IDbConnection db, long? before, long? after, int limit)
    {
        if (after is { } first)
        {
            var newer = ShowBuild.Newer(db, first, limit + 1);
            return Shown([.. newer.Take(limit).Reverse()], next: true, previous: newer.Count > limit);
        }
        var rows = ShowBuild.Newest(db, before, limit + 1);
        return Shown([.. rows.Take(limit)], rows.Count > limit, before is not null);
    }

    static BuildPage Shown(IReadOnlyList<BuildSummary> builds, bool next, bool previous) =>
        new(builds, next && builds.Count > 0 ? builds[^1].Id : null, previous && builds.Count > 0 ? builds[0].Id : null);
}
