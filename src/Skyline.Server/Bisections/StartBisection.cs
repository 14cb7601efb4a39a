using System.Data;
using Skyline.Protocol;
using Skyline.Server.Audit;
using Skyline.Server.Builds;
using Skyline.Server.Histories;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Bisections;

/// <summary>What made a package fail is to be searched for, between two builds of it.</summary>
sealed record WantedBisection(long TagId, string Package, long Good, long Bad, int MostProbes, int Priority, long Owner);

/// <summary>Begins a bisection: on the first architecture on which the one build failed and the other did not.</summary>
public sealed class StartBisection(Database database, Bells bells, TimeProvider time)
{
    public const int UsualProbes = 60, MostProbes = 500;

    /// <summary>The SHA-256 of a lock of no packages.</summary>
    const string NoPackages = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    public async Task<(long? Id, Refusal? Refusal)> Start(NewBisection wanted, long owner, CancellationToken ct)
    {
        if (wanted.MostProbes is < 4 or > MostProbes) return (null, new(400, $"A bisection takes 4 to {MostProbes} probes at most; {wanted.MostProbes} is none of that."));
        if (wanted.Package is not { Length: > 0 and <= 200 }) return (null, new(400, "A bisection needs a package."));
        var outcome = await database.Write<(long?, Refusal?)>(tx =>
        {
            if (Tag.Find(tx.Connection!, wanted.Tag ?? "") is not { } tag) return (null, Tag.None(wanted.Tag));
            var state = PackageState.Find(tx.Connection!, tag.Id, wanted.Package);
            if ((wanted.Good ?? state?.GoodBuildId) is not { } good) return (null, new(409, $"It is not known that {wanted.Package} ever built in '{tag.Name}'; say which build was good."));
            if ((wanted.Bad ?? state?.BadBuildId) is not { } bad) return (null, new(409, $"{wanted.Package} does not fail in '{tag.Name}', as far as is known; say which build was bad."));
            return Put(tx, new(tag.Id, wanted.Package, good, bad, wanted.MostProbes ?? UsualProbes, Priorities.Usual, owner), time.Stamp());
        }, ct);
        bells.Ring(Bells.Bisections);
        return outcome;
    }

    sealed record BuildRow(long Id, string Package, string State, long? TargetId);

    sealed record Pair
    {
        public required string Arch { get; init; }
        public long GoodRun { get; init; }
        public long BadRun { get; init; }
        public required string GoodLock { get; init; }
        public required string BadLock { get; init; }
        public required string Host { get; init; }
    }

    /// <summary>The caller rings <see cref="Bells.Bisections"/> after its transaction.</summary>
    internal static (long? Id, Refusal? Refusal) Put(IDbTransaction tx, WantedBisection wanted, long now)
    {
        if (tx.One<long?>("SELECT id FROM bisections WHERE tag_id = @TagId AND package = @Package AND state = 'Running'", wanted) is { } running)
            return (null, new(409, $"{wanted.Package} is being looked into already (bisection {running})."));
        foreach (var (id, state) in new[] { (wanted.Good, "Complete"), (wanted.Bad, "Failed") })
        {
            var build = Privacy.Hidden.Build(tx.Connection!, id) ? null : tx.One<BuildRow>("SELECT id AS Id, package AS Package, state AS State, target_id AS TargetId FROM builds WHERE id = @id", new { id });
            if (build is null) return (null, new(404, $"There is no build {id}."));
            if (build.Package != wanted.Package) return (null, new(409, $"Build {id} is of {build.Package}, not of {wanted.Package}."));
            if (build.State != state || build.TargetId is null) return (null, new(409, $"Build {id} is {build.State.ToLowerInvariant()}{(build.TargetId is null ? " elsewhere" : "")}; between a complete and a failed one, an update can be searched for."));
        }
        var pairs = tx.All<Pair>("""
            SELECT k.arch AS Arch, g.id AS GoodRun, r.id AS BadRun, g.lock_sha256 AS GoodLock, r.lock_sha256 AS BadLock, json_extract(p.json, '$.buildrootArch') AS Host
            FROM build_tasks k JOIN task_runs r ON r.task_id = k.id AND r.state = 'Failed' JOIN recipes q ON q.sha256 = r.recipe_sha256
              JOIN build_tasks o ON o.build_id = @Good AND o.kind = 'buildArch' AND o.arch = k.arch JOIN task_runs g ON g.task_id = o.id AND g.state = 'Succeeded' JOIN recipes p ON p.sha256 = g.recipe_sha256
            WHERE k.build_id = @Bad AND k.kind = 'buildArch' AND r.lock_sha256 IS NOT NULL AND g.lock_sha256 IS NOT NULL ORDER BY k.id, r.id, g.id
            """, wanted);
        if (pairs.Count == 0) return (null, new(409, $"There is no architecture on which build {wanted.Bad} failed by its own fault and build {wanted.Good} is known to have built."));
        if (pairs.FirstOrDefault(pair => pair.BadLock != NoPackages) is not { } found)
            return (null, new(409, $"The buildroot of build {wanted.Bad} could not even be made, so there is none to compare: the reason of its failure names what is missing."));
        var bisection = tx.One<long>("""
            INSERT INTO bisections (tag_id, package, good_build_id, bad_build_id, good_run_id, bad_run_id, state, most_probes, priority, owner_id, created_at)
            VALUES (@TagId, @Package, @Good, @Bad, @GoodRun, @BadRun, 'Running', @MostProbes, @Priority, @Owner, @now) RETURNING id
            """, new { wanted.TagId, wanted.Package, wanted.Good, wanted.Bad, found.GoodRun, found.BadRun, wanted.MostProbes, wanted.Priority, wanted.Owner, now });
        tx.Note("started", $"bisection {bisection}", after: new { wanted.Package, wanted.Good, wanted.Bad, wanted.MostProbes }, id: bisection);
        // From now on what the two were made of stays.
        tx.Execute("INSERT INTO locks (sha256) VALUES (@GoodLock), (@BadLock) ON CONFLICT DO NOTHING", found);
        return (bisection, null);
    }
}
