using Microsoft.Net.Http.Headers;
using Skyline.Server.Repos;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Externals;

/// <summary>
/// `/external/NAME/ARCH/…` serves the newest pinned state of an external repository, `/external/NAME/@HASH/ARCH/…` a fixed one.
/// Metadata is here already; a package comes from its upstream the first time. A path is looked up in what was pinned, never passed on.
/// </summary>
public sealed class ServeExternal(Database database, Blobs blobs, PullThrough pull, PackageCache cache, VerifiedOnDisk onDisk, SkylineSettings settings)
{
    public IResult Mirrors(string name, string arch, HttpContext http)
    {
        if (database.Read(db => External.Find(db, name)) is not { } external) return NoExternal(name).AsResult();
        if (database.Read(db => ExternalState.Of(db, external.Id, arch)) is not [var newest, ..]) return NotPinned(external, arch).AsResult();
        http.Response.Headers.CacheControl = "no-store";
        return Results.Text($"{settings.AddressFor(http)}/external/{name}/@{newest.Hash}/{arch}/\n", "text/plain");
    }

    public IResult Keys(string name) =>
        database.Read(db => External.Find(db, name)) is not { } external ? NoExternal(name).AsResult()
        : external.Keys.Length == 0 ? new Refusal(404, $"No keys were given for '{name}'.").AsResult()
        : Results.Text(external.Keys, "application/pgp-keys");

    /// <param name="hash">Of a fixed state; null: the newest.</param>
    public async Task<IResult> Serve(string name, string? hash, string arch, string path, HttpContext http)
    {
        if (database.Read(db => External.Find(db, name)) is not { } external) return NoExternal(name).AsResult();
        var states = database.Read(db => ExternalState.Of(db, external.Id, arch, hash));
        if (states.Count == 0) return (hash is null ? NotPinned(external, arch) : new(404, $"'{name}' has no pinned state {hash} for {arch} (any more).")).AsResult();
        // A client that was told of the state before a moment ago still gets that one's files.
        var found = states.Select(state => (State: state, File: Find(state, path))).FirstOrDefault(found => found.File is not null);
        if (found.File is not { } file) return new Refusal(404, $"The pinned state of {name} for {arch} names no '{path}'.").AsResult();
        http.Response.Headers.CacheControl = hash is null ? "no-cache" : "public, max-age=31536000, immutable";
        if (file.Sha256 is { } pinned) return Send(http, path, pinned);
        if (file.File.Checksum.IsTooWeak(found.State.SignedBy is not null)) return Fault(http, FetchMetadata.WhyTooWeak(external, file.File));
        return await SendFetched(external, arch, file.File, http);
    }

    FoundFile? Find(ExternalState state, string path)
    {
        var named = database.Read(db => db.One<FileRow>("SELECT checksum, size, sha256 FROM external_files WHERE state_id = @Id AND path = @path", new { state.Id, path }));
        if (named is not null) return new(new(path, Checksum.FromText(named.Checksum), named.Size < 0 ? null : named.Size), named.Sha256);
        using var index = blobs.Open(state.IndexSha256);
        return PackageIndex.Find(index, path) is { } package ? new(package, null) : null;
    }

    sealed record FoundFile(UpstreamFile File, string? Sha256);

    sealed record FileRow(string Checksum, long Size, string? Sha256);

    async Task<IResult> SendFetched(External external, string arch, UpstreamFile file, HttpContext http)
    {
        var mirrors = database.Read(db => WantedArch.Find(db, external.Id, arch))?.MirrorList ?? [];
        if (mirrors.Count == 0 && cache.Find(file.Checksum) is null) return new Refusal(503, $"'{external.Name}' has another address now, which has not answered for {arch} yet; ask again in a moment.").AsResult();
        // Bytes that are on this disk already are served from where they are.
        if (external.IsOnThisDisk && mirrors.Count > 0) return await SendFromDisk(mirrors[0], file, http);
        if (HttpMethods.IsHead(http.Request.Method) && cache.Find(file.Checksum) is null)
        {
            http.Response.ContentLength = file.Size;
            http.Response.ContentType = TypeOf(file.Path);
            if (file.Checksum.IsBlobName) http.Response.Headers.ETag = $"\"{file.Checksum.Hex}\"";
            return Results.Empty;
        }
        http.Response.RegisterForDispose(cache.Hold(file.Checksum));
        return await pull.Pull(external, mirrors, file, http.RequestAborted) switch
        {
            Pulled.Here here => Send(http, file.Path, here.Sha256),
            Pulled.Failed failed => Fault(http, $"'{external.Name}' is pinned, but this file cannot be had from its upstream now: {failed.Why}"),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    async Task<IResult> SendFromDisk(string folder, UpstreamFile file, HttpContext http)
    {
        try
        {
            var stream = await onDisk.Open(UpstreamAddress.Of(folder, file.Path), file, http.RequestAborted);
            return Results.Stream(stream, TypeOf(file.Path), entityTag: new EntityTagHeaderValue($"\"{file.Checksum.Hex}\""), enableRangeProcessing: true);
        }
        catch (UpstreamException fault)
        {
            return Fault(http, fault.Message);
        }
    }

    IResult Send(HttpContext http, string path, string sha256) =>
        Results.Stream(blobs.Open(sha256), TypeOf(path), entityTag: new EntityTagHeaderValue($"\"{sha256}\""), enableRangeProcessing: true);

    static string TypeOf(string path) => Path.GetExtension(path) switch
    {
        ".rpm" => "application/x-rpm",
        ".xml" => "application/xml",
        ".asc" => "application/pgp-signature",
        _ => "application/octet-stream",
    };

    static IResult Fault(HttpContext http, string why)
    {
        http.Response.Headers.CacheControl = "no-store";
        return new Refusal(502, why + ".").AsResult();
    }

    static Refusal NoExternal(string name) => new(404, $"There is no external repository '{name}' here; /api/externals lists those that are.");

    Refusal NotPinned(External external, string arch) => database.Read(db => WantedArch.Find(db, external.Id, arch)) switch
    {
        null => new(404, $"'{external.Name}' is not pinned for {arch}; nothing here is built for it."),
        { Fault: { } fault } => new(503, $"'{external.Name}' could not be pinned for {arch} yet: {fault}"),
        _ => new(503, $"'{external.Name}' is being pinned for {arch} for the first time; ask again in a moment."),
    };
}
