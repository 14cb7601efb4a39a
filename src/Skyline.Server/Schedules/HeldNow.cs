using System.Data;
using Skyline.Rpm;
using Skyline.Server.Externals;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Schedules;

/// <summary>Reads what the buildroots of a tag would be made of now: its own newest snapshot, and the newest pinned states of its external repositories.</summary>
public sealed class HeldNow(Database database, Blobs blobs, PinnedLists lists)
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

    const int OwnPriority = 99;

    /// <param name="arch">Of the buildroot.</param>
    internal PlacedPackages Of(long tag, string arch)
    {
        var held = new PlacedPackages();
        var (name, own) = database.Read(db => (Tag.Of(db, tag).Name, Newest(db, tag, arch)));
        held.Add($"skyline-{name}", OwnPriority, own.Select(row => new PlacedPackage(row.Name, row.Arch, new(row.Epoch, row.Version, row.Release), row.Sha256)));
        foreach (var state in lists.Of(tag, [arch]))
            if (state.Primary is { } primary) held.Add(state.ChrootRepo ?? $"external-{state.Name}", state.Priority, Packages(primary));
        return held;
    }

    static IReadOnlyList<Own> Newest(IDbConnection db, long tag, string arch) => db.All<Own>("""
        SELECT r.name, r.arch, r.epoch, r.version, r.release, c.sha256 FROM tag_rpms t JOIN rpms r ON r.id = t.rpm_id JOIN signed_rpms c ON c.id = t.signed_id
        WHERE t.tag_id = @tag AND t.repo = @arch AND t.until IS NULL
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
