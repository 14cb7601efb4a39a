using System.Data;
using Skyline.Rpm;
using Skyline.Server.Builds;
using Skyline.Server.Planning;
using Skyline.Server.Repos;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Chains;

/// <summary>
/// What is known of source packages before they are built: what they need, from their headers; what they will offer, from their newest earlier build in the
/// tag, with its version for theirs, and from what their specs say.
/// </summary>
static class ReadSources
{
    sealed record Row(string SrpmFile, string Nvr, string SrpmSha256, long SrpmSize, string? Spec);

    /// <returns>Null in the place of one that is not kept.</returns>
    public static IReadOnlyList<ChainSource?> Of(IDbConnection db, Tag tag, IReadOnlyList<string> sha256s)
    {
        var rows = sha256s.Distinct().Chunk(500).SelectMany(some => db.All<Row>(
            "SELECT srpm_file AS SrpmFile, nvr AS Nvr, srpm_sha256 AS SrpmSha256, srpm_size AS SrpmSize, spec AS Spec FROM kept_sources WHERE srpm_sha256 IN @some", new { some })).ToDictionary(row => row.SrpmSha256);
        var known = rows.Values.Select(row => (row, Nevra: Known(db, row.SrpmSha256))).ToDictionary(one => one.row.SrpmSha256, one => one.Nevra);
        var earlier = Earlier(db, tag, [.. known.Values.Select(one => one.Name).Distinct()]);
        return [.. sha256s.Select(sha256 => rows.TryGetValue(sha256, out var row) ? Source(db, row, known[sha256], earlier.GetValueOrDefault(known[sha256].Name)) : null)];
    }

    sealed record NameRow(string Name, string Evr);

    static Nvra Known(IDbConnection db, string sha256) =>
        db.One<NameRow>("SELECT name AS Name, evr AS Evr FROM source_capabilities WHERE srpm_sha256 = @sha256", new { sha256 }) is { } row ? new(row.Name, Evr.Parse(row.Evr)) : throw new InvalidOperationException($"What {sha256} needs is not kept beside it.");

    static ChainSource Source(IDbConnection db, Row row, Nvra nvra, IReadOnlyList<KeptCapabilities.Row>? earlier)
    {
        var spec = row.Spec is null ? null : SpecFacts.Of(row.Spec, new(nvra.Name, nvra.Evr.Epoch, nvra.Evr.Version, nvra.Evr.Release, "src"));
        IReadOnlyList<ForeseenPackage> offers = [.. (earlier ?? []).Select(package => Anew(package, nvra.Evr)), .. spec?.Packages ?? [new(nvra.Name, [new(nvra.Name, DependencyFlags.Equal, nvra.Evr.ToString())], [])]];
        return new(new(row.Nvr, row.SrpmFile, row.SrpmSha256, row.SrpmSize), nvra, KeptCapabilities.OfSource(db, row.SrpmSha256) ?? [], offers, spec) { HasEarlier = earlier is not null };
    }

    /// <summary>What an earlier package offered in its own version, the next one will offer in its.</summary>
    static ForeseenPackage Anew(KeptCapabilities.Row package, Evr now)
    {
        var capabilities = package.Capabilities;
        return new(package.Name, Anew(capabilities.Provides, package.Nevra.Evr, now), capabilities.Files);
    }

    public static IReadOnlyList<Dependency> Anew(IReadOnlyList<Dependency> provides, Evr was, Evr now) => [.. provides.Select(one => one.Evr.Length == 0 ? one
        : one.Evr == was.ToString() ? one with { Evr = now.ToString() }
        : one.Evr == (was with { Release = "" }).ToString() || one.Evr == was.Version ? one with { Evr = (now with { Release = "", Epoch = one.Evr == was.Version ? 0 : now.Epoch }).ToString() }
        : one)];

    static Dictionary<string, IReadOnlyList<KeptCapabilities.Row>> Earlier(IDbConnection db, Tag tag, IReadOnlyList<string> packages)
    {
        if (packages.Count == 0) return [];
        var builds = EffectiveBuilds.Read(db, Inheritance.Order(db, tag.Id), all: false, packages);
        var names = builds.Chunk(500).SelectMany(some => db.All<BuildRow>("SELECT id AS Id, package AS Package FROM builds WHERE id IN @some", new { some })).ToDictionary(row => row.Id, row => row.Package);
        return KeptCapabilities.OfBuilds(db, builds).Where(row => !row.IsSource).GroupBy(row => names[row.BuildId]).ToDictionary(rows => rows.Key, rows => (IReadOnlyList<KeptCapabilities.Row>)[.. rows]);
    }

    sealed record BuildRow(long Id, string Package);
}
