using System.Text.Json;
using Skyline.Server.Edge;
using Skyline.Server.Shell;

namespace Skyline.Server.Sources;

/// <summary>
/// Fetches a repository's files in Git LFS, by its batch API, through the same guarded client as all else: no program of Git LFS runs here. What a
/// server says of where a file is, is a stranger's word: judged as a redirect is, so no nearer to this server than the repository, and what comes
/// from there must be, to the byte, what the repository's pointer says.
/// </summary>
sealed class FetchLfs(SkylineSettings settings) : IDisposable
{
    /// <summary>Of one question.</summary>
    const int AtOnce = 100;
    readonly OutwardHttp http = new(settings);

    /// <exception cref="GitFailedException">One of them is not there, or is another.</exception>
    public async Task Fill(TreeTar tree, IReadOnlyList<MissingFile> files, RemoteGit remote, TreeRoom room, CancellationToken ct)
    {
        if (files.Count == 0) return;
        if (remote.Url.Scheme == "git") throw new GitFailedException($"'{files[0].Path}' is in Git LFS, which is asked over https and not by git's own protocol; name the repository by https, or build with --no-lfs");
        // All of it is known to fit before any of it comes.
        foreach (var file in files) room.TakeBytes(file.Pointer.Size);
        room.HoldAgainstDisk();
        var nearest = settings.FetchFromLocalAddresses ? Nearness.Local : remote.Nearest;
        foreach (var some in files.Chunk(AtOnce))
        {
            var actions = await Ask([.. some.Select(file => file.Pointer).DistinctBy(pointer => pointer.Sha256)], remote, nearest, ct);
            foreach (var file in some) await Fetch(tree, file, actions.TryGetValue(file.Pointer.Sha256, out var action) ? action : throw Lacks(file, "its server says nothing of it"), remote, nearest, ct);
        }
    }

    async Task<IReadOnlyDictionary<string, LfsAction>> Ask(IReadOnlyList<LfsPointer> pointers, RemoteGit remote, Nearness nearest, CancellationToken ct)
    {
        var address = new Uri($"{remote.Url.Text}{(remote.Url.Path.EndsWith(".git", StringComparison.Ordinal) ? "" : ".git")}/info/lfs/objects/batch");
        try
        {
            using var answer = await http.Post(address, LfsBatch.Question(pointers), nearest, remote.Credential?.Headers ?? [], ct);
            if (!answer.IsSuccessStatusCode) throw new GitFailedException($"it has files in Git LFS, and {address} answered {(int)answer.StatusCode} {answer.ReasonPhrase}; build with --no-lfs, where the pointers will do");
            await answer.Content.LoadIntoBufferAsync(LfsBatch.LargestAnswer, ct);
            return LfsBatch.Read(await answer.Content.ReadAsByteArrayAsync(ct), pointers);
        }
        catch (Exception fault) when (fault is HttpRequestException or HttpIOException or JsonException or InvalidOperationException)
        {
            throw new GitFailedException($"it has files in Git LFS, and {address}: {fault.Message}");
        }
    }

    async Task Fetch(TreeTar tree, MissingFile file, LfsAction action, RemoteGit remote, Nearness nearest, CancellationToken ct)
    {
        if (action.Why is { } why) throw Lacks(file, why);
        if (!Uri.TryCreate(action.Address, UriKind.Absolute, out var address) || address.Scheme != "https" && address.Scheme != remote.Url.Scheme || address.UserInfo.Length > 0)
            throw Lacks(file, "its server names an address for it that is not fetched from");
        try
        {
            var led = await OutwardHttp.LedFrom(remote.Url.BareHost, nearest, ct);
            // Where the repository itself is, who may read it may read this; elsewhere, its server has said how.
            var headers = action.Headers.Count == 0 && remote.Url.IsWhere(address) ? remote.Credential?.Headers ?? [] : action.Headers;
            using var answer = await http.Get(address, settings.FetchFromLocalAddresses ? Nearness.Local : led, ct, headers);
            if (!answer.IsSuccessStatusCode) throw Lacks(file, $"{address.Host} answered {(int)answer.StatusCode} {answer.ReasonPhrase}");
            await using var exact = new ExactStream(await answer.Content.ReadAsStreamAsync(ct), file.Pointer);
            await tree.Fill(file, exact, file.Pointer.Size, ct);
            exact.HoldToIt();
        }
        catch (Exception fault) when (fault is HttpRequestException or HttpIOException or InexactException)
        {
            throw Lacks(file, fault.Message);
        }
    }

    static GitFailedException Lacks(MissingFile file, string why) => new($"'{file.Path}' is in Git LFS and could not be fetched: {why}");

    public void Dispose() => http.Dispose();
}
