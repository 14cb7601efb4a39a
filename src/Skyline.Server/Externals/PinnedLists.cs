using System.Data;
using System.Text.Json;
using Skyline.Server.Storage;

namespace Skyline.Server.Externals;

/// <summary>The lists of packages of an external repository, for one architecture, in its newest pinned state.</summary>
/// <param name="ChrootRepo">What the chroot's definition calls it; null: it was added to the tag.</param>
/// <param name="Primary">SHA-256 of its list; null: it is not here, and Why says why.</param>
/// <param name="Filelists">Of its list of all files; null: there is none.</param>
sealed record PinnedList(long External, string Name, string Arch, string? ChrootRepo, int Priority, string? Primary, string? Filelists, string? Why)
{
    /// <summary>Nobody has tried to fetch it yet, or somebody is just doing so.</summary>
    public bool IsToCome => Primary is null && Why is null;
}

/// <summary>Which lists of packages a tag's buildroots are made of, beside its own; and has those fetched that nothing was built from yet.</summary>
public sealed class PinnedLists(Database database, Blobs blobs, RefreshExternal refresh, Bells bells, TimeProvider time)
{
    sealed record Row
    {
        public long External { get; init; }
        public required string Name { get; init; }
        public required string Arch { get; init; }
        public string? ChrootRepo { get; init; }
        public int Priority { get; init; }
        public long? StateId { get; init; }
        public string? Fault { get; init; }
    }

    sealed record FileRow(string Path, string Sha256);

    /// <param name="tag">Whose buildroots.</param>
    internal IReadOnlyList<PinnedList> Of(long tag, IReadOnlyList<string> arches) => database.Read(db => db.All<Row>("""
        SELECT e.id AS External, e.name AS Name, h.value AS Arch, e.chroot_repo AS ChrootRepo, min(n.priority) AS Priority, p.state_id AS StateId, p.fault AS Fault
        FROM tag_needs n JOIN externals e ON e.id = n.external_id CROSS JOIN json_each(@arches) h LEFT JOIN external_arches p ON p.external_id = e.id AND p.arch = h.value
        WHERE n.tag_id = @tag GROUP BY e.id, e.name, e.chroot_repo, h.key, h.value, p.state_id, p.fault ORDER BY h.key, Priority, e.name
        """, new { tag, arches = JsonSerializer.Serialize(arches) }).Select(row => Read(db, row)).ToList());

    /// <summary>The same repository's in an earlier state, as far as that is kept.</summary>
    internal PinnedList OfState(PinnedList list, long state) => database.Read(db => Read(db, list with { Primary = null, Filelists = null }, state));

    PinnedList Read(IDbConnection db, Row row)
    {
        var none = new PinnedList(row.External, row.Name, row.Arch, row.ChrootRepo, row.Priority, null, null, row.StateId is null ? row.Fault : "its lists are not among the blobs any more");
        return row.StateId is { } state ? Read(db, none, state) : none;
    }

    PinnedList Read(IDbConnection db, PinnedList none, long state)
    {
        var files = db.All<FileRow>("SELECT path AS Path, sha256 AS Sha256 FROM external_files WHERE state_id = @state AND sha256 IS NOT NULL", new { state }).Where(file => blobs.Has(file.Sha256)).ToDictionary(file => file.Path, file => file.Sha256);
        if (!files.TryGetValue(Repomd.Path, out var told)) return none;
        var data = Repomd.Read(File.ReadAllBytes(blobs.PathOf(told))).Data;
        return Of("primary") is { } primary ? none with { Primary = primary, Filelists = Of("filelists"), Why = null } : none;

        string? Of(string type) => data.FirstOrDefault(one => one.Type == type) is { } one ? files.GetValueOrDefault(one.File.Path) : null;
    }

    /// <summary>The same, once what was never fetched has been: as builds do, and no longer than is given.</summary>
    internal async Task<IReadOnlyList<PinnedList>> Fetched(long tag, IReadOnlyList<string> arches, TimeSpan atMost, CancellationToken ct)
    {
        var (until, begun) = (time.GetUtcNow() + atMost, false);
        while (true)
        {
            var waiting = Of(tag, arches).Where(list => list.IsToCome).Select(list => bells.Next(Bells.External(list.Name))).ToList();
            var lists = Of(tag, arches);
            if (!begun) await Begin([.. lists.Where(list => list.IsToCome)], ct);
            begun = true;
            if (!lists.Any(list => list.IsToCome) || until - time.GetUtcNow() is var left && left <= TimeSpan.Zero || !await bells.Hold(waiting, left, ct)) return lists;
        }
    }

    async Task Begin(IReadOnlyList<PinnedList> wanted, CancellationToken ct)
    {
        if (wanted.Count == 0) return;
        await database.Write(tx =>
        {
            foreach (var one in wanted) tx.Execute("INSERT INTO external_arches (external_id, arch) VALUES (@External, @Arch) ON CONFLICT DO NOTHING", one);
        }, ct);
        foreach (var one in wanted) refresh.Begin(one.External, one.Arch);
    }
}
