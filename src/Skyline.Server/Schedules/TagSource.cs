using System.Data;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Builds;
using Skyline.Server.Repos;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Schedules;

/// <summary>The source package that a tag's newest build of a package was made from, and with which options.</summary>
sealed record TagSource(string Package, KeptSource Source, BuildOptions? Options)
{
    /// <summary>What it needs to be built; empty where that is not kept.</summary>
    public IReadOnlyList<Dependency> BuildRequires { get; init; } = [];

    sealed record Row
    {
        public required string Package { get; init; }
        public required string Nvr { get; init; }
        public string? File { get; init; }
        public string? Sha256 { get; init; }
        public long Size { get; init; }
        public string? Options { get; init; }
        public byte[]? Asks { get; init; }
    }

    /// <summary>What was submitted; of a build that was imported, the source package that came with it.</summary>
    const string Select = """
        SELECT b.package AS Package, b.nvr AS Nvr, coalesce(b.srpm_file, r.file_name) AS File, coalesce(b.srpm_sha256, r.blob_sha256) AS Sha256, coalesce(b.srpm_size, r.blob_size) AS Size, b.options AS Options, coalesce(k.asks, c.asks) AS Asks
        FROM builds b LEFT JOIN rpms r ON r.id = (SELECT min(s.id) FROM rpms s WHERE s.build_id = b.id AND s.repo_class = 'Source')
          LEFT JOIN source_capabilities k ON k.srpm_sha256 = b.srpm_sha256 LEFT JOIN package_capabilities c ON c.rpm_id = r.id WHERE b.id IN @some
        """;

    /// <returns>By package; and of how many there is none.</returns>
    public static (IReadOnlyList<TagSource> Sources, int Unavailable) Of(IDbConnection db, long tag)
    {
        var builds = EffectiveBuilds.Read(db, Inheritance.Order(db, tag), all: false, packages: null);
        var rows = builds.Chunk(500).SelectMany(some => db.All<Row>(Select, new { some })).OrderBy(row => row.Package, StringComparer.Ordinal).ToList();
        var sources = rows.Where(row => row.Sha256 is not null).Select(row => new TagSource(row.Package, new(row.Nvr, row.File!, row.Sha256!, row.Size), KeptOptions.Read(row.Options)) { BuildRequires = row.Asks is null ? [] : CapabilityBytes.ReadRequires(row.Asks) }).ToList();
        return (sources, rows.Count - sources.Count);
    }
}
