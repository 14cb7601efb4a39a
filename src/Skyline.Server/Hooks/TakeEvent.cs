using System.Data;
using Skyline.Protocol;
using Skyline.Server.Builds;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Sources;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Hooks;

/// <summary>A delivery whose signature is right.</summary>
/// <param name="Name">As the forge names it; null: it does not.</param>
/// <param name="Digest">SHA-256 of the body.</param>
sealed record Delivered(string? Name, string Digest, string Event);

/// <summary>What became of one.</summary>
/// <param name="Status">Of HTTP.</param>
/// <param name="RetryAfter">In seconds: it is to come again, and nothing of it is remembered.</param>
sealed record Taken(HookAnswer Answer, int Status, int? RetryAfter = null);

/// <summary>
/// What was decided about a delivery is done, and written down, in one transaction: what came before is known again there, so that nothing is built twice however
/// often it comes, and however many come at once. Then builds that a newer commit makes useless are ended.
/// </summary>
sealed class TakeEvent(Database database, SubmitSource submit, CancelBuild cancel, Bells bells, SkylineSettings settings, TimeProvider time)
{
    /// <summary>Builds of one hook that no builder has begun, beside those that the new one replaces.</summary>
    const int MostWaiting = 20;
    /// <summary>Of one hook. What is older than that is known again only by what was built of it.</summary>
    const int MostKept = 2000;
    const int BusySeconds = 60;

    /// <param name="Ended">Builds that are for nobody any more.</param>
    sealed record Done(Taken Taken, IReadOnlyList<long> Ended, string By = "");

    public async Task<Taken> Take(Hook hook, Delivered delivered, Decision decision, CancellationToken ct)
    {
        var done = await database.Write(tx => Before(tx, hook, delivered) is { } before ? new Done(before, []) : Write(tx, hook, delivered, decision), ct);
        await Finish(hook, done);
        return done.Taken;
    }

    sealed record Row
    {
        public long Id { get; init; }
        public required string OutcomeText { get; init; }
        public required string Said { get; init; }
        public string? Line { get; init; }
        public string? CommitId { get; init; }
        public string? BeforeId { get; init; }
        public long? Number { get; init; }
        public long? BuildId { get; init; }
    }

    const string Select = "SELECT id AS Id, outcome AS OutcomeText, said AS Said, line AS Line, commit_id AS CommitId, before_id AS BeforeId, number AS Number, build_id AS BuildId FROM hook_deliveries";

    /// <summary>The same body is the same delivery, whatever name it comes under: names are not signed everywhere.</summary>
    Taken? Before(IDbTransaction tx, Hook hook, Delivered delivered)
    {
        var row = tx.One<Row>(Select + " WHERE hook_id = @Id AND digest = @Digest", new { hook.Id, delivered.Digest }) ?? (delivered.Name is null ? null : tx.One<Row>(Select + " WHERE hook_id = @Id AND delivery = @Name LIMIT 1", new { hook.Id, delivered.Name }));
        if (row is null) return null;
        tx.Execute("UPDATE hook_deliveries SET repeats = repeats + 1, repeated_at = @now WHERE id = @Id", new { row.Id, now = time.Stamp() });
        var said = row.BuildId is { } build ? $"This came before, and build {build} is of it." : $"This came before (delivery {row.Id}), and is not looked at again. Then: {row.Said}{(row.Line is null ? "" : $" To have it built now: skyline hook build {hook.Name} {row.Id}.")}";
        return new(new(Enum.Parse<DeliveryOutcome>(row.OutcomeText), said, true, row.BuildId), 200);
    }

    Done Write(IDbTransaction tx, Hook hook, Delivered delivered, Decision decision)
    {
        var done = decision switch
        {
            Decision.Build build => Build(tx, hook, build, byHand: false),
            Decision.End end => End(tx, hook, end),
            Decision.Leave leave => new(new(new(leave.Outcome, leave.Said), leave.Outcome == DeliveryOutcome.Refused ? 409 : 200), []),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        if (done.Taken.RetryAfter is not null) return done;
        var what = decision as Decision.Build ?? (decision as Decision.Leave)?.What;
        tx.Execute("""
            INSERT INTO hook_deliveries (hook_id, at, delivery, digest, event, outcome, said, line, commit_id, before_id, number, build_id)
            VALUES (@Id, @now, @Name, @Digest, @Event, @outcome, @Said, @Line, @Commit, @Before, @Number, @Build)
            """, new { hook.Id, now = time.Stamp(), delivered.Name, delivered.Digest, delivered.Event, outcome = done.Taken.Answer.Outcome.ToString(), done.Taken.Answer.Said, what?.Line, what?.Commit, what?.Before, what?.Number, done.Taken.Answer.Build });
        tx.Execute("DELETE FROM hook_deliveries WHERE hook_id = @Id AND id <= (SELECT id FROM hook_deliveries WHERE hook_id = @Id ORDER BY id DESC LIMIT 1 OFFSET @MostKept)", new { hook.Id, MostKept });
        return done;
    }

    sealed record Known(long Build, string Commit);

    Done Build(IDbTransaction tx, Hook hook, Decision.Build what, bool byHand)
    {
        var (short_, args) = (what.Commit[..12], new { hook.Id, what.Line, what.Commit });
        if (tx.One<long?>("SELECT build_id FROM hook_builds WHERE hook_id = @Id AND line = @Line AND commit_id = @Commit", args) is { } there) return Said(DeliveryOutcome.Skipped, $"Commit {short_} of {what.Line} is built already: build {there}.", 200, there);
        // Forges do not promise an order: what the branch was before something that is known already came late, unless the branch was put back to it.
        var newest = tx.One<Known>("SELECT build_id AS Build, commit_id AS \"Commit\" FROM hook_builds WHERE hook_id = @Id AND line = @Line ORDER BY build_id DESC LIMIT 1", args);
        if (!byHand && newest is not null && what.Before != newest.Commit && tx.One<bool>("SELECT EXISTS (SELECT 1 FROM hook_builds WHERE hook_id = @Id AND line = @Line AND before_id = @Commit)", args))
            return Said(DeliveryOutcome.Skipped, $"A newer commit of {what.Line} came first, as build {newest.Build}.", 200);
        if (!TagRights.Has(tx.Connection!, hook.OwnerId, Right.Build)) return Said(DeliveryOutcome.Refused, $"This hook builds as {hook.Owner}, who may not build any more; make it anew as somebody who may, or ask an administrator.", 403);
        var older = tx.All<long>($"""
            SELECT b.id FROM hook_builds h JOIN builds b ON b.id = h.build_id WHERE h.hook_id = @Id AND h.line = @Line AND b.state IN ({(what.Number is null ? "'Waiting'" : "'Waiting', 'Building'")})
            """, args);
        var waiting = Waiting(tx.Connection!, hook.Id, what.Line);
        if (waiting >= MostWaiting) return new(new(new(DeliveryOutcome.Refused, $"{waiting} builds of this hook wait for a builder, and it has no more at a time; deliver it again in a while."), 429, BusySeconds), []);
        return Queue(tx, hook, what, older);
    }

    Done Queue(IDbTransaction tx, Hook hook, Decision.Build what, IReadOnlyList<long> older)
    {
        // Parsed again: what the settings allow may be less than when the hook was made.
        var (request, bad) = SourceRequest.Of(hook.Url, what.Commit, hook.Subdirectory, hook.Method, settings);
        var outcome = request is null ? new Submitted.Refused(bad!) : submit.Put(tx, request, new(hook.Url, hook.Target, what.Commit, hook.Subdirectory, hook.Method, what.Scratch), null, hook.OwnerId);
        if (outcome is Submitted.Refused { Why: var why }) return Said(DeliveryOutcome.Refused, why.Sentence, why.Status);
        var build = ((Submitted.Queued)outcome).BuildId;
        tx.Execute("INSERT INTO hook_builds (build_id, hook_id, line, commit_id, before_id, number, told) VALUES (@build, @Id, @Line, @Commit, @Before, @Number, @told)",
            new { build, hook.Id, what.Line, what.Commit, what.Before, what.Number, told = hook.ForgeTokenId is null ? "Never" : null });
        var said = $"Commit {what.Commit[..12]} of {what.Line} is {(what.Scratch ? "scratch build" : "build")} {build}.{(what.Why.Length > 0 ? " " + what.Why : "")}{(older.Count > 0 ? $" It replaces build {string.Join(", ", older)}." : "")}";
        return Said(DeliveryOutcome.Built, said, 201, build) with { Ended = older, By = $"hook {hook.Name}: build {build} is of a newer commit of {what.Line}" };
    }

    static Done End(IDbTransaction tx, Hook hook, Decision.End end)
    {
        var open = tx.All<long>("SELECT b.id FROM hook_builds h JOIN builds b ON b.id = h.build_id WHERE h.hook_id = @Id AND h.line = @Line AND b.state IN ('Waiting', 'Building')", new { hook.Id, end.Line });
        return open.Count == 0 ? Said(DeliveryOutcome.Skipped, $"There is nothing to end: no build of {end.Line} is under way.", 200)
            : Said(DeliveryOutcome.Cancelled, $"{char.ToUpperInvariant(end.Line[0])}{end.Line[1..]} is closed, and build {string.Join(", ", open)} ends.", 200) with { Ended = open, By = $"hook {hook.Name}: {end.Line} is closed" };
    }

    public static int Waiting(IDbConnection db, long hook, string except) =>
        db.One<int>("SELECT count(*) FROM hook_builds h JOIN builds b ON b.id = h.build_id WHERE h.hook_id = @hook AND h.line <> @except AND b.state = 'Waiting'", new { hook, except });

    static Done Said(DeliveryOutcome outcome, string said, int status, long? build = null) => new(new(new(outcome, said, false, build), status), []);

    /// <summary>Whatever the rules said: somebody has looked at it, and wants it built.</summary>
    /// <param name="person">Whose the hook must be; null: anybody's.</param>
    public async Task<Refusal?> ByHand(string name, long delivery, long? person, CancellationToken ct)
    {
        Hook? hook = null;
        var done = await database.Write<Done>(tx =>
        {
            hook = Hook.Find(tx.Connection!, name, person);
            if (hook is null) return Said(DeliveryOutcome.Refused, Hook.None(name).Sentence, 404);
            var row = tx.One<Row>(Select + " WHERE hook_id = @Id AND id = @delivery", new { hook.Id, delivery });
            if (row is null) return Said(DeliveryOutcome.Refused, $"Hook '{name}' has no delivery {delivery}; `skyline hook deliveries {name}` shows those that are kept.", 404);
            if (row is not { Line: { } line, CommitId: { } commit }) return Said(DeliveryOutcome.Refused, $"Delivery {delivery} tells of nothing that could be built: {row.Said}", 409);
            var built = Build(tx, hook, new(line, commit, row.BeforeId, row.Number, row.Number is not null || hook.Scratch, "Somebody had it built."), byHand: true);
            if (built.Taken.Answer.Build is { } build) tx.Execute("UPDATE hook_deliveries SET outcome = 'Built', said = @Said, build_id = @build WHERE id = @Id", new { row.Id, built.Taken.Answer.Said, build });
            return built;
        }, ct);
        if (hook is not null) await Finish(hook, done);
        return done.Taken.Answer.Build is not null ? null : new(done.Taken.Status, done.Taken.Answer.Said);
    }

    /// <summary>After the transaction: it is not the forge's business when what it does not wait for takes long, nor does its going away undo anything.</summary>
    async Task Finish(Hook hook, Done done)
    {
        if (done.Taken.Answer is { Outcome: DeliveryOutcome.Built, Repeated: false }) submit.Ring();
        bells.Ring(Bells.Hook(hook.Id));
        foreach (var build in done.Ended) await cancel.Cancel(build, done.By, CancellationToken.None);
    }
}
