using System.Data;
using Skyline.Protocol;
using Skyline.Server.Audit;
using Skyline.Server.Builders;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;
using Skyline.Server.Tasks;

namespace Skyline.Server.Pools;

/// <summary>
/// A machine shows a pool's token and says what it is called; it gets a builder's token of its own. Who joins under a name that is in the pool is
/// that builder started anew: its earlier token is good no more, and what it had leased goes back into the queue at once.
/// </summary>
public sealed class JoinPool(Database database, KnownCallers callers, GreetBuilder greet, EndTask endTask, RunLog logs, Bells bells, TimeProvider time)
{
    const int LongestToken = 200;

    sealed record Known
    {
        public long Id { get; init; }
        public long? PoolId { get; init; }
        public long? RemovedAt { get; init; }
    }

    sealed record Lost
    {
        public long Id { get; init; }
        public long TaskId { get; init; }
    }

    public async Task<(EnrolledBuilder? Builder, Refusal? Why)> Join(JoiningBuilder wanted, CancellationToken ct)
    {
        if (wanted.Token is not { Length: > 0 and <= LongestToken } shown) return (null, NoToken);
        if (!Names.IsGood(wanted.Name)) return (null, new(400, $"A builder cannot be called '{wanted.Name}': a name is {Names.Rule}."));
        var (hash, token) = (Token.Hash(shown), Token.New());
        if (database.Read(db => Pool.OfToken(db, hash)) is null) return (null, NoToken);
        var (id, why, lost) = await database.Write(tx => Join(tx, wanted.Name, hash, Token.Hash(token)), ct);
        if (why is not null) return (null, why);
        callers.ForgetAll();
        greet.Forget(id);
        foreach (var (run, weighed) in lost)
        {
            logs.Close(run);
            endTask.Announce(weighed);
        }
        bells.Ring(Bells.Work);
        bells.Ring(Bells.Builder(id));
        return (new(wanted.Name, token), null);
    }

    (long Id, Refusal? Why, IReadOnlyList<(long Run, Weighed Weighed)> Lost) Join(IDbTransaction tx, string name, string hash, string own)
    {
        if (Pool.OfToken(tx.Connection!, hash) is not { } pool) return (0, NoToken, []);
        var known = tx.One<Known>("SELECT id AS Id, pool_id AS PoolId, removed_at AS RemovedAt FROM builders WHERE name = @name", new { name });
        if (known is not null && known.PoolId != pool.Id) return (0, new(409, $"There is a builder '{name}', and it is not of pool '{pool.Name}'; call this one something else."), []);
        if (pool.Ending.Split(' ').Contains(name)) return (0, new(409, $"Pool '{pool.Name}' lets '{name}' go; it is being ended."), []);
        var isNew = known is null or { RemovedAt: not null };
        if (isNew && tx.One<int>("SELECT count(*) FROM builders WHERE pool_id = @Id AND removed_at IS NULL", pool) >= pool.Most)
            return (0, new(409, $"Pool '{pool.Name}' has the {pool.Most} builders that it may have; `skyline pool edit {pool.Name} --most N` lets more join."), []);
        var now = time.Stamp();
        var id = isNew ? Let(tx, pool, name, now) : known!.Id;
        tx.Execute("DELETE FROM tokens WHERE builder_id = @id", new { id });
        tx.Execute("INSERT INTO tokens (sha256, builder_id, created_at) VALUES (@own, @id, @now)", new { own, id, now });
        var runs = tx.All<Lost>("""
            UPDATE task_runs SET state = 'Lost', ended_at = @now, why = 'its builder was started anew in phase ' || lower(phase) || '.' WHERE state = 'Running' AND builder_id = @id
            RETURNING id AS Id, task_id AS TaskId
            """, new { now, id });
        tx.Note(isNew ? "joined" : "joined anew", $"builder {name}", after: new { Pool = pool.Name }, id: id);
        return (id, null, [.. runs.Select(run => (run.Id, endTask.Weigh(tx, run.TaskId)))]);
    }

    static long Let(IDbTransaction tx, Pool pool, string name, long now)
    {
        var id = tx.One<long>("""
            INSERT INTO builders (name, owner, created_at, pool_id, slots) VALUES (@name, @owner, @now, @Id, @Slots) ON CONFLICT (name) DO UPDATE
            SET owner = @owner, created_at = @now, removed_at = NULL, enabled = 1, draining = 0, leaving = 0, reason = NULL, last_seen_at = NULL, no_work = NULL, report = NULL RETURNING id
            """, new { name, owner = $"pool {pool.Name}", now, pool.Id, pool.Slots });
        tx.Execute("DELETE FROM channel_builders WHERE builder_id = @id", new { id });
        tx.Execute("INSERT INTO channel_builders (channel_id, builder_id) VALUES (@ChannelId, @id)", new { pool.ChannelId, id });
        return id;
    }

    static readonly Refusal NoToken = new(403, "This is no pool's token, or it was taken back; `skyline pool token NAME` gives the pool another, shown once.");
}
