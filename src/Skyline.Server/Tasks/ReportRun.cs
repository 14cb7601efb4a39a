using System.Data;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Builds;
using Skyline.Server.Locks;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Verdicts;

namespace Skyline.Server.Tasks;

/// <summary>
/// The end of a run, told by its holder: files that the server has digested itself, phases, the lock. Then the judge weighs the
/// task's runs. The same report sent again is answered as the first; a report about a run that is not the caller's changes nothing.
/// </summary>
public sealed class ReportRun(Database database, Blobs blobs, RunLog logs, EndTask endTask, Bells bells, TimeProvider time)
{
    public async Task<IResult> Report(long run, long builder, RunReport report, CancellationToken ct)
    {
        if (WhyMalformed(report) is { } malformed) return new Refusal(400, malformed).AsResult();
        var digest = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(report, SkylineJson.Default.RunReport)));
        var text = Encoding.UTF8.GetBytes(LockText.Of(report.Lock));
        // Nobody fills the disk with locks of runs that are not theirs; one that is kept already fills nothing.
        if (!blobs.Has(Convert.ToHexStringLower(SHA256.HashData(text))) && database.Read(db => HeldRun.Of(db, run, builder)) is null) return HeldRun.NotYours(run).AsResult();
        var locked = await blobs.Put(text, ct);
        var (refusal, weighed) = await database.Write(tx => Take(tx, run, builder, report, digest, locked.Sha256), ct);
        if (refusal is not null) return refusal.AsResult();
        logs.Close(run);
        if (weighed is not null) endTask.Announce(weighed);
        bells.Ring(Bells.Builder(builder));
        return TypedResults.NoContent();
    }

    (Refusal? Refusal, Weighed? Weighed) Take(IDbTransaction tx, long run, long builder, RunReport report, string digest, string locked)
    {
        if (HeldRun.Of(tx.Connection!, run, builder) is not { } held) return (HeldRun.NotYours(run), null);
        if (!held.IsOpen) return (held.ReportSha256 == digest ? null : HeldRun.NotYours(run), null);
        // Kept a moment ago; but what no row points at yet is nobody's, however unlikely it is that it went.
        if (!blobs.Has(locked)) return (new(503, $"The lock of run {run} was not kept; send the report again."), null);
        if (WhyAnotherLock(report, held, locked) is { } another) return (another, null);
        var files = tx.All<Uploaded>("SELECT file_name AS FileName, sha256 AS Sha256, content_hash AS ContentHash, source_rpm AS SourceRpm FROM run_files WHERE run_id = @run", new { run });
        if (report.Outcome == RunOutcome.Succeeded && WhyIncomplete(report, files) is { } why) return (new(400, why), null);
        tx.Execute("""
            UPDATE task_runs SET state = @state, phase = 'Done', ended_at = @now, why = @why, failing_lines = @lines, phases = @phases,
                   lock_sha256 = @locked, report_sha256 = @digest, vote = @vote, log_bytes = @logBytes
            WHERE id = @run AND builder_id = @builder AND state = 'Running'
            """, new
        {
            run, builder, digest, locked, now = time.Stamp(), state = report.Outcome.ToString(), why = Bounded(report.Why, 2000), logBytes = logs.Length(run),
            lines = FailingLinesKept.Json(report),
            phases = JsonSerializer.Serialize(report.Phases.Take(50), JsonSerializerOptions.Web),
            vote = report.Outcome == RunOutcome.Succeeded ? Vote(held, locked, files) : null,
        });
        if (report.Outcome == RunOutcome.Succeeded) tx.Execute("INSERT INTO locks (sha256) VALUES (@locked) ON CONFLICT DO NOTHING", new { locked });
        if (report.Outcome == RunOutcome.Succeeded) Medians.Note(tx, run, time.Stamp());
        return (null, endTask.Weigh(tx, held.TaskId));
    }

    /// <summary>Who was given a lock built from exactly that, or not at all.</summary>
    static Refusal? WhyAnotherLock(RunReport report, HeldRun held, string locked) =>
        held.GivenLock is null || held.GivenLock == locked || report.Outcome == RunOutcome.Lost || (report.Outcome == RunOutcome.Failed && report.Lock.Count == 0) ? null
        : new(400, $"Run {held.RunId} was given a lock, and its report names other packages ({locked[..16]}… in place of {held.GivenLock[..16]}…).");

    const int MostPackages = 20_000, MostLetters = 300;

    static string? WhyMalformed(RunReport report) => report switch
    {
        { FailingLines: null } or { Files: null } or { Phases: null } or { Lock: null } => "A report has the lists failingLines, files, phases and lock, even if they are empty.",
        _ when !Enum.IsDefined(report.Outcome) => $"A run's outcome is one of {string.Join(", ", Enum.GetNames<RunOutcome>())}.",
        _ when report.Lock.Count > MostPackages || report.Files.Count > MostPackages => $"A report names at most {MostPackages} packages.",
        _ when report.Lock.Any(package => package?.Nevra is not { Length: <= MostLetters } || package.Sha256 is not { Length: <= MostLetters }) => "A lock's packages have a name and a SHA-256.",
        _ when report.Lock.FirstOrDefault(package => package.Repo is not { Length: <= MostLetters } || LockText.IsUnwritable(package)) is { } odd => $"A lock's packages have a name, a SHA-256 in lower-case hex, a size and a repository, each one word; {(odd.Nevra.Any(char.IsControl) ? "one" : odd.Nevra)} has not.",
        _ when report.FailingLines.Contains(null!) || report.Files.Contains(null!) || report.Phases.Contains(null!) || report.FailingPlaces?.Contains(null!) == true => "A report's lists hold no nothing.",
        _ => null,
    };

    sealed record Uploaded(string FileName, string Sha256, string ContentHash, string? SourceRpm);

    static string? WhyIncomplete(RunReport report, IReadOnlyList<Uploaded> files)
    {
        if (report.Files.FirstOrDefault(file => !files.Any(uploaded => uploaded.FileName == file.FileName && uploaded.Sha256 == file.Sha256)) is { } missing)
            return $"The report names {missing.FileName}, which was not uploaded (with that content); upload it, then report.";
        if (files.FirstOrDefault(file => !report.Files.Any(named => named.FileName == file.FileName)) is { } unnamed)
            return $"{unnamed.FileName} was uploaded, but the report does not name it.";
        if (!files.Any(file => file.SourceRpm is null)) return "The report has no source package; a build's result is its rebuilt *.src.rpm and its binary packages.";
        return files.Any(file => file.SourceRpm is not null) ? null : "The report has no binary package; a successful build makes at least one.";
    }

    /// <summary>The hash of the manifest over every binary package's content, under the key of the job.</summary>
    static string Vote(HeldRun held, string locked, IReadOnlyList<Uploaded> files)
    {
        var job = BuildManifest.JobKey(held.SrpmSha256, locked, held.ChrootSha256, held.Arch, KeptOptions.Sha256(held.Options));
        return BuildManifest.Vote(BuildManifest.Text(job, files.Where(file => file.SourceRpm is not null).Select(file => (file.ContentHash, file.FileName))));
    }

    static string? Bounded(string? text, int most) => text is { Length: var length } && length > most ? text[..most] : text;
}
