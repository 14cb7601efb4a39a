using System.Data;
using Docker.DotNet;
using Docker.DotNet.Models;
using Skyline.Server.Audit;
using Skyline.Server.Builders;
using Skyline.Server.Builds;
using Skyline.Server.People;
using Skyline.Server.Storage;

namespace Skyline.Server.Pools;

/// <summary>
/// Grows and shrinks pools: looks at what waits and at what the engine has, decides, and takes the next steps, again and again. All that it knows is
/// in the database and in the labels of services, so that it goes on where it was after a restart. Of several servers one at a time does this for a pool.
/// </summary>
sealed class GrowPools(Database database, SwarmEngine swarm, KnownCallers callers, GreetBuilder greet, Bells bells, TimeProvider time, ILogger<GrowPools> log) : BackgroundService
{
    /// <summary>Bells ring often while much is built; a decision in between is as good.</summary>
    static readonly TimeSpan rest = TimeSpan.FromSeconds(1);
    /// <summary>How long a builder may take to start and to join; the image is fetched in this time too.</summary>
    const long LongestStart = 10 * 60_000, Turn = 60_000, LeastStart = 5, UsualStart = 60;

    readonly string me = Guid.NewGuid().ToString("N");
    /// <summary>When fewer will have been enough for long enough; null: no such time is known.</summary>
    long? due;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            due = null;
            Task[] any = [bells.Next(Bells.Pools), bells.Next(Bells.Batches), bells.Next(Bells.Work), bells.Next(Bells.Builds)];
            try
            {
                foreach (var pool in database.Read(Pool.All)) await LookAfter(pool, stoppingToken);
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogError(fault, "Pools could not be looked after");
            }
            await Task.Delay(rest, time, stoppingToken);
            if (due is not { } next) await Task.WhenAny(any).WaitAsync(stoppingToken);
            else if (next - time.Stamp() is var left and > 0) await bells.WaitAny(any, TimeSpan.FromMilliseconds(left), stoppingToken);
        }
    }

    /// <summary>An engine that does not answer is that pool's trouble and nobody else's.</summary>
    async Task LookAfter(Pool pool, CancellationToken ct)
    {
        string? trouble;
        try
        {
            trouble = await MyTurn(pool, ct) ? await Look(pool, ct) : pool.Trouble;
        }
        catch (Exception e) when (e is DockerApiException or HttpRequestException or TimeoutException or IOException or System.Security.Cryptography.CryptographicException or OperationCanceledException && !ct.IsCancellationRequested)
        {
            trouble = $"The Swarm's manager does not do what it is asked: {Said.Line(e.Message, 300)}";
        }
        if (trouble == pool.Trouble) return;
        if (trouble is not null) log.LogWarning("Pool {Pool}: {Trouble}", pool.Name, trouble);
        await database.Write(tx => tx.Execute("UPDATE pools SET trouble = @trouble WHERE id = @Id", new { pool.Id, trouble }), ct);
        bells.Ring(Bells.Builds);
    }

    async Task<bool> MyTurn(Pool pool, CancellationToken ct) => await database.Write(tx =>
        tx.Execute("UPDATE pools SET turn = @me, turn_until = @until WHERE id = @Id AND (turn = @me OR turn IS NULL OR turn_until < @now)", new { pool.Id, me, now = time.Stamp(), until = time.Stamp() + Turn }) > 0, ct);

    /// <returns>What is in its way; null: nothing.</returns>
    async Task<string?> Look(Pool pool, CancellationToken ct)
    {
        if (pool.Service.Length == 0)
        {
            // Whoever starts its machines may ask how many are wanted.
            await Remember(pool, database.Read(db => Decide(db, pool, [])).Wanted, ct);
            return null;
        }
        if (!swarm.IsOn) return "This server knows of no Swarm to start builders on: set Skyline:Swarm:Host to its manager, and restart.";
        if (await swarm.Mould(pool.Service, ct) is not { } mould) return $"There is no service '{pool.Service}' in the Swarm to make builders after; deploy the stack that has it.";
        var services = await swarm.Builders(pool.Name, ct);
        var (members, wanted) = database.Read(db => Decide(db, pool, services));
        await Remember(pool, wanted, ct);
        var steps = NextSteps.Of(pool.Service, Math.Min(wanted.Builders, pool.Most), pool.Most, members);
        return await Take(pool, mould, services, steps, ct) ?? members.Where(one => one is { IsOverdue: true, IsHere: false }).Select(one => $"{one.Name} was started and did not join within {LongestStart / 60_000} minutes; `docker service ps {one.Name}` says why.").FirstOrDefault();
    }

    (IReadOnlyList<Member> Members, (int Builders, long Since, string Why) Wanted) Decide(IDbConnection db, Pool pool, IReadOnlyList<BuilderService> services)
    {
        var now = time.Stamp();
        var (rows, members) = PoolMembers.Of(db, pool, services, now, LongestStart);
        var asked = HowMany.Of(new(pool.Least, pool.Most, pool.Slots, ReadDemand.OtherSlots(db, pool, now), members.Count(one => one is { Running: > 0, IsLeaving: false, IsOff: false }), Start(rows, services)), ReadDemand.Of(db, pool, now));
        var (builders, since) = HowMany.Hold(asked.Builders, pool.Wanted, pool.WantedAt, now, pool.IdleSeconds * 1000L);
        if (builders > asked.Builders && since + pool.IdleSeconds * 1000L is var then && !(due < then)) due = then;
        return (members, (builders, since, builders > asked.Builders ? $"{asked.Builders} would do by now; it keeps {builders} until that has been enough for {pool.IdleSeconds} seconds." : asked.Why));
    }

    /// <summary>What starting takes here, by those that have been started.</summary>
    static double Start(IReadOnlyList<PoolMembers.Row> rows, IReadOnlyList<BuilderService> services)
    {
        var took = rows.Join(services, row => row.Name, service => service.Name, (row, service) => (row.CreatedAt - service.StartedAt) / 1000.0).Where(seconds => seconds > 0).Order().ToList();
        return took.Count == 0 ? UsualStart : Math.Clamp(took[took.Count / 2], LeastStart, LongestStart / 1000);
    }

    async Task Remember(Pool pool, (int Builders, long Since, string Why) wanted, CancellationToken ct)
    {
        if (wanted.Builders != pool.Wanted) log.LogInformation("Pool {Pool}: {Why}", pool.Name, wanted.Why);
        var isNew = wanted.Builders != pool.Wanted || wanted.Why != pool.Why;
        if (isNew || wanted.Since != pool.WantedAt) await database.Write(tx => tx.Execute("UPDATE pools SET wanted = @Builders, wanted_at = @Since, why = @Why WHERE id = @Id", new { pool.Id, wanted.Builders, wanted.Since, wanted.Why }), ct);
        if (isNew) bells.Ring(Bells.Pooled);
    }

    /// <summary>First what is ours to say, then what is the engine's to do: a service is ended when its builder has been removed here, which it is only while nothing of it runs.</summary>
    async Task<string?> Take(Pool pool, ServiceSpec mould, IReadOnlyList<BuilderService> services, Steps steps, CancellationToken ct)
    {
        var (gone, ended) = await database.Write(tx => Switch(tx, pool, steps), ct);
        if (gone.Count > 0) callers.ForgetAll();
        foreach (var id in gone.Values) greet.Forget(id);
        if (steps.Keep.Count + steps.Leave.Count + gone.Count > 0) bells.Ring(Bells.Work);
        foreach (var service in services.Where(one => gone.ContainsKey(one.Name) || ended.Contains(one.Name))) await swarm.End(service, ct);
        foreach (var name in steps.Start) await swarm.Start(mould, pool.Name, name, pool.Slots, ct);
        return null;
    }

    /// <returns>Those that were removed, by their names; and services that are nobody's and nobody's will be: who was about to join under such a name is refused.</returns>
    (Dictionary<string, long> Gone, IReadOnlyList<string> Ended) Switch(IDbTransaction tx, Pool pool, Steps steps)
    {
        foreach (var name in steps.Keep) Set(tx, pool, name, "asked to stay", "UPDATE builders SET leaving = 0, enabled = 1, draining = 0, reason = NULL WHERE name = @name AND pool_id = @Id AND leaving = 1 AND removed_at IS NULL RETURNING id");
        foreach (var name in steps.Leave) Set(tx, pool, name, "let go", "UPDATE builders SET leaving = 1, enabled = 0, draining = 1, reason = 'its pool needs fewer' WHERE name = @name AND pool_id = @Id AND enabled = 1 AND removed_at IS NULL RETURNING id");
        var gone = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var name in steps.Remove)
            if (Set(tx, pool, name, "removed", """
                UPDATE builders SET removed_at = @now, enabled = 0, draining = 0, leaving = 0, reason = NULL
                WHERE name = @name AND pool_id = @Id AND enabled = 0 AND removed_at IS NULL AND NOT EXISTS (SELECT 1 FROM task_runs r WHERE r.builder_id = builders.id AND r.state = 'Running') RETURNING id
                """) is { } id)
            {
                tx.Execute("DELETE FROM tokens WHERE builder_id = @id", new { id });
                tx.Execute("DELETE FROM channel_builders WHERE builder_id = @id", new { id });
                tx.Execute("DELETE FROM builder_arches WHERE builder_id = @id", new { id });
                gone[name] = id;
            }
        var ended = steps.End.Where(name => !tx.One<bool>("SELECT EXISTS (SELECT 1 FROM builders WHERE name = @name AND removed_at IS NULL)", new { name })).ToList();
        tx.Execute("UPDATE pools SET ending = @ending WHERE id = @Id AND ending <> @ending", new { pool.Id, ending = string.Join(' ', gone.Keys.Concat(ended)) });
        return (gone, ended);
    }

    long? Set(IDbTransaction tx, Pool pool, string name, string act, string sql)
    {
        var id = tx.One<long?>(sql, new { name, pool.Id, now = time.Stamp() });
        if (id is not null) tx.Note(act, $"builder {name}", id: id);
        return id;
    }
}
