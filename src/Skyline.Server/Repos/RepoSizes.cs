using System.Collections.Concurrent;
using System.Data;
using Skyline.Server.Storage;

namespace Skyline.Server.Repos;

/// <summary>How large the packages of a tag's newest snapshot are. It is summed up when somebody asks, and once for each snapshot: publishing does not wait for it.</summary>
sealed class RepoSizes
{
    const int Most = 10_000;

    readonly ConcurrentDictionary<long, (long Snapshot, RepoSize Size)> known = new();

    /// <param name="snapshot">Its newest.</param>
    public RepoSize Of(IDbConnection db, long tag, long snapshot)
    {
        if (known.TryGetValue(tag, out var kept) && kept.Snapshot == snapshot) return kept.Size;
        var size = db.One<RepoSize>("SELECT count(*) AS Packages, coalesce(sum(p.blob_size), 0) AS Bytes FROM (SELECT DISTINCT rpm_id FROM tag_rpms WHERE tag_id = @tag AND until IS NULL) r JOIN rpms p ON p.id = r.rpm_id", new { tag })!;
        if (known.Count >= Most) known.Clear();
        known[tag] = (snapshot, size);
        return size;
    }
}

/// <param name="Packages">Files, each once, also where several architectures have it.</param>
sealed record RepoSize
{
    public long Packages { get; init; }
    public long Bytes { get; init; }
}
