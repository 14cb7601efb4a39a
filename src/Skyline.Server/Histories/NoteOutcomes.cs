using System.Data;
using Skyline.Protocol;
using Skyline.Server.Bisections;
using Skyline.Server.Builds;
using Skyline.Server.Notices;
using Skyline.Server.Storage;

namespace Skyline.Server.Histories;

/// <summary>
/// Takes the outcome of every build that has ended into the history of its package, once: whether the package builds, since when, and
/// which build was the first to fail. Where that changes its owner is told, and what made it fail is searched for if the schedule says
/// so, in the same transaction.
/// </summary>
public sealed class NoteOutcomes(Database database, Bells bells, TimeProvider time, ILogger<NoteOutcomes> log) : BackgroundService
{
    const int AtOnce = 200;
    /// <summary>What ended before that is no news: nobody is told of what an earlier version of this server did not look at.</summary>
    static readonly TimeSpan news = TimeSpan.FromDays(7);
    static readonly TimeSpan again = TimeSpan.FromSeconds(15);
    /// <summary>Where a thousand builds end in a second, they are noted together.</summary>
    static readonly TimeSpan breath = TimeSpan.FromMilliseconds(100);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var bell = bells.Next(Bells.Builds);
            var stuck = false;
            try
            {
                while (await NoteSome(stoppingToken)) { }
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                stuck = true;
                log.LogError(fault, "The outcomes of builds could not be noted yet");
            }
            await bells.Wait(bell, stuck ? again : Timeout.InfiniteTimeSpan, stoppingToken);
            await Task.Delay(breath, time, stoppingToken);
        }
    }

    /// <returns>Whether there may be more.</returns>
    async Task<bool> NoteSome(CancellationToken ct)
    {
        if (!database.Read(db => db.One<bool>("SELECT EXISTS (SELECT 1 FROM builds WHERE noted_at IS NULL AND ended_at IS NOT NULL)"))) return false;
        var noted = await database.Write(tx =>
        {
            var ended = EndedBuild.Unnoted(tx, AtOnce);
            foreach (var build in ended) Note(tx, build, time.Stamp());
            return ended.Count;
        }, ct);
        bells.Ring(Bells.Histories);
        bells.Ring(Bells.Notices);
        bells.Ring(Bells.Bisections);
        return noted == AtOnce;
    }

    static void Note(IDbTransaction tx, EndedBuild build, long now)
    {
        if (tx.Execute("UPDATE builds SET noted_at = @now WHERE id = @Id AND noted_at IS NULL", new { build.Id, now }) == 0 || !build.Counts) return;
        var before = PackageState.Find(tx.Connection!, build.TagId, build.Package);
        var after = PackageState.Next(before, build.Result, build.Id, build.EndedAt);
        if (after is null) return;
        after.Keep(tx, build.TagId, build.Package);
        if (after.Result == before?.Result) return;
        if (after.Result == nameof(PackageResult.Bad)) KeepLocksOf(tx, build.Id);
        if (build.EndedAt < now - (long)news.TotalMilliseconds) return;
        if (PackageOwner.Of(tx, build.TagId, build.Package) is { } owner && Sentence(build, before, after) is { } sentence)
            Notify.Put(tx, owner, after.Result == nameof(PackageResult.Bad) ? NoticeKind.Fails : NoticeKind.BuildsAgain, sentence, ShowHistory.Page(build.Tag, build.Package), now, build.TagId);
        if (after is { Result: nameof(PackageResult.Bad), GoodBuildId: { } good } && build.Bisects)
            StartBisection.Put(tx, new(build.TagId, build.Package, good, build.Id, StartBisection.UsualProbes, Priorities.Background, build.Owner), now);
    }

    /// <summary>What it was made from is wanted as long as it fails.</summary>
    static void KeepLocksOf(IDbTransaction tx, long build) => tx.Execute("""
        INSERT INTO locks (sha256) SELECT DISTINCT r.lock_sha256 FROM task_runs r JOIN build_tasks t ON t.id = r.task_id WHERE t.build_id = @build AND r.state = 'Failed' AND r.lock_sha256 IS NOT NULL ON CONFLICT DO NOTHING
        """, new { build });

    static string? Sentence(EndedBuild build, PackageState? before, PackageState after) => (before, after) switch
    {
        (_, { Result: nameof(PackageResult.Bad) }) => $"{build.Package} does not build in {build.Tag} any more (build {build.Id}): {FirstLine.Of(build.Why)}",
        ({ Result: nameof(PackageResult.Bad) }, _) => $"{build.Package} builds in {build.Tag} again (build {build.Id}).",
        // That it builds at all is no news.
        _ => null,
    };
}
