using System.Data;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Builds;
using Skyline.Server.Repos;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.MassRebuilds;

/// <summary>A build that a tag's repositories hold, and the source package that it can be built from again.</summary>
/// <param name="Source">Null: see Why.</param>
/// <param name="Options">What it was built with, but for a raised release: its source package has that.</param>
/// <param name="Why">Why it cannot be built again here.</param>
sealed record HeldBuild(long Id, string Package, string Nvr, Evr Evr, KeptSource? Source, IReadOnlyList<Dependency> BuildRequires, BuildOptions? Options, string? Why);

/// <summary>What a tag holds, its own and inherited: the builds, and what their packages ask for and offer. What external repositories hold is not part of it.</summary>
static class TagContent
{
    sealed record Row
    {
        public long Id { get; init; }
        public required string Package { get; init; }
        public required string Nvr { get; init; }
        public string? SrpmNvr { get; init; }
        public string? SrpmFile { get; init; }
        public string? SrpmSha256 { get; init; }
        public long SrpmSize { get; init; }
        public string? Options { get; init; }
        public long? SourceId { get; init; }
        public string? FileName { get; init; }
        public string? BlobSha256 { get; init; }
        public long BlobSize { get; init; }
        public long Epoch { get; init; }
        public string? Version { get; init; }
        public string? Release { get; init; }
        public byte[]? Asks { get; init; }
        public byte[]? SrpmAsks { get; init; }
    }

    /// <summary>Of each package the build that the tag's repositories hold; of several the latest. By name.</summary>
    public static IReadOnlyList<HeldBuild> Builds(IDbConnection db, long tag, IReadOnlyCollection<string>? packages = null) =>
        Builds(db, EffectiveBuilds.Read(db, Inheritance.Order(db, tag), all: false, packages));

    /// <summary>Of some builds; by name of the package.</summary>
    public static IReadOnlyList<HeldBuild> Builds(IDbConnection db, IEnumerable<long> builds) =>
        [.. builds.Chunk(500).SelectMany(some => db.All<Row>("""
            SELECT b.id AS Id, b.package AS Package, b.nvr AS Nvr, b.srpm_nvr AS SrpmNvr, b.srpm_file AS SrpmFile, b.srpm_sha256 AS SrpmSha256, b.srpm_size AS SrpmSize, b.options AS Options,
              r.id AS SourceId, r.file_name AS FileName, r.blob_sha256 AS BlobSha256, r.blob_size AS BlobSize, e.epoch AS Epoch, e.version AS Version, e.release AS Release, c.asks AS Asks, s.asks AS SrpmAsks
            FROM builds b LEFT JOIN rpms r ON r.build_id = b.id AND r.repo_class = 'Source' LEFT JOIN rpms e ON e.id = coalesce(r.id, (SELECT min(o.id) FROM rpms o WHERE o.build_id = b.id))
              LEFT JOIN package_capabilities c ON c.rpm_id = r.id LEFT JOIN source_capabilities s ON s.srpm_sha256 = b.srpm_sha256
            WHERE b.id IN @some
            """, new { some })).DistinctBy(row => row.Id).Select(Held).OrderBy(build => build.Package, StringComparer.Ordinal)];

    /// <summary>The source package that the build made, for that has the release as it was built; or, if it made none that is kept, the one that it was built from.</summary>
    static HeldBuild Held(Row row)
    {
        var options = KeptOptions.Read(row.Options);
        var (source, why) = row switch
        {
            { SourceId: not null } => (new KeptSource(row.FileName![..^".src.rpm".Length], row.FileName, row.BlobSha256!, row.BlobSize), (string?)null),
            { SrpmSha256: null } => (null, $"{row.Nvr} was imported without its source package (build {row.Id}); import that too, or build it here."),
            _ when options?.Bump is not null => (null, $"The source package of {row.Nvr} (build {row.Id}), with its raised release, is not kept."),
            _ => (new KeptSource(row.SrpmNvr!, row.SrpmFile!, row.SrpmSha256, row.SrpmSize), null),
        };
        return new(row.Id, row.Package, row.Nvr, new((int)row.Epoch, row.Version ?? "", row.Release ?? ""), source, Asked(row.Asks ?? row.SrpmAsks), options is null ? null : options with { Bump = null }, why);
    }

    static IReadOnlyList<Dependency> Asked(byte[]? asks) => asks is null ? [] : CapabilityBytes.ReadRequires(asks);

    sealed record PackageRow(long Build, string Package, string Name, long Epoch, string Version, string Release, string Arch, byte[] Offers, byte[] Asks)
    {
        public HeldPackage Held => new(new(Name, (int)Epoch, Version, Release, Arch), Package, CapabilityBytes.Read(Offers, Asks));
    }

    /// <summary>The packages of builds that programs are in, with what they offer and ask for.</summary>
    public static IReadOnlyList<(long Build, HeldPackage Package)> Packages(IDbConnection db, IEnumerable<long> builds) =>
        [.. builds.Chunk(500).SelectMany(some => db.All<PackageRow>("""
            SELECT b.id AS Build, b.package AS Package, r.name AS Name, r.epoch AS Epoch, r.version AS Version, r.release AS Release, r.arch AS Arch, c.offers AS Offers, c.asks AS Asks
            FROM builds b JOIN rpms r ON r.build_id = b.id JOIN package_capabilities c ON c.rpm_id = r.id WHERE b.id IN @some AND r.repo_class = 'Binary'
            """, new { some })).Select(row => (row.Build, row.Held))];

    /// <summary>Those of an architecture's repository.</summary>
    public static IReadOnlyList<HeldPackage> Of(this IEnumerable<HeldPackage> packages, string arch) => [.. packages.Where(package => package.Nevra.Arch == arch || package.Nevra.Arch == "noarch")];
}
