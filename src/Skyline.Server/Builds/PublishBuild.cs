using System.Data;
using Microsoft.Data.Sqlite;
using Skyline.Server.Repos;
using Skyline.Server.Signing;
using Skyline.Server.Storage;
using Skyline.Server.Tags;
using Skyline.Server.Tasks;
using Skyline.Server.Verdicts;

namespace Skyline.Server.Builds;

/// <summary>
/// Brings an accepted build to its repository: sign every package once, then, in one transaction, its packages, the tag's event,
/// the next snapshot and the build's end. A build that waits for this is in state Publishing; killed anywhere, it starts over
/// and nothing half-made was visible.
/// </summary>
public sealed class PublishBuild(Database database, SigningKeys keys, SignPackage sign, PublishSnapshot snapshots, Bells bells, TimeProvider time, ILogger<PublishBuild> log) : BackgroundService
{
    static readonly TimeSpan again = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var bell = bells.Next(Bells.Publishing);
            var waiting = database.Read(db => db.All<long>("SELECT id FROM builds WHERE state = 'Publishing' ORDER BY reported_at, id"));
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
        catch (SqliteException full)
        {
            // On a full disk not even the reason can be written; the next try may find room.
            log.LogError(full, "The reason could not be written to build {Build}", build);
        }
    }

    sealed record Destination(long Tag, long Owner, long ReportedAt);

    public async Task Publish(long build, CancellationToken ct)
    {
        var (destination, merged) = database.Read(db => (
            db.One<Destination>("SELECT t.destination_tag_id AS Tag, b.owner_id AS Owner, b.reported_at AS ReportedAt FROM builds b JOIN targets t ON t.id = b.target_id WHERE b.id = @build", new { build })!,
            Merged.Of(RunResults.Of(db, build))));
        var rpms = ((Merged.Rpms)merged).Files;
        if (database.Read(db => WhyTaken(db, rpms)) is { } why)
        {
            await database.Write(tx => tx.Execute("UPDATE builds SET state = 'Failed', why = @why, ended_at = @now, revision = revision + 1 WHERE id = @build AND state = 'Publishing'", new { build, why, now = time.Stamp() }), ct);
            return;
        }
        var signed = new List<SignedPackage>();
        // As of the report, so that a try after a failed one makes the same files, not a second set.
        var key = await keys.Of(destination.Tag, ct);
        foreach (var rpm in rpms) signed.Add(await sign.Sign(rpm, key.Signer, destination.ReportedAt.ToTime(), ct));
        await snapshots.Publish(destination.Tag, [.. signed.Select(package => package.ForRepo)], (tx, _) => Record(tx, build, destination, signed), ct);
    }

    bool Record(IDbTransaction tx, long build, Destination destination, IReadOnlyList<SignedPackage> signed)
    {
        var now = time.Stamp();
        if (tx.Execute("UPDATE builds SET state = 'Complete', why = NULL, ended_at = @now, revision = revision + 1 WHERE id = @build AND state = 'Publishing'", new { build, now }) == 0) return false;
        foreach (var package in signed)
        {
            var id = tx.One<long>("""
                INSERT INTO rpms (build_id, file_name, repo_class, name, epoch, version, release, arch, size, sha256, content_hash, location, signed_at)
                VALUES (@build, @FileName, @Class, @Name, @Epoch, @Version, @Release, @Arch, @Size, @Sha256, @ContentHash, @Location, @signedAt) RETURNING id
                """, new
            {
                build, package.Rpm.FileName, Class = package.Class.ToString(), package.Rpm.Name, package.Rpm.Epoch, package.Rpm.Version, package.Rpm.Release,
                package.Rpm.Arch, package.Blob.Size, package.Blob.Sha256, package.Rpm.ContentHash, package.Location, signedAt = package.SignedAt.ToUnixTimeMilliseconds(),
            });
            tx.Execute("INSERT INTO rpm_metadata (rpm_id, primary_xml, filelists_xml, other_xml) VALUES (@id, @primary, @filelists, @other)", new
            {
                id, primary = package.Metadata.Primary.ToArray(), filelists = package.Metadata.Filelists.ToArray(), other = package.Metadata.Other.ToArray(),
            });
        }
        TagBuild.Tag(tx, destination.Tag, build, destination.Owner, now);
        return true;
    }

    sealed record Taken(string FileName, long Build, string Nvr);

    /// <summary>Two source packages may make packages of the same name; the first to be published has it.</summary>
    static string? WhyTaken(IDbConnection db, IReadOnlyList<ResultRpm> rpms) =>
        db.One<Taken>("SELECT r.file_name AS FileName, b.id AS Build, b.nvr AS Nvr FROM rpms r JOIN builds b ON b.id = r.build_id WHERE r.file_name IN @names LIMIT 1", new { names = rpms.Select(rpm => rpm.FileName) }) is { } taken
            ? $"{taken.FileName} was already built: it is part of {taken.Nvr} (build {taken.Build}). Raise the version or release."
            : null;
}
