using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Locks;
using Skyline.Server.Storage;

namespace Skyline.Server.Bisections;

/// <summary>Reads of packages what tells which belong together. Those that are not kept are left out.</summary>
public sealed class ReadFacts(Database database, Blobs blobs, HeaderBudget headers)
{
    internal async Task<IReadOnlyDictionary<string, PackageFacts>> Of(IEnumerable<LockedPackage> packages, CancellationToken ct)
    {
        var facts = new Dictionary<string, PackageFacts>();
        foreach (var package in packages.DistinctBy(package => package.Sha256))
            if (await Read(package, ct) is { } read) facts[package.Sha256] = read;
        return facts;
    }

    async Task<PackageFacts?> Read(LockedPackage package, CancellationToken ct)
    {
        // One of our own is kept unsigned.
        var blob = database.Read(db => db.One<string>("SELECT r.blob_sha256 FROM signed_rpms s JOIN rpms r ON r.id = s.rpm_id WHERE s.sha256 = @Sha256 LIMIT 1", package)) ?? package.Sha256;
        if (!blobs.Has(blob)) return null;
        try
        {
            using var room = headers.Enter();
            await using var file = blobs.Open(blob);
            var rpm = await RpmPackage.Read(file, package.Nevra, room, ct);
            return new(SourceOf(rpm), [.. rpm.Dependencies(DependencyKind.Requires).Where(IsOfPackages).Select(Text)], [.. rpm.Dependencies(DependencyKind.Provides).SelectMany(Texts)]);
        }
        catch (BadRpmException)
        {
            return null;
        }
    }

    static string SourceOf(RpmPackage rpm) => rpm.SourceRpm is { } source && Nevra.TryParse(source, out var nevra) ? nevra.Name : rpm.Nevra.Name;

    /// <summary>What files there are, and what either of two would do for, is not looked at.</summary>
    static bool IsOfPackages(Dependency one) => !one.IsRpmlib && one.Name.Length > 0 && one.Name[0] is not ('/' or '(');

    static string Text(Dependency one) => one.Operator == "=" ? $"{one.Name} = {one.Evr}" : one.Name;

    static IEnumerable<string> Texts(Dependency one) => one.Evr.Length > 0 ? [one.Name, $"{one.Name} = {one.Evr}"] : [one.Name];
}
