using System.Xml.Linq;
using Skyline.Protocol;

namespace Skyline.Server.Tests.Tags;

/// <summary>What tests about moving builds between tags share: packages come in by import, and repositories are read as a client reads them.</summary>
static class Moving
{
    static readonly XNamespace repo = "http://linux.duke.edu/metadata/repo", common = "http://linux.duke.edu/metadata/common";

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task MakeTags(this Site site, params string[] names)
    {
        foreach (var name in names) await site.Admin.CreateTag(new NewTag(name, "paper-1", ["x86_64"]), Ct);
    }

    /// <summary>A package that was built elsewhere; without a tag its build is in none.</summary>
    public static async Task<string> Import(this Site site, string name, string version, string? tag = null)
    {
        var imported = await site.Admin.Import(Papers.Binary(name, version, "1").Open(), tag, Ct);
        return imported.Nvr;
    }

    public static Task<TagChanged> Add(this Site site, string tag, params string[] builds) => site.Admin.TagBuilds(tag, new(builds), preview: false, Ct);

    public static Task<TagChanged> Inherit(this Site site, string tag, params string[] parents) =>
        site.Admin.SetParents(tag, [.. parents.Select((parent, at) => new TagParent(parent, at + 1))], preview: false, Ct);

    /// <summary>Until all that has happened to the tag so far is in its newest snapshot; woken, not polling.</summary>
    public static async Task<string> UpToDate(this Site site, string tag)
    {
        var known = site.Part<Skyline.Server.Storage.Database>().Read(db => Skyline.Server.Tags.Tag.Find(db, tag))!;
        await site.Part<Skyline.Server.Repos.PublishSnapshot>().BringUpToDate(known.Id, Ct);
        return site.Part<Skyline.Server.Repos.CurrentSnapshots>().Of(tag)!.Hash;
    }

    /// <summary>What the tag's newest repository lists, as a client reads it.</summary>
    public static async Task<IReadOnlyList<string>> Listed(this Site site, string tag, string? snapshot = null)
    {
        snapshot ??= await site.UpToDate(tag);
        var at = $"repos/{TagAddress.Of(tag)}/@{snapshot}/x86_64/";
        var repomd = XDocument.Parse(await site.Http().GetStringAsync(at + "repodata/repomd.xml", Ct));
        var href = repomd.Descendants(repo + "data").Single(data => data.Attribute("type")!.Value == "primary").Element(repo + "location")!.Attribute("href")!.Value;
        await using var compressed = await site.Http().GetStreamAsync(at + href, Ct);
        await using var plain = Decompressed(href, compressed);
        var packages = (await XDocument.LoadAsync(plain, LoadOptions.None, Ct)).Descendants(common + "package");
        return [.. packages.Select(package => $"{package.Element(common + "name")!.Value}-{package.Element(common + "version")!.Attribute("ver")!.Value}").Order(StringComparer.Ordinal)];
    }

    static Stream Decompressed(string name, Stream stream) =>
        name.EndsWith(".gz", StringComparison.Ordinal) ? new System.IO.Compression.GZipStream(stream, System.IO.Compression.CompressionMode.Decompress) : new ZstdSharp.DecompressionStream(stream);

    public static IEnumerable<(string Tag, PackageChangeKind Kind, string? From, string? To)> Changes(this TagChanged changed) =>
        changed.Repositories.SelectMany(tag => tag.Changes.Select(change => (tag.Tag, change.Kind, change.From, change.To)));

    public static async Task<string> Refused(Task<TagChanged> change, int status)
    {
        var refused = await Assert.ThrowsAsync<RefusedException>(() => change);
        Assert.Equal(status, refused.Status);
        return refused.Message;
    }
}
