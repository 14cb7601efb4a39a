using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.StaticFiles;
using Skyline.Protocol;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Signing;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Repos;

/// <summary>
/// `/repos/TAG/ARCH/…` serves the newest snapshot, `/repos/TAG/@HASH/ARCH/…` a fixed one; packages come straight from the blobs,
/// with ETag and ranges. A path is looked up, never walked.
/// </summary>
static class ServeRepo
{
    static readonly FileExtensionContentTypeProvider types = new(new Dictionary<string, string>
    {
        [".rpm"] = "application/x-rpm", [".xml"] = "application/xml", [".asc"] = "application/pgp-signature",
        [".gz"] = "application/gzip", [".zst"] = "application/zstd",
    });

    public static void MapRepos(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/repos/{tag}/{repo}/{**path}", ["GET", "HEAD"], Newest).Needs(Right.Read).WithTags("Repositories").WithSummary("A file of a tag's newest repository").ExcludeFromDescription();
        routes.MapMethods("/repos/{tag}/@{hash}/{repo}/{**path}", ["GET", "HEAD"], Pinned).Needs(Right.Read).ExcludeFromDescription();
        routes.MapMethods("/repos/{tag}/{tagAgain}.repo", ["GET", "HEAD"], RepoFile).Needs(Right.Read).WithTags("Repositories").WithSummary("The .repo file that dnf takes");
    }

    static IResult Newest(string tag, string repo, string? path, HttpContext http, CurrentSnapshots current, LocatePackage locate, Database database, Blobs blobs, Frames frames, SkylineSettings settings)
    {
        path ??= "";
        if (current.Of(tag) is not { } snapshot) return NoTag(tag).OrWhoAsks();
        var shared = IsShared(database, settings, snapshot);
        if (path == "" && snapshot.Files.ContainsKey((repo, Rpm.RepomdXml.Path))) return ToPage($"/tags/{TagAddress.Of(tag)}");
        if (path == "mirrorlist" && snapshot.Files.ContainsKey((repo, Rpm.RepomdXml.Path))) return Mirrors(tag, snapshot.Hash, repo, http, settings);
        if (snapshot.Files.TryGetValue((repo, path), out var file)) return Metadata(file, frames, fixedContent: IsNamedByHash(path), shared);
        if (locate.In(snapshot.TagId, snapshot.Id, repo, path) is { } package) return Package(package, blobs, fixedContent: false, shared);
        // What a client was told of a moment ago, by the repomd.xml before this one.
        if (IsNamedByHash(path) && database.Read(db => Snapshot.FileOfAny(db, snapshot.TagId, repo, path)) is { } older) return Metadata(older, frames, fixedContent: true, shared);
        return database.Read(db => LocatedPackage.InAny(db, snapshot.TagId, repo, path)) is { } left
            ? Package(left, blobs, fixedContent: false, shared)
            : NoFile(tag, repo, path).AsResult();
    }

    /// <summary>One mirror: the newest snapshot at its own address, where nothing changes under a reader.</summary>
    static IResult Mirrors(string tag, string hash, string repo, HttpContext http, SkylineSettings settings)
    {
        http.Response.Headers.CacheControl = "no-store";
        return Results.Text($"{settings.AddressFor(http)}/repos/{TagAddress.Of(tag)}/@{hash}/{repo}/\n", "text/plain", Encoding.UTF8);
    }

    static IResult Pinned(string tag, string hash, string repo, string? path, CurrentSnapshots current, LocatePackage locate, Database database, Blobs blobs, Frames frames, SkylineSettings settings)
    {
        path ??= "";
        if (current.Of(tag) is not { } newest) return NoTag(tag).OrWhoAsks();
        var shared = IsShared(database, settings, newest);
        var snapshot = hash == newest.Hash ? newest.Id : database.Read(db => Snapshot.Find(db, newest.TagId, hash))?.Id;
        if (snapshot is not { } id) return new Refusal(404, $"Tag '{tag}' has no snapshot {hash}, or retention has removed it; /api/tags/{TagAddress.Of(tag)}/snapshots lists those that are kept.").AsResult();
        if (path == "") return ToPage($"/tags/{TagAddress.Of(tag)}/snapshots/{hash}");
        var file = id == newest.Id ? newest.Files.GetValueOrDefault((repo, path)) : database.Read(db => Snapshot.File(db, id, repo, path));
        // The same packages signed anew after a rotation are the same snapshot, with another signature.
        if (file is not null) return Metadata(file, frames, fixedContent: path != Rpm.RepomdXml.Path + ".asc", shared);
        return locate.In(newest.TagId, id, repo, path) is { } package ? Package(package, blobs, fixedContent: true, shared) : NoFile(tag, repo, path).AsResult();
    }

    /// <summary>Clients never ask for a repository's folder. A person does, with the address from a .repo file.</summary>
    static RedirectHttpResult ToPage(string page) => TypedResults.LocalRedirect(page);

    static bool IsNamedByHash(string path) => path.StartsWith("repodata/", StringComparison.Ordinal) && path.Length > 73 && path[73] == '-';

    static ServedBytes Metadata(RepoFile file, Frames frames, bool fixedContent, bool shared) =>
        new([.. file.Frames.Select(frame => new FetchedPiece(frame.Size, _ => ValueTask.FromResult<ReadOnlyMemory<byte>>(frames.Bytes(frame.Id))))], file.Sha256, TypeOf(file.Path), Caching(fixedContent, shared));

    static ServedBytes Package(LocatedPackage package, Blobs blobs, bool fixedContent, bool shared) =>
        new(package.Pieces(blobs), package.Sha256, "application/x-rpm", Caching(fixedContent, shared));

    static string TypeOf(string path) => types.TryGetContentType(path, out var type) ? type : "application/octet-stream";

    /// <summary>Under the tag's moving address even a package may come to be signed anew. What not everybody may read, no cache on the way keeps for everybody.</summary>
    static string Caching(bool fixedContent, bool shared) => (fixedContent, shared) switch { (true, true) => "public, max-age=31536000, immutable", (true, false) => "private, max-age=31536000, immutable", (false, true) => "no-cache", _ => "private, no-cache" };

    static bool IsShared(Database database, SkylineSettings settings, ServedSnapshot snapshot) => settings.AnonymousMayRead && !database.Readers.IsPrivate(snapshot.TagId);

    static IResult RepoFile(string tag, string tagAgain, HttpContext http, CurrentSnapshots current, Database database, SkylineSettings settings)
    {
        // It is made for the address that was asked; nobody else may be given it from a cache.
        http.Response.Headers.CacheControl = "no-store";
        return tag == tagAgain && current.Of(tag) is { } snapshot
            ? Results.Text(RepoText.Of(tag, settings.AddressFor(http), IsZypper(http), IsShared(database, settings, snapshot) ? null : database.Read(db => ServeKeys.ByFingerprint(db, settings, Tag.Of(db, snapshot.TagId)))), "text/plain", Encoding.UTF8)
            : NoTag(tag).OrWhoAsks();
    }

    static bool IsZypper(HttpContext http) => http.Request.Headers.UserAgent.ToString().StartsWith("ZYpp", StringComparison.Ordinal);

    static Refusal NoTag(string tag) => new(404, $"There is no tag '{tag}' here; /api/tags lists those that are.");

    static Refusal NoFile(string tag, string repo, string path) => new(404, $"The repository {tag}/{repo} has no '{path}'.");
}
