using System.Text;
using Microsoft.AspNetCore.StaticFiles;
using Skyline.Server.Shell;
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
        routes.MapMethods("/repos/{tag}/{repo}/{**path}", ["GET", "HEAD"], Newest).WithTags("Repositories").WithSummary("A file of a tag's newest repository").ExcludeFromDescription();
        routes.MapMethods("/repos/{tag}/@{hash}/{repo}/{**path}", ["GET", "HEAD"], Pinned).ExcludeFromDescription();
        routes.MapGet("/repos/{tag}/{tagAgain}.repo", RepoFile).WithTags("Repositories").WithSummary("The .repo file that dnf takes");
        routes.MapGet("/keys/{tag}.asc", Key).WithTags("Repositories").WithSummary("The public key that a tag's packages and metadata are signed with");
    }

    static IResult Newest(string tag, string repo, string? path, HttpContext http, CurrentSnapshots current, Database database, Blobs blobs, SkylineSettings settings)
    {
        path ??= "";
        if (current.Of(tag) is not { } snapshot) return NoTag(tag).AsResult();
        if (path == "mirrorlist" && snapshot.Files.ContainsKey((repo, "repodata/repomd.xml"))) return Mirrors(tag, snapshot.Hash, repo, http, settings);
        if (snapshot.Files.TryGetValue((repo, path), out var sha256))
            return Send(blobs, path, sha256, fixedContent: IsNamedByHash(path));
        // Metadata that a client was told of a moment ago, by the repomd.xml before this one.
        return database.Read(db => IsNamedByHash(path)
                ? db.One<string>("SELECT f.sha256 FROM snapshot_files f JOIN snapshots s ON s.id = f.snapshot_id WHERE s.tag_id = @TagId AND f.repo = @repo AND f.path = @path LIMIT 1", new { snapshot.TagId, repo, path })
                : Package(db, snapshot.TagId, path)) is { } older
            ? Send(blobs, path, older, fixedContent: true)
            : NoFile(tag, repo, path).AsResult();
    }

    /// <summary>One mirror: the newest snapshot at its own address, where nothing changes under a reader.</summary>
    static IResult Mirrors(string tag, string hash, string repo, HttpContext http, SkylineSettings settings)
    {
        http.Response.Headers.CacheControl = "no-store";
        return Results.Text($"{settings.AddressFor(http)}/repos/{tag}/@{hash}/{repo}/\n", "text/plain", Encoding.UTF8);
    }

    static IResult Pinned(string tag, string hash, string repo, string? path, HttpContext http, Database database, Blobs blobs)
    {
        path ??= "";
        var found = database.Read(db =>
        {
            if (Tag.Find(db, tag) is not { } known) return null;
            return db.One<string>("""
                SELECT f.sha256 FROM snapshot_files f JOIN snapshots s ON s.id = f.snapshot_id
                WHERE s.tag_id = @Id AND s.hash = @hash AND f.repo = @repo AND f.path = @path LIMIT 1
                """, new { known.Id, hash, repo, path }) ?? Package(db, known.Id, path);
        });
        return found is null ? NoFile(tag, repo, path).AsResult() : Send(blobs, path, found, fixedContent: true);
    }

    /// <summary>A file name is one package for ever, so the newest and the oldest snapshot find it alike; it must be or have been in this tag.</summary>
    static string? Package(System.Data.IDbConnection db, long tag, string path) => db.One<string>("""
        SELECT r.sha256 FROM rpms r WHERE r.file_name = @file AND r.location = @path
        AND EXISTS (SELECT 1 FROM tag_builds t WHERE t.build_id = r.build_id AND t.tag_id = @tag)
        """, new { tag, path, file = path[(path.LastIndexOf('/') + 1)..] });

    static bool IsNamedByHash(string path) => path.StartsWith("repodata/", StringComparison.Ordinal) && path.Length > 73 && path[73] == '-';

    static ServedBytes Send(Blobs blobs, string path, string sha256, bool fixedContent)
    {
        var file = new FileInfo(blobs.PathOf(sha256));
        return new([new FilePiece(file.FullName, 0, file.Length)], sha256,
            types.TryGetContentType(path, out var type) ? type : "application/octet-stream",
            fixedContent ? "public, max-age=31536000, immutable" : "no-cache");
    }

    static IResult RepoFile(string tag, string tagAgain, HttpContext http, CurrentSnapshots current, SkylineSettings settings)
    {
        // It is made for the address that was asked; nobody else may be given it from a cache.
        http.Response.Headers.CacheControl = "no-store";
        return tag == tagAgain && current.Of(tag) is not null
            ? Results.Text(RepoText.Of(tag, settings.AddressFor(http)), "text/plain", Encoding.UTF8)
            : NoTag(tag).AsResult();
    }

    static IResult Key(string tag, CurrentSnapshots current, SigningKeys keys) =>
        current.Of(tag) is null ? NoTag(tag).AsResult() : Results.Text(keys.Instance.PublicArmored, "application/pgp-keys", Encoding.ASCII);

    static Refusal NoTag(string tag) => new(404, $"There is no tag '{tag}' here; /api/tags lists those that are.");

    static Refusal NoFile(string tag, string repo, string path) => new(404, $"The repository {tag}/{repo} has no '{path}'.");
}
