using System.Data;
using Skyline.Protocol;
using Skyline.Server.Locks;
using Skyline.Server.Privacy;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Builds;

/// <summary>All that a build's page shows.</summary>
/// <param name="Made">By architecture, what its buildroots were made of, and how much of that is kept.</param>
/// <param name="Previous">What it is naturally compared with.</param>
/// <param name="WaitsFor">What each task that waits for a builder waits for, by its number.</param>
/// <param name="Tag">That it is in, as its target wants it: what it is installed from. Null: none (yet, or any more).</param>
public sealed record BuildSight(BuildDetails Build, IReadOnlyDictionary<string, (int Packages, int Kept)> Made, PreviousBuild? Previous, string? Tag, IReadOnlyDictionary<long, FormattableString> WaitsFor)
{
    /// <summary>Why a task, or the build, is as it is: what was said of it when it came to that, in English; or what it waits for now.</summary>
    internal string? WhyOf(Words words, string? why) => WaitsFor.Values.FirstOrDefault(said => said.English() == why) is { } waits ? words.Say(waits) : why;

    /// <summary>Why a run waits, and when it starts, changes with others' builds.</summary>
    public bool Waits => Build.State is BuildState.Waiting or BuildState.Building && Build.Tasks.Any(task => task.State == TaskState.Waiting);
}

/// <summary>
/// Looks at a build for its page. Two hundred people may watch one, and all are woken at once: who sees what another has just seen is shown the same, so that it is read once, and in memory once.
/// </summary>
public sealed class BuildSights(Database database, ShowLock locks, ForecastStarts forecast, TimeProvider time)
{
    const int Most = 16;
    static readonly TimeSpan lasting = TimeSpan.FromSeconds(1);

    sealed record Kept(BuildSight Sight, long Commit, long At);

    readonly Dictionary<(long Build, Sight? Through), Kept> seen = [];

    public BuildSight? Of(long id)
    {
        var (key, commit) = ((id, Sight.Current), database.Commits);
        var revision = database.Read(db => ShowBuild.Revision(db, id));
        lock (seen)
            if (seen.TryGetValue(key, out var kept) && kept.Sight.Build.Revision == revision && (kept.Commit == commit || !kept.Sight.Waits || time.GetElapsedTime(kept.At) < lasting)) return kept.Sight;
        if (Look(id) is not { } sight) return null;
        lock (seen)
        {
            if (seen.Count >= Most && !seen.ContainsKey(key)) seen.Remove(seen.MinBy(one => one.Value.At).Key);
            seen[key] = new(sight, commit, time.GetTimestamp());
        }
        return sight;
    }

    BuildSight? Look(long id)
    {
        if (database.Read(db => ShowBuild.Find(db, id, time.Stamp(), forecast)) is not { } build) return null;
        var made = build.Tasks.Where(task => task.Runs.Any(run => run.LockSha256 is not null)).DistinctBy(task => task.Arch)
            .Select(task => locks.Of(id, task.Arch).Lock).OfType<BuildLock>().ToDictionary(one => one.Arch, one => (one.Packages.Count, one.Kept));
        return database.Read(db => new BuildSight(build, made, PreviousBuild.Of(db, id), TagOf(db, id), WaitsFor(db, build)));
    }

    Dictionary<long, FormattableString> WaitsFor(IDbConnection db, BuildDetails build) => build.State is not (BuildState.Waiting or BuildState.Building) ? new Dictionary<long, FormattableString>()
        : WhyWaiting.Of(db, build.Id, time.Stamp(), forecast).ToDictionary(task => task.Key, task => task.Value.Sentence);

    static string? TagOf(IDbConnection db, long build) => db.One<string>("""
        SELECT g.name FROM builds b JOIN targets t ON t.id = b.target_id JOIN tags g ON g.id = t.destination_tag_id JOIN tag_builds x ON x.tag_id = g.id AND x.build_id = b.id AND x.untagged_at IS NULL
        WHERE b.id = @build AND b.state = 'Complete' LIMIT 1
        """, new { build });
}
