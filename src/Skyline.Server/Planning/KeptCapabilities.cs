using System.Data;
using Skyline.Rpm;
using Skyline.Server.Storage;

namespace Skyline.Server.Planning;

/// <summary>What packages offer and ask for, kept in the write that brings them.</summary>
static class KeptCapabilities
{
    public static void Put(IDbTransaction tx, long rpm, PackageCapabilities of) => tx.Execute(
        "INSERT INTO package_capabilities (rpm_id, offers, asks) VALUES (@rpm, @offers, @asks) ON CONFLICT (rpm_id) DO NOTHING", new { rpm, offers = CapabilityBytes.Offers(of), asks = CapabilityBytes.Asks(of) });

    /// <summary>Of a source package that came to be built.</summary>
    public static void PutSource(IDbTransaction tx, string sha256, RpmPackage package) => PutSource(tx, sha256, package.Nevra, PackageCapabilities.Of(package));

    public static void PutSource(IDbTransaction tx, string sha256, Nevra nevra, PackageCapabilities of) => tx.Execute(
        "INSERT INTO source_capabilities (srpm_sha256, name, evr, asks) VALUES (@sha256, @Name, @evr, @asks) ON CONFLICT (srpm_sha256) DO NOTHING",
        new { sha256, nevra.Name, evr = nevra.Evr.ToString(), asks = CapabilityBytes.Asks(of) });

    public sealed record Row
    {
        public long RpmId { get; init; }
        public long BuildId { get; init; }
        public required string FileName { get; init; }
        public required string Name { get; init; }
        public required string Arch { get; init; }
        public int Epoch { get; init; }
        public required string Version { get; init; }
        public required string Release { get; init; }
        public required byte[] Offers { get; init; }
        public required byte[] Asks { get; init; }

        public bool IsSource => Arch == "src";

        public Nevra Nevra => new(Name, Epoch, Version, Release, Arch);

        public PackageCapabilities Capabilities => CapabilityBytes.Read(Offers, Asks);
    }

    /// <summary>Of all packages of some builds, sources and debuginfo among them.</summary>
    public static IReadOnlyList<Row> OfBuilds(IDbConnection db, IEnumerable<long> builds) => [.. builds.Chunk(500).SelectMany(some => db.All<Row>("""
        SELECT r.id AS RpmId, r.build_id AS BuildId, r.file_name AS FileName, r.name, r.arch, r.epoch, r.version, r.release, c.offers, c.asks
        FROM rpms r JOIN package_capabilities c ON c.rpm_id = r.id WHERE r.build_id IN @some ORDER BY r.id
        """, new { some }))];

    sealed record SourceRow(byte[] Asks);

    /// <returns>What a source package needs to be built; null if it is not known.</returns>
    public static IReadOnlyList<Dependency>? OfSource(IDbConnection db, string sha256) =>
        db.One<SourceRow>("SELECT asks AS Asks FROM source_capabilities WHERE srpm_sha256 = @sha256", new { sha256 }) is { } row ? CapabilityBytes.ReadRequires(row.Asks) : null;
}
