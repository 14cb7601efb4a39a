using Skyline.Protocol;
using Skyline.Rpm;

namespace Skyline.Server.Contents;

/// <summary>What a package's header says, purely, cut to what a page and a client can bear.</summary>
static class DescribePackage
{
    const int MostScripts = 100, LongestScript = 65_536, MostEntries = 200, LongestText = 16_384, MostOfAKind = 2_000;

    public static BuiltPackage Of(long build, string file, RpmPackage package, IReadOnlyList<PackageSignature> signedBy)
    {
        var (scripts, changelog) = (package.Scripts, package.Changelog);
        return new(build, file, package.Nevra.ToString(), Facts(package), signedBy, package.Header.Strings(RpmTag.BaseNames).Count is > 0 and var count ? count : package.Files.Count,
            [.. scripts.Take(MostScripts).Select(one => one with { Text = Cut(one.Text, LongestScript), Program = Cut(one.Program, 500), Watches = [.. one.Watches.Take(MostEntries).Select(text => Cut(text, 500))] })],
            [.. Enum.GetValues<DependencyKind>().Select(kind => Group(package, kind)).Where(group => group.Count > 0)],
            [.. changelog.Take(MostEntries).Select(entry => new ChangelogEntry(entry.Time, Cut(entry.Author, 500), Cut(entry.Text, LongestText)))], Math.Max(0, changelog.Count - MostEntries));
    }

    static StatedFacts Facts(RpmPackage package)
    {
        var header = package.Header;
        return new(Text(RpmTag.Summary), Text(RpmTag.Description), Text(RpmTag.License), Text(RpmTag.Url), Text(RpmTag.Group), Text(RpmTag.Vendor), Text(RpmTag.Packager), Text(RpmTag.BuildHost),
            // Four bytes of seconds, as every rpm writes; a wider number could not be a time.
            header.Integer(RpmTag.BuildTime) is { } seconds ? DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(seconds, 0, uint.MaxValue)) : null,
            package.SourceRpm, header.Integer(header.Has(RpmTag.LongSize) ? RpmTag.LongSize : RpmTag.Size) ?? 0, Text(RpmTag.PayloadCompressor), Text(RpmTag.RpmVersion), (int)package.Format, package.ContentHash);

        string Text(RpmTag tag) => Cut(header.String(tag) ?? "", LongestText);
    }

    static DependencyGroup Group(RpmPackage package, DependencyKind kind)
    {
        var all = package.Dependencies(kind);
        return new(kind.ToString().ToLowerInvariant(), all.Count, [.. all.Take(MostOfAKind).Select(one => Cut(one.ToString(), 1000))]);
    }

    static string Cut(string text, int most) => text.Length <= most ? text : text[..most] + "…";
}
