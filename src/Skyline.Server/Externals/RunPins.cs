using System.Data;
using Skyline.Protocol;
using Skyline.Server.Storage;

namespace Skyline.Server.Externals;

/// <summary>One external repository's state that a run's buildroot is made of.</summary>
public sealed record RunPin
{
    public required string Name { get; init; }
    public required string Arch { get; init; }
    public required string Hash { get; init; }
    public int Priority { get; init; }
    public string? ChrootRepo { get; init; }
    /// <summary>SHA-256 of the keys that were given for it; null: none were.</summary>
    public string? Keys { get; init; }

    /// <summary>Other keys have another address, for builders keep keys by it.</summary>
    string KeysAddress => $"/external/{Name}/keys.asc?sha256={Keys}";

    string Address => $"/external/{Name}/@{Hash}/{Arch}/";

    /// <summary>A chroot's repository, from this server; packages are checked with the keys that the definition names, those on others' servers from here.</summary>
    public RecipeRepo InPlaceOf(RecipeRepo repo) => repo with
    {
        BaseUrl = Address,
        Metalink = null,
        MirrorList = null,
        Pinned = true,
        GpgKeys = Keys is null ? repo.GpgKeys : [.. repo.GpgKeys.Where(key => !FetchKeys.IsElsewhere(key)), KeysAddress],
    };

    /// <summary>One that was added to the tag.</summary>
    public RecipeRepo ForRecipe() => new($"external-{Name}", Address, null, null, Priority, Keys is not null, Keys is null ? [] : [KeysAddress], Pinned: true);
}

/// <summary>The states that runs are made of: a run is leased when all that it needs are pinned, and what it was given is kept with it.</summary>
static class RunPins
{
    const string IsPinned = """
        EXISTS (
            SELECT 1 FROM external_arches p WHERE p.external_id = n.external_id AND p.state_id IS NOT NULL AND p.arch =
                (SELECT h.arch FROM task_hosts h JOIN builder_arches a ON a.arch = h.arch WHERE h.task_id = r.task_id AND a.builder_id = @builder ORDER BY a.is_foreign, h.arch LIMIT 1))
        """;

    /// <summary>In the claim, where r is the waiting run and @builder asks: everything its buildroot needs is pinned, by its tag's word and by its own.</summary>
    public const string AllPinned = $"""
        NOT EXISTS (
            SELECT 1 FROM build_tasks t JOIN builds b ON b.id = t.build_id JOIN targets d ON d.id = b.target_id JOIN tag_needs n ON n.tag_id = d.build_tag_id
            WHERE t.id = r.task_id AND NOT {IsPinned})
        AND NOT EXISTS (SELECT 1 FROM build_tasks t JOIN build_externals n ON n.build_id = t.build_id WHERE t.id = r.task_id AND NOT {IsPinned})
        """;

    /// <summary>Writes down, with the claim, which states the run gets: the newest.</summary>
    public static void Choose(IDbTransaction tx, long run, long build, long tag, string arch) => tx.Execute("""
        INSERT INTO run_externals (run_id, name, arch, hash)
        SELECT @run, e.name, p.arch, s.hash FROM externals e
          JOIN external_arches p ON p.external_id = e.id AND p.arch = @arch JOIN external_states s ON s.id = p.state_id
        WHERE e.id IN (SELECT external_id FROM tag_needs WHERE tag_id = @tag UNION ALL SELECT external_id FROM build_externals WHERE build_id = @build)
        """, new { run, build, tag, arch });

    public static IReadOnlyList<RunPin> Of(IDbConnection db, long run, long tag) => [.. db.All<Row>("""
        SELECT x.name, x.arch, x.hash, coalesce(n.priority, e.priority) AS Priority, e.chroot_repo AS ChrootRepo, e.keys
        FROM run_externals x JOIN externals e ON e.name = x.name LEFT JOIN tag_needs n ON n.external_id = e.id AND n.tag_id = @tag
        WHERE x.run_id = @run ORDER BY x.name
        """, new { run, tag }).Select(row => new RunPin
    {
        Name = row.Name,
        Arch = row.Arch,
        Hash = row.Hash,
        Priority = row.Priority,
        ChrootRepo = row.ChrootRepo,
        Keys = row.Keys.Length == 0 ? null : Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(row.Keys))),
    })];

    sealed record Row
    {
        public required string Name { get; init; }
        public required string Arch { get; init; }
        public required string Hash { get; init; }
        public int Priority { get; init; }
        public string? ChrootRepo { get; init; }
        public required string Keys { get; init; }
    }
}
