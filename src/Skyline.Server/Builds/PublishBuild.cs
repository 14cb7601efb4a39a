using System.Data;
using System.Data.Common;
using Skyline.Server.Approvals;
using Skyline.Server.Repos;
using Skyline.Server.Signing;
using Skyline.Server.Storage;
using Skyline.Server.Tags;
using Skyline.Server.Tasks;
using Skyline.Server.Traces;
using Skyline.Server.Verdicts;

namespace Skyline.Server.Builds;

/// <summary>
/// Brings an accepted build to its tag: signs every package with the tag's key, then, in one transaction, its packages and the
/// tag's event. Until the tag's next snapshot holds it the build is in state Publishing; killed anywhere, it goes on from there.
/// </summary>
public sealed class PublishBuild(Database database, SignPackages sign, SigningKeys keys, Bells bells, TimeProvider time, ILogger<PublishBuild> log) : BackgroundService
{
    static readonly TimeSpan again = TimeSpan.FromSeconds(15);

    // (The second list of states is that of an index, builds_open.)
    internal const string SelectWaiting = """
        SELECT id FROM builds b WHERE state = 'Publishing' AND state IN ('Waiting', 'Building', 'Publishing')
        AND NOT EXISTS (SELECT 1 FROM tag_builds t WHERE t.build_id = b.id) ORDER BY reported_at, id
        """;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var bell = bells.Next(Bells.Publishing);
            var waiting = database.Read(db => db.All<long>(SelectWaiting));
            var stuck = false;
            foreach (var build in waiting) stuck |= !await TryPublish(build, stoppingToken);
            // A fault such as a full disk may pass; a build that is not published yet is tried again without being asked.
            if (stuck) await bells.Wait(bell, again, stoppingToken);
            else if (waiting.Count == 0) await bell.WaitAsync(stoppingToken);
        }
    }

    /// <returns>False if it is to be tried again.</returns>
    async Task<bool> TryPublish(long build, CancellationToken ct)
    {
        try
        {
            await Publish(build, ct);
            return true;
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            log.LogError(fault, "Build {Build} could not be published yet", build);
            await SayWhy(build, fault, ct);
            return false;
        }
        finally
        {
            bells.Ring(Bells.Build(build));
            bells.Ring(Bells.Builds);
        }
    }

    async Task SayWhy(long build, Exception fault, CancellationToken ct)
    {
        try
        {
            await database.Write(tx => tx.Execute("UPDATE builds SET why = @why, revision = revision + 1 WHERE id = @build AND state = 'Publishing'",
                new { build, why = $"Built; publishing it failed and is tried again every {again.TotalSeconds:0} s: {fault.Message}" }), ct);
        }
        catch (DbException full)
        {
            // On a full disk not even the reason can be written; the next try may find room.
            log.LogError(full, "The reason could not be written to build {Build}", build);
        }
    }

    sealed record Destination(long Tag, long Owner, long ReportedAt, long Draft);

    public async Task Publish(long build, CancellationToken ct)
    {
        var (destination, merged) = database.Read(db => (
            db.One<Destination>("SELECT t.destination_tag_id AS Tag, b.owner_id AS Owner, b.reported_at AS ReportedAt, b.draft AS Draft FROM builds b JOIN targets t ON t.id = b.target_id WHERE b.id = @build", new { build })!,
            Merged.Of(RunResults.Of(db, build))));
        var rpms = ((Merged.Rpms)merged).Files;
        if (database.Read(db => WhyTaken(db, rpms, destination.Draft == 1) ?? WhyTwin(db, destination, build) ?? WhyLocked(db, destination.Tag)) is { } why)
        {
            await database.Write(tx => tx.Execute("UPDATE builds SET state = 'Failed', why = @why, ended_at = @now, revision = revision + 1 WHERE id = @build AND state = 'Publishing'", new { build, why, now = time.Stamp() }), ct);
            return;
        }
        var key = await keys.Of(destination.Tag, ct);
        var (signed, begun) = (new SignedPackage[rpms.Count], time.Stamp());
        // As of the report, so that a try after a failed one makes the same packages, not a second set.
        await Parallel.ForAsync(0, rpms.Count, ct, async (i, cancel) =>
            signed[i] = await sign.Sign(rpms[i].FileName, rpms[i].Sha256, rpms[i].ContentHash, HeldRpm.LocationOf(rpms[i].FileName), key, destination.ReportedAt.ToTime(), cancel));
        await database.Write(tx => Record(tx, build, destination, key, [.. rpms.Zip(signed)]), ct);
        if (Traced.On) Traced.Child("sign", database.Read(db => Traced.OfBuild(db, build)), begun, time.Stamp(), ("skyline.packages", rpms.Count));
        bells.Ring(Bells.Tags);
        // (Where it is held, somebody is asked for.)
        bells.Ring(Bells.Notices);
        bells.Ring(Bells.Approvals);
    }

    void Record(IDbTransaction tx, long build, Destination destination, TagKey key, IReadOnlyList<(ResultRpm Rpm, SignedPackage Signed)> packages)
    {
        if (WhyLocked(tx.Connection!, destination.Tag) is not null) return;
        // Another server of the same database may have been first.
        if (tx.Execute("UPDATE builds SET why = NULL, revision = revision + 1 WHERE id = @build AND state = 'Publishing' AND NOT EXISTS (SELECT 1 FROM tag_builds t WHERE t.build_id = @build)", new { build }) == 0) return;
        foreach (var (rpm, signed) in packages)
            signed.Insert(tx, AddRpm.Insert(tx, build, rpm.Nevra, signed.Head.Package, rpm.FileName, new(rpm.Sha256, rpm.Size), destination.ReportedAt), key.Id);
        if (HeldBack.Unless(tx, () => HoldBuild.Put(tx, build, destination.Tag, destination.Draft == 1, destination.Owner, time.Stamp())) is { } held) HoldBuild.Keep(tx, build, held, time.Stamp());
    }

    /// <summary>It was not when the build was queued. (What is not published yet when a tag is locked ends then; this is for what was being published.)</summary>
    static string? WhyLocked(IDbConnection db, long tag) => WhyNotInto.Locked(Tag.Of(db, tag), "It was built, but does not go where it was to")?.Sentence;

    sealed record Taken(string FileName, string Nvr, long Build);

    /// <summary>Two source packages may make packages of the same name; the first to be published has it. A draft's may be called as those of its own package.</summary>
    static string? WhyTaken(IDbConnection db, IReadOnlyList<ResultRpm> rpms, bool draft) => db.One<Taken>("""
        SELECT r.file_name AS FileName, b.nvr AS Nvr, b.id AS Build FROM rpms r JOIN builds b ON b.id = r.build_id
        WHERE r.file_name IN @names AND r.draft = 0 AND (@draft = 0 OR b.nvr <> @nvr) LIMIT 1
        """, new { names = rpms.Select(rpm => rpm.FileName), draft, nvr = rpms.First(rpm => rpm.IsSource).Nevra.Nvr }) is { } taken
            ? $"{taken.FileName} was already built: it is part of {taken.Nvr} (build {taken.Build}). Raise the version or release."
            : null;

    static string? WhyTwin(IDbConnection db, Destination destination, long build) => destination.Draft == 1 && Twins.In(db, destination.Tag, build) is { } twin
        ? $"'{Tag.Of(db, destination.Tag).Name}' has a build of this name, version and release already, build {twin}; untag that one, or build the draft in a tag of its own: skyline side-tag create."
        : null;
}
