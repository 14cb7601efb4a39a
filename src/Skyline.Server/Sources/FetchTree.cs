using System.Net.Sockets;
using Skyline.Server.Edge;
using Skyline.Server.Shell;
using Skyline.Server.Signing;
using Skyline.Server.Storage;

namespace Skyline.Server.Sources;

/// <summary>What is to be fetched.</summary>
/// <param name="Ref">Empty: the repository's own HEAD.</param>
/// <param name="Folder">All that the source package is made of is in it; empty: it may be anywhere.</param>
/// <param name="Owner">Whose build it is, and so whose credentials open it.</param>
sealed record WantedTree(GitUrl Url, string Ref, string Folder, bool Submodules, bool Lfs, long Owner);

/// <summary>What became of a repository that was to be fetched.</summary>
/// <param name="Why">A sentence; null: it is here.</param>
sealed record FetchedTree(string? Why, string? Commit = null, Blob? Tar = null, IReadOnlyList<Submodule>? Submodules = null);

/// <summary>
/// Fetches one commit of a repository, and of its submodules, and keeps their tree as a tar: the one place where this server speaks with Git
/// repositories. It fetches, lists and packs; nothing of a repository is checked out or run here, hooks, filters and attributes least of all.
/// </summary>
sealed class FetchTree(FetchCommit fetch, FetchLfs lfs, Database database, KeyFile keys, Blobs blobs, SkylineSettings settings, TimeProvider time) : IDisposable
{
    /// <summary>For all steps together, of what is bounded for each.</summary>
    const int StepsTogether = 4;
    readonly OutwardHttp http = new(settings);

    public async Task<FetchedTree> Fetch(WantedTree wanted, CancellationToken ct)
    {
        if (!blobs.TakesNew() || blobs.RoomLeft() < settings.SourceBytes / 16) return new("The server's disk has no room for a repository. Free space or ask its administrator, then submit it again.");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(TimeSpan.FromSeconds((double)settings.SourceSeconds * StepsTogether));
        var asked = $"{wanted.Url.Text}{(wanted.Ref.Length > 0 ? $" ({wanted.Ref})" : "")}";
        try
        {
            var (found, commit) = (new List<Submodule>(), "");
            var tar = await blobs.Make(async into =>
            {
                await using var tree = new TreeTar(into, wanted.Lfs);
                var whole = new Whole(wanted, tree, new(settings, blobs.RoomLeft), found, GitCredential.For(database, keys, wanted.Url, wanted.Owner));
                commit = await Add(whole, wanted.Url, wanted.Ref, "", 0, Nearness.Private, patience.Token);
            }, ct);
            return new(null, commit, tar, found);
        }
        catch (GitFailedException fault)
        {
            return new($"{asked} could not be fetched: {fault.Message}.");
        }
        catch (SigningRefusedException fault)
        {
            return new($"{asked} could not be fetched: what opens it cannot be read. {fault.Message}");
        }
        catch (HttpRequestException fault)
        {
            return new($"{wanted.Url.Text} could not be fetched: {fault.Message}");
        }
        catch (Exception fault) when (fault is BlobRefusedException or IOException { HResult: 28 })
        {
            return new($"{asked} could not be fetched: the server's disk is full.");
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new($"{asked} could not be fetched: with all that belongs to it, it took longer than {settings.SourceSeconds * StepsTogether} s ({StepsTogether} times Skyline:SourceSeconds).");
        }
    }

    /// <summary>One build's tree, as far as it has come.</summary>
    sealed record Whole(WantedTree Wanted, TreeTar Tree, TreeRoom Room, List<Submodule> Found, GitCredential? Credential);

    /// <returns>The commit.</returns>
    async Task<string> Add(Whole whole, GitUrl url, string reference, string prefix, int depth, Nearness nearest, CancellationToken ct)
    {
        var remote = await RemoteGit.Find(url, http, settings, nearest, whole.Credential?.Opens(url) is true ? whole.Credential : null, ct);
        if (remote.Credential is { } used) await NoteUse(used, ct);
        var (commit, submodules) = await fetch.Into(remote, reference, prefix, whole.Tree, whole.Room, whole.Wanted.Submodules, async missing => await Fill(whole, missing, remote, ct), ct);
        foreach (var (path, text, pinned) in submodules) await Follow(whole, url, new(prefix + path, text, pinned), depth + 1, nearest, ct);
        return commit;
    }

    /// <summary>What a repository names may be no nearer to this server than it is itself; and what opens a repository opens a submodule only where it is for that too.</summary>
    async Task Follow(Whole whole, GitUrl of, Submodule said, int depth, Nearness nearest, CancellationToken ct)
    {
        whole.Room.TakeSubmodule();
        if (depth > Submodules.Deepest) throw new GitFailedException($"its submodule '{said.Path}' is more than {Submodules.Deepest} submodules deep");
        var (url, why) = Submodules.Address(of, said.Url, settings.GitSchemes);
        if (url is null) throw Cannot(said, why!);
        if (!AllowedHosts.Permit(url.BareHost, settings.SourceHosts)) throw Cannot(said, AllowedHosts.NotThis(url.BareHost).Sentence);
        try
        {
            var led = settings.FetchFromLocalAddresses || url.Host == of.Host ? nearest : await OutwardHttp.LedFrom(of.BareHost, nearest, ct);
            whole.Found.Add(new(said.Path, url.Text, await Add(whole, url, said.Commit, said.Path + "/", depth, led, ct)));
        }
        catch (Exception fault) when (fault is HttpRequestException or SocketException || fault is GitFailedException and not SubmoduleFailedException)
        {
            throw Cannot(said, $"{url.Text}: {fault.Message}");
        }
    }

    sealed class SubmoduleFailedException(string message) : GitFailedException(message);

    static SubmoduleFailedException Cannot(Submodule said, string why) => new($"its submodule '{said.Path}' cannot be followed: {why.TrimEnd('.')}. Build with --no-submodules, if its folder may be empty");

    /// <summary>Where the source package is made of one folder, only what is in it is fetched; unless a link in it leads to what is not.</summary>
    async Task Fill(Whole whole, IReadOnlyList<MissingFile> missing, RemoteGit remote, CancellationToken ct)
    {
        var folder = whole.Wanted.Folder.Length == 0 || whole.Tree.Leaving.Any(link => IsIn(link, whole.Wanted.Folder)) ? "" : whole.Wanted.Folder;
        foreach (var file in missing.Where(file => !IsIn(file.Path, folder))) await whole.Tree.Leave(file, ct);
        await lfs.Fill(whole.Tree, [.. missing.Where(file => IsIn(file.Path, folder))], remote, whole.Room, ct);
    }

    static bool IsIn(string path, string folder) => folder.Length == 0 || path.StartsWith(folder + "/", StringComparison.Ordinal);

    Task<int> NoteUse(GitCredential used, CancellationToken ct) => database.Write(tx => tx.Execute("UPDATE git_credentials SET used_at = @now WHERE id = @Id", new { used.Id, now = time.Stamp() }), ct);

    public void Dispose() => http.Dispose();
}
