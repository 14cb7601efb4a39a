using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Sources;

/// <summary>What became of a repository that was to be fetched.</summary>
/// <param name="Why">A sentence; null: it is here.</param>
sealed record FetchedTree(string? Why, string? Commit = null, Blob? Tar = null);

/// <summary>
/// Fetches one commit of a repository and keeps its tree as a tar: the one place where this server speaks with Git repositories. It fetches, lists
/// and packs; nothing of a repository is checked out or run here, hooks, filters and attributes least of all.
/// </summary>
sealed class FetchTree(Git git, Blobs blobs, SkylineSettings settings) : IDisposable
{
    readonly OutwardHttp http = new(settings.FetchFromLocalAddresses);
    readonly string scratch = Emptied(Path.Combine(settings.Data, "git"));
    const string It = "refs/skyline/it";

    /// <summary>What a killed process was fetching is nobody's.</summary>
    static string Emptied(string folder)
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        return folder;
    }

    public async Task<FetchedTree> Fetch(GitUrl url, string reference, CancellationToken ct)
    {
        if (blobs.RoomLeft() < settings.SourceBytes / 16) return new("The server's disk has no room for a repository. Free space or ask its administrator, then submit it again.");
        var folder = Directory.CreateDirectory(Path.Combine(scratch, Guid.NewGuid().ToString("n")), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
        try
        {
            var remote = await RemoteGit.Find(url, http, settings, ct);
            var commit = await FetchCommit(folder, remote, reference, ct);
            await git.Run(folder, ["ls-tree", "-r", "-l", "-z", "--full-tree", commit], output => ReadTree.List(output, settings), null, ct);
            return new(null, commit, await Archive(folder, commit, ct));
        }
        catch (GitFailedException fault)
        {
            return new($"{url.Text}{(reference.Length > 0 ? $" ({reference})" : "")} could not be fetched: {fault.Message}.");
        }
        catch (HttpRequestException fault)
        {
            return new($"{url.Text} could not be fetched: {fault.Message}");
        }
        finally
        {
            Discard(folder);
        }
    }

    /// <summary>Where a process that was killed still writes its last, the rest goes with the next start.</summary>
    static void Discard(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (IOException)
        {
        }
    }

    async Task<string> FetchCommit(string folder, RemoteGit remote, string reference, CancellationToken ct)
    {
        // A template would bring hooks.
        await git.Say(folder, ["init", "--quiet", "--bare", "--template="], null, ct);
        // Over whatever the repository's own .gitattributes say: the tree is taken as it is.
        Directory.CreateDirectory(Path.Combine(folder, "info"));
        await File.WriteAllTextAsync(Path.Combine(folder, "info", "attributes"), "* -export-ignore -export-subst -text -ident -filter -eol -working-tree-encoding\n", ct);
        await git.Say(folder, ["fetch", "--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", "--end-of-options", remote.Address, $"+{(reference.Length > 0 ? reference : "HEAD")}:{It}"], remote, ct);
        var commit = await git.Say(folder, ["rev-parse", "--verify", "--quiet", "--end-of-options", It + "^{commit}"], null, ct);
        return GitRef.IsCommit(commit) ? commit : throw new GitFailedException("it is no commit");
    }

    async Task<Blob> Archive(string folder, string commit, CancellationToken ct)
    {
        // Headers of files, and links of a byte, are more than the files themselves.
        var most = settings.SourceBytes + (4096L * settings.SourceFiles);
        return await git.Run(folder, ["archive", "--format=tar", commit], async output =>
        {
            try
            {
                return (await blobs.Receive(output, most, passing => Checked(passing, ct), ct)).Blob;
            }
            catch (Exception fault) when (fault is BlobRefusedException or InvalidDataException or FormatException)
            {
                throw new GitFailedException(fault is BlobRefusedException { Status: 507 } ? "the server's disk is full" : "its files are larger than is taken, or cannot be read");
            }
        }, null, ct);
    }

    async Task<bool> Checked(Stream archive, CancellationToken ct) => await ReadTree.Check(archive, settings.SourceFiles, ct) is { } why ? throw new GitFailedException(why) : true;

    public void Dispose() => http.Dispose();
}
