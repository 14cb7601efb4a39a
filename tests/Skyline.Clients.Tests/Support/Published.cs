using Skyline.Protocol;
using Skyline.Server.Repos;
using Skyline.Server.Storage;
using Skyline.Server.Tests;
using Skyline.Testing.Rpms;

namespace Skyline.Clients.Tests;

/// <summary>Packages imported into a tag, and there when this returns.</summary>
static class Published
{
    const int synthetic = 120;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>What rpmbuild made, sources and all (but for the one whose source must not be passed on).</summary>
    public static IEnumerable<Paper> Real => RealRpms.All.Where(path => !Path.GetFileName(path).StartsWith("nosrc-", StringComparison.Ordinal)).Select(Read);

    /// <summary>A program with what a debugger reads.</summary>
    public static IEnumerable<Paper> Tool => [Papers.Binary("tool", "1.0", "1"), Papers.Binary("tool-debuginfo", "1.0", "1", source: "tool-1.0-1.src.rpm")];

    /// <summary>Synthetic packages in the shape of a distribution's.</summary>
    public static IEnumerable<Paper> Corpus => SyntheticCorpus.Packages(synthetic, medianPayload: 4 << 10).Select(package => new Paper(package.FileName, package.Build()));

    public static Paper Read(string path) => new(Path.GetFileName(path), File.ReadAllBytes(path));

    public static async Task Tag(Site site, string name, TagCompression compression = TagCompression.Zstd) =>
        await site.Admin.CreateTag(new NewTag(name, "paper-1", [ServedTag.Arch], compression), Ct);

    public static async Task Into(Site site, string tag, params IEnumerable<Paper> packages)
    {
        var admin = site.Admin;
        foreach (var package in packages) await admin.Import(package.Open(), tag, Ct);
        await site.Part<PublishSnapshot>().BringUpToDate(site.Part<Database>().Read(db => Skyline.Server.Tags.Tag.Find(db, tag))!.Id, Ct);
    }
}
