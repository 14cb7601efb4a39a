using Skyline.Protocol;
using Skyline.Server.Locks;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Bisections;

/// <summary>Which updates lie between two buildroots.</summary>
public sealed class CompareBuildroots(Database database, Blobs blobs, BringLocked bring, ReadFacts read)
{
    /// <param name="fetch">Whether packages that are at an upstream only are fetched first, so that their headers can be read.</param>
    internal async Task<IReadOnlyList<Update>> Between(string before, string after, bool fetch, CancellationToken ct)
    {
        var (had, has) = (Lock(before), Lock(after));
        var changes = CompareLocks.Of(had, has);
        if (changes.Count == 0) return [];
        if (fetch)
            foreach (var one in new[] { before, after }) await bring.Bring(one, ct);
        var facts = await read.Of([.. had, .. changes.Select(change => change.After).OfType<LockedPackage>()], ct);
        return GroupUpdates.Of(had, changes, facts);
    }

    internal IReadOnlyList<LockedPackage> Lock(string sha256) => LockText.Read(File.ReadAllText(blobs.PathOf(sha256)));

    sealed record Row(long Build, string Arch, string Lock);

    public async Task<(BuildrootDifference? Difference, Refusal? Refusal)> Of(long before, long after, string? arch, CancellationToken ct)
    {
        foreach (var id in new[] { before, after })
            if (database.Read(db => db.One<long?>("SELECT id FROM builds WHERE id = @id", new { id })) is null) return (null, new(404, $"There is no build {id}."));
        var locks = database.Read(db => db.All<Row>("""
            SELECT t.build_id AS Build, t.arch AS Arch, r.lock_sha256 AS Lock FROM task_runs r JOIN build_tasks t ON t.id = r.task_id
            WHERE t.build_id IN (@before, @after) AND t.kind = 'buildArch' AND r.lock_sha256 IS NOT NULL AND (@arch IS NULL OR t.arch = @arch) ORDER BY t.id, r.state <> 'Succeeded', r.id DESC
            """, new { before, after, arch })).DistinctBy(row => (row.Build, row.Arch)).ToList();
        if (locks.FirstOrDefault(row => row.Build == before && locks.Any(other => other.Build == after && other.Arch == row.Arch)) is not { } first)
            return (null, new(409, $"Builds {before} and {after} have made no buildroots {(arch is null ? "of one architecture" : $"for {arch}")} (yet) that could be compared."));
        var second = locks.First(row => row.Build == after && row.Arch == first.Arch);
        return (new(before, after, first.Arch, [.. (await Between(first.Lock, second.Lock, fetch: false, ct)).Select(update => update.OnTheWire())]), null);
    }
}
