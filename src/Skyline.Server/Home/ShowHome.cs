using System.Security.Claims;
using Skyline.Protocol;
using Skyline.Server.Finding;
using Skyline.Server.Storage;

namespace Skyline.Server.Home;

/// <summary>All that the home page shows, as of one look.</summary>
/// <param name="IsNew">Nothing has been built here, or imported.</param>
public sealed record HomeView(Queue Queue, RunningNow Running, FleetNow Fleet, IReadOnlyList<Outcomes> Hours, IReadOnlyList<Outcomes> Days, StoreNow Store, IReadOnlyList<Attention> Attention, IReadOnlyList<BuildSummary> Recent)
{
    public bool IsNew => Recent.Count == 0;

    /// <summary>The last 24 hours as one.</summary>
    public Outcomes Today => Outcomes.Sum(Hours, Hours[0].From);

    public static HomeView Nothing { get; } = new(new(0, []), new(0, []), new([]), [new(default, 0, 0, 0)], [], new(null, null, 0, 0, 0, 0), [], []);
}

/// <summary>
/// Gathers it. Who is narrowed by private tags is shown what they may see, with the two totals of what waits and runs, and how many builds ended, as
/// everybody has them: they say how busy the machines are, and name nothing.
/// </summary>
sealed class ShowHome(Database database, Blobs blobs, SkylineSettings settings, CountOutcomes outcomes, ShowAttention attention, FindBuilds find, TimeProvider time)
{
    const int MostRecent = 10;

    public HomeView For(ClaimsPrincipal? who)
    {
        var now = time.Stamp();
        var (fleet, store) = database.Read(db => (FleetNow.Read(db, now), StoreNow.Read(db, blobs, settings, database.Bytes)));
        return new(Queue.Read(database, now), RunningNow.Read(database), fleet, outcomes.LastHours(), outcomes.LastDays(), store,
            database.Read(db => attention.Of(db, who, fleet, store, now)), find.Page(new BuildFilter(), null, null, MostRecent).Builds);
    }
}
