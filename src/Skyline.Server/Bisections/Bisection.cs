using System.Data;
using System.Text.Json;
using Skyline.Server.Builds;
using Skyline.Server.Storage;

namespace Skyline.Server.Bisections;

/// <summary>A bisection that is under way, with all that its probes are made of.</summary>
sealed record Bisection
{
    public long Id { get; init; }
    public long TagId { get; init; }
    public required string Tag { get; init; }
    public required string Package { get; init; }
    public long GoodRunId { get; init; }
    public long BadRunId { get; init; }
    public required string GoodLock { get; init; }
    public required string BadLock { get; init; }
    public bool SameRecipe { get; init; }
    public required string Arch { get; init; }
    public required string GoodHost { get; init; }
    public required string BadHost { get; init; }
    public int MostProbes { get; init; }
    public int Priority { get; init; }
    public long OwnerId { get; init; }
    public string? UpdatesJson { get; init; }
    public long TargetId { get; init; }
    public required string Target { get; init; }
    public required string SrpmNvr { get; init; }
    public required string SrpmFile { get; init; }
    public required string SrpmSha256 { get; init; }
    public long SrpmSize { get; init; }
    public string? Options { get; init; }

    /// <summary>Null: the two buildroots were not compared yet.</summary>
    public IReadOnlyList<Update>? Updates => UpdatesJson is null ? null : JsonSerializer.Deserialize<IReadOnlyList<Update>>(UpdatesJson);

    public KeptSource Source => new(SrpmNvr, SrpmFile, SrpmSha256, SrpmSize);

    /// <summary>Of a running one: the sources and the options are the bad build's.</summary>
    public static Bisection? Running(IDbConnection db, long id) => db.One<Bisection>("""
        SELECT x.id, x.tag_id AS TagId, t.name AS Tag, x.package AS Package, x.good_run_id AS GoodRunId, x.bad_run_id AS BadRunId, g.lock_sha256 AS GoodLock, r.lock_sha256 AS BadLock,
          g.recipe_sha256 = r.recipe_sha256 AS SameRecipe, k.arch AS Arch, json_extract(p.json, '$.buildrootArch') AS GoodHost, json_extract(q.json, '$.buildrootArch') AS BadHost, x.most_probes AS MostProbes, x.priority AS Priority,
          x.owner_id AS OwnerId, x.updates AS UpdatesJson, b.target_id AS TargetId, d.name AS Target, b.srpm_nvr AS SrpmNvr, b.srpm_file AS SrpmFile, b.srpm_sha256 AS SrpmSha256, b.srpm_size AS SrpmSize, b.options AS Options
        FROM bisections x JOIN tags t ON t.id = x.tag_id JOIN builds b ON b.id = x.bad_build_id JOIN targets d ON d.id = b.target_id
          JOIN task_runs g ON g.id = x.good_run_id JOIN task_runs r ON r.id = x.bad_run_id JOIN build_tasks k ON k.id = r.task_id
          JOIN recipes p ON p.sha256 = g.recipe_sha256 JOIN recipes q ON q.sha256 = r.recipe_sha256
        WHERE x.id = @id AND x.state = 'Running'
        """, new { id });
}
