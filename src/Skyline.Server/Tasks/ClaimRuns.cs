using System.Data;
using Skyline.Protocol;
using Skyline.Server.Builds;
using Skyline.Server.Externals;
using Skyline.Server.Locks;
using Skyline.Server.Repos;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Tasks;

/// <summary>
/// Claims waiting runs for questions, many in one transaction. A builder that lost a task's run does not get its next one while another
/// that could do it is here, nor at once: a fault that passes in a minute must not use up all of a build's tries. What is of a chroot that
/// this server does not know (any more) waits, and so does what needs an engine or a virtual machine that the builder lacks or a repository
/// that is not pinned yet; none of them holds up anything else. What is to be built from a lock needs none of this but the engine.
/// </summary>
public sealed class ClaimRuns(Chroots chroots, CurrentSnapshots current, SkylineSettings settings, TimeProvider time)
{
    /// <summary>So that a commit, and what waits for it, does not last long.</summary>
    internal const int MostAtOnce = 64;

    /// <summary>Of builder o: it asked for work since @here, and takes some.</summary>
    internal const string HereAndWilling = "o.enabled = 1 AND o.no_work IS NULL AND o.last_seen_at > @here";

    sealed record RecipeKey(long Tag, string Repos, string Arch, string HostArch, string Snapshot, long Event);
    sealed record Cooked(BuildrootRecipe Recipe, string ChrootSha256, string Sha256);

    /// <summary>As of the last transaction here. There is one at a time.</summary>
    Fleet? fleet;
    readonly Dictionary<RecipeKey, Cooked> cooked = [];
    /// <summary>The newest change to tags, as the round that goes on began.</summary>
    long lastEvent;

    /// <summary>Takes the questions that it has a run for; each is to be given it when the transaction is on the disk, or put back if it fails.</summary>
    internal IReadOnlyList<(Question Question, ClaimedRun? Run, Exception? Fault)> Claim(IDbTransaction tx, IReadOnlyList<Question> questions)
    {
        var claims = new List<(Question, ClaimedRun?, Exception?)>();
        lastEvent = tx.One<long?>("SELECT max(id) FROM tag_events") ?? 0;
        var round = Round.Begin(tx.Connection!, FleetNow(tx.Connection!), questions, time.Stamp(), settings);
        while (claims.Count < MostAtOnce && round.Next() is { } turn)
        {
            if (!turn.Question.Take()) continue;
            try
            {
                claims.Add((turn.Question, Savepoint.Within(tx, () => Claim(tx, turn, round.Now, claims.Count)), null));
                round.Claimed(turn);
            }
            catch (Exception fault) when (tx is KeptTransaction { On.IsIdle: false })
            {
                // That question's alone; and whoever stands behind that run waits for another round.
                claims.Add((turn.Question, null, fault));
                round.PassOver(turn);
                cooked.Clear();
            }
        }
        return claims;
    }

    /// <summary>What was worked out in a transaction that came to nothing.</summary>
    internal void Forget()
    {
        fleet = null;
        cooked.Clear();
    }

    internal Fleet FleetNow(IDbConnection db)
    {
        var now = Fleet.Of(db, fleet);
        if (!ReferenceEquals(now, fleet)) cooked.Clear();
        return fleet = now;
    }

    ClaimedRun Claim(IDbTransaction tx, Turn turn, long now, int number)
    {
        var until = now + (settings.LeaseSeconds * 1000L);
        var claimed = ClaimedRun.Of(tx.Connection!, turn.Head.Run) with { HostArch = turn.Fit.HostArch, LeasedUntil = until };
        if (claimed.LikeRunId is null && fleet!.Externals(tx.Connection!, turn.Line).Count > 0) RunPins.Choose(tx, claimed.RunId, claimed.BuildId, claimed.BuildTagId, claimed.HostArch);
        var recipe = claimed.LikeRunId is { } like ? AsThen(tx, like) : AsNow(tx, claimed, turn.Line);
        tx.Execute("""
            UPDATE task_runs SET state = 'Running', phase = 'Fetch', builder_id = @Builder, leased_at = @now, leased_until = @until, question = @Name, host_arch = @HostArch, chroot_sha256 = @ChrootSha256, recipe_sha256 = @Sha256
            WHERE id = @RunId AND state = 'Waiting'
            """, new { now, until, turn.Question.Builder, turn.Question.Name, turn.Fit.HostArch, recipe.ChrootSha256, recipe.Sha256, claimed.RunId });
        tx.Execute("INSERT INTO turns (owner_id, priority, last) VALUES (@Owner, @Priority, @last) ON CONFLICT (owner_id, priority) DO UPDATE SET last = @last", new { turn.Head.Owner, turn.Head.Priority, last = (now * 1000) + number });
        tx.Execute("UPDATE build_tasks SET state = 'Running' WHERE id = @TaskId AND state = 'Waiting'", claimed);
        tx.Execute("UPDATE builds SET state = 'Building', revision = revision + 1 WHERE id = @BuildId AND state IN ('Waiting', 'Building')", claimed);
        return claimed with { Recipe = recipe.Recipe };
    }

    /// <summary>From the tag's newest snapshot and the states that were pinned for it; what the recipe was is kept with the run.</summary>
    Cooked AsNow(IDbTransaction tx, ClaimedRun run, Line line)
    {
        // Whatever is changed of a tag is an event, whatever decides its pins a revision of the fleet's.
        var key = new RecipeKey(run.BuildTagId, line.Repos, run.Arch, run.HostArch, current.Of(run.BuildTag)!.Hash, lastEvent);
        if (!cooked.TryGetValue(key, out var known)) cooked[key] = known = Cook(tx, run, key.Snapshot, chroots.Find(run.Chroot)!);
        return known;
    }

    Cooked Cook(IDbTransaction tx, ClaimedRun run, string snapshot, Chroot chroot)
    {
        if (cooked.Count > 1000) cooked.Clear();
        var tag = Tag.Of(tx.Connection!, run.BuildTagId);
        var recipe = Recipe.For(tag, chroot, run.Arch, run.HostArch, snapshot, RunPins.Of(tx.Connection!, run.RunId, run.BuildTagId));
        return new(recipe, tag.Buildroot.In(chroot).Sha256, KeptRecipe.Keep(tx, recipe));
    }

    /// <summary>As an earlier run was given it.</summary>
    static Cooked AsThen(IDbTransaction tx, long like)
    {
        var (chroot, recipe) = tx.One<(string, string)>("SELECT chroot_sha256, recipe_sha256 FROM task_runs WHERE id = @like", new { like });
        return new(KeptRecipe.Of(tx.Connection!, like), chroot, recipe);
    }

    /// <summary>What a run that has been claimed before was given.</summary>
    internal BuildrootRecipe? Again(IDbTransaction tx, ClaimedRun run)
    {
        if (run.LikeRunId is { } like) return AsThen(tx, like).Recipe;
        // The tag may have another chroot since, and this goes on as it was begun. It may be gone; then the run is lost when its lease is over, as it would be.
        if (chroots.Find(KeptRecipe.Of(tx.Connection!, run.RunId).Chroot) is not { } chroot) return null;
        // Its pins were chosen when it was claimed.
        var recipe = Cook(tx, run, current.Of(run.BuildTag)!.Hash, chroot);
        tx.Execute("UPDATE task_runs SET chroot_sha256 = @ChrootSha256, recipe_sha256 = @Sha256 WHERE id = @RunId", new { recipe.ChrootSha256, recipe.Sha256, run.RunId });
        return recipe.Recipe;
    }
}
