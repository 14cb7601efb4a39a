using System.Data;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Builds;
using Skyline.Server.Locks;
using Skyline.Server.Shell;
using Skyline.Server.Sources;
using Skyline.Server.Storage;
using Skyline.Server.Traces;
using Skyline.Server.Verdicts;

namespace Skyline.Server.Tasks;

/// <summary>
/// The end of a run, told by its holder: files that the server has digested itself, phases, the lock. Then the judge weighs the
/// task's runs. The same report sent again is answered as the first; a report about a run that is not the caller's changes nothing.
/// </summary>
public sealed class ReportRun(Database database, Blobs blobs, RunLog logs, EndTask endTask, Bells bells, TimeProvider time, SourceMade sources)
{
    public async Task<IResult> Report(long run, long builder, RunReport report, CancellationToken ct)
    {
        if (WhyMalformed(report) is { } malformed) return new Refusal(400, malformed).AsResult();
        var digest = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(report, SkylineJson.Default.RunReport)));
        var text = Encoding.UTF8.GetBytes(LockText.Of(report.Lock));
        // Nobody fills the disk with locks of runs that are not theirs; one that is kept already fills nothing.
        if (!blobs.Has(Convert.ToHexStringLower(SHA256.HashData(text))) && database.Read(db => HeldRun.Of(db, run, builder)) is null) return HeldRun.NotYours(run).AsResult();
        var locked = await blobs.Put(text, ct);
        var made = report.Outcome == RunOutcome.Succeeded && database.Read(db => HeldRun.Of(db, run, builder)) is { IsOpen: true, MakesSource: true } ? await sources.Read(run, ct) : null;
        var kept = new Kept(run, builder, digest, locked.Sha256, report.Outcome.ToString(), Bounded(report.Why, 2000), FailingLinesKept.Json(report),
            JsonSerializer.Serialize(report.Phases.Take(50), JsonSerializerOptions.Web), logs.Length(run), time.Stamp());
        var judged = (From: 0L, To: 0L);
        var (refusal, weighed) = await database.Write(tx =>
        {
            judged.From = time.Stamp();
            var taken = Take(tx, report, kept, made);
            judged.To = time.Stamp();
            return taken;
        }, ct);
        if (refusal is not null) return refusal.AsResult();
        logs.Close(run);
        if (weighed is not null) endTask.Announce(weighed);
        if (weighed is not null) Tell(run, weighed.Build, report, judged);
        bells.Ring(Bells.Builder(builder));
        return TypedResults.NoContent();
    }

    void Tell(long run, long build, RunReport report, (long From, long To) judged)
    {
        if (!Traced.On) return;
        TraceRun.Ended(database, run, report.Phases);
        Traced.Child("judge", database.Read(db => Traced.OfBuild(db, build)), judged.From, judged.To, ("skyline.run", run), ("skyline.outcome", report.Outcome.ToString().ToLowerInvariant()));
    }

    /// <summary>What a row keeps of a report, worked out before anybody waits for it.</summary>
    sealed record Kept(long Run, long Builder, string Digest, string Locked, string State, string? Why, string? Lines, string Phases, long LogBytes, long Now)
    {
        public string? Vote { get; init; }
    }

    (Refusal? Refusal, Weighed? Weighed) Take(IDbTransaction tx, RunReport report, Kept kept, MadeSource? made)
    {
        var (run, locked) = (kept.Run, kept.Locked);
        if (HeldRun.Of(tx.Connection!, run, kept.Builder) is not { } held) return (HeldRun.NotYours(run), null);
        if (!held.IsOpen) return (held.ReportSha256 == kept.Digest ? null : HeldRun.NotYours(run), null);
        // Kept a moment ago; but what no row points at yet is nobody's, however unlikely it is that it went.
        if (!blobs.Has(locked)) return (new(503, $"The lock of run {run} was not kept; send the report again."), null);
        if (WhyAnotherLock(report, held, locked) is { } another) return (another, null);
        var (vote, why) = report.Outcome == RunOutcome.Succeeded ? Voted(tx, report, held, locked, made) : default;
        if (why is not null) return (new(400, why), null);
        // What cannot be built is the packager's fault, and the run's end like any.
        var unfit = made is null ? null : sources.Take(tx, held.BuildId, made, kept.Now);
        kept = unfit is null ? kept with { Vote = vote } : kept with { State = nameof(RunOutcome.Failed), Why = unfit };
        tx.Execute("""
            UPDATE task_runs SET state = @State, phase = 'Done', ended_at = @Now, why = @Why, failing_lines = @Lines, phases = @Phases,
                   lock_sha256 = @Locked, report_sha256 = @Digest, vote = @Vote, log_bytes = @LogBytes
            WHERE id = @Run AND builder_id = @Builder AND state = 'Running'
            """, kept);
        if (kept.State == nameof(RunOutcome.Succeeded)) tx.Execute("INSERT INTO locks (sha256) VALUES (@locked) ON CONFLICT DO NOTHING", new { locked });
        if (kept.State == nameof(RunOutcome.Succeeded) && !held.MakesSource) Medians.Note(tx, run, kept.Now);
        var weighed = endTask.Weigh(tx, held.TaskId);
        return (null, made is null || unfit is not null ? weighed : weighed with { Queued = true });
    }

    /// <summary>What a run that succeeded says its results are, if they are here.</summary>
    static (string? Vote, string? Why) Voted(IDbTransaction tx, RunReport report, HeldRun held, string locked, MadeSource? made)
    {
        var files = tx.All<Uploaded>("SELECT file_name AS FileName, sha256 AS Sha256, content_hash AS ContentHash, source_rpm AS SourceRpm FROM run_files WHERE run_id = @RunId", held);
        if (held.MakesSource) return (null, WhyNoSource(report, files, made));
        return WhyIncomplete(report, files) is { } why ? (null, why) : (Vote(held, locked, files), null);
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

    /// <summary>Of a tree comes one source package, and that is the one that was read.</summary>
    static string? WhyNoSource(RunReport report, IReadOnlyList<Uploaded> files, MadeSource? made) =>
        files is [{ SourceRpm: null } only] && report.Files is [var named] && named.FileName == only.FileName && named.Sha256 == only.Sha256 && only.Sha256 == made?.Blob.Sha256 ? null
        : "A run that makes a source package reports that one file, uploaded with the content that it names.";

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
