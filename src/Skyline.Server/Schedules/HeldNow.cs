using System.Data;
using Skyline.Rpm;
using Skyline.Server.Externals;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Schedules;

/// <summary>Reads what the buildroots of a tag would be made of now: its own newest snapshot, and the newest pinned states of its external repositories.</summary>
public sealed class HeldNow(Database database, Blobs blobs)
{
    sealed record Own
    {
        public required string Name { get; init; }
        public required string Arch { get; init; }
        public int Epoch { get; init; }
        public required string Version { get; init; }
        public required string Release { get; init; }
        public required string Sha256 { get; init; }
    }

    sealed record Pinned
    {
        public required string Name { get; init; }
        public string? ChrootRepo { get; init; }
        public int Priority { get; init; }
        /// <summary>Of the list of its packages.</summary>
        public string? Primary { get; init; }
    }

    const int OwnPriority = 99;

    /// <param name="arch">Of the buildroot.</param>
    internal PlacedPackages Of(long tag, string arch)
    {
        var held = new PlacedPackages();
        var (name, own, pinned) = database.Read(db => (Tag.Of(db, tag).Name, Newest(db, tag, arch), States(db, tag, arch)));
        held.Add($"skyline-{name}", OwnPriority, own.Select(row => new PlacedPackage(row.Name, row.Arch, new(row.Epoch, row.Version, row.Release), row.Sha256)));
        foreach (var state in pinned)
            if (state.Primary is { } primary && blobs.Has(primary)) held.Add(state.ChrootRepo ?? $"external-{state.Name}", state.Priority, Packages(primary));
        return held;
    }

    static IReadOnlyList<Own> Newest(IDbConnection db, long tag, string arch) => db.All<Own>("""
        SELECT r.name, r.arch, r.epoch, r.version, r.release, c.sha256 FROM tag_rpms t JOIN rpms r ON r.id = t.rpm_id JOIN signed_rpms c ON c.id = t.signed_id
        WHERE t.tag_id = @tag AND t.repo = @arch AND t.until IS NULL
        """, new { tag, arch });

    static IReadOnlyList<Pinned> States(IDbConnection db, long tag, string arch) => db.All<Pinned>("""
        SELECT e.name AS Name, e.chroot_repo AS ChrootRepo, n.priority AS Priority,
          (SELECT f.sha256 FROM external_files f WHERE f.state_id = p.state_id AND f.path LIKE '%primary.xml%' AND f.sha256 IS NOT NULL LIMIT 1) AS "Primary"
        FROM tag_needs n JOIN externals e ON e.id = n.external_id JOIN external_arches p ON p.external_id = e.id AND p.arch = @arch WHERE n.tag_id = @tag
        """, new { tag, arch });

    List<PlacedPackage> Packages(string primary)
    {
        var packages = new List<PlacedPackage>();
        using var packed = blobs.Open(primary);
        using var opened = Unpack.Open(packed);
        ReadPrimary.EachNamed(opened, packages.Add);
        return packages;
    }
}
