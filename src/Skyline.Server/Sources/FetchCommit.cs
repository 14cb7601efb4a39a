using System.Text;

namespace Skyline.Server.Sources;

/// <summary>One commit of one repository, in a scratch folder of its own that goes with it: fetched, listed, and packed into a tree's tar.</summary>
sealed class FetchCommit(Git git, SkylineSettings settings)
{
    const string It = "refs/skyline/it";
    const int LargestRefs = 64 << 20;
    readonly string scratch = Emptied(Path.Combine(settings.Data, "git"));

    /// <summary>What a killed process was fetching is nobody's.</summary>
    static string Emptied(string folder)
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        return folder;
    }

    /// <param name="prefix">Where it is in the tree, with a slash at its end; empty: it is the tree.</param>
    /// <param name="fill">Is given what is in LFS, when all else is written.</param>
    /// <returns>Which commit it is, and its submodules: where, the address as it stands there, and the commit.</returns>
    /// <exception cref="GitFailedException">It cannot be, or is too large.</exception>
    public async Task<(string Commit, IReadOnlyList<(string Path, string Url, string Commit)> Submodules)> Into(
        RemoteGit remote, string reference, string prefix, TreeTar tree, TreeRoom room, bool submodules, Func<IReadOnlyList<MissingFile>, Task> fill, CancellationToken ct)
    {
        var folder = Directory.CreateDirectory(Path.Combine(scratch, Guid.NewGuid().ToString("n")), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
        try
        {
            var commit = await Fetch(folder, remote, reference, ct);
            var list = await git.Run(folder, ["ls-tree", "-r", "-l", "-z", "--full-tree", commit], output => ReadTree.List(output, room), null, ct);
            room.HoldAgainstDisk();
            var missing = await git.Run(folder, ["archive", "--format=tar", commit], output => tree.Add(output, prefix, ct), null, ct);
            await fill(missing);
            return (commit, submodules && list.Links.Count > 0 ? await Named(folder, commit, list, ct) : []);
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

    async Task<string> Fetch(string folder, RemoteGit remote, string reference, CancellationToken ct)
    {
        await using var credential = CredentialSocket.Open(folder, remote);
        // A template would bring hooks.
        await git.Say(folder, ["init", "--quiet", "--bare", "--template="], null, ct);
        // Over whatever the repository's own .gitattributes say: the tree is taken as it is.
        Directory.CreateDirectory(Path.Combine(folder, "info"));
        await File.WriteAllTextAsync(Path.Combine(folder, "info", "attributes"), "* -export-ignore -export-subst -text -ident -filter -eol -working-tree-encoding\n", ct);
        var wanted = reference.Length == 0 ? "HEAD" : GitRef.MayBeShort(reference) ? await Whole(folder, remote, reference, ct) : reference;
        await git.Say(folder, ["fetch", "--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", "--end-of-options", remote.Address, $"+{wanted}:{It}"], remote, ct);
        var commit = await git.Say(folder, ["rev-parse", "--verify", "--quiet", "--end-of-options", It + "^{commit}"], null, ct);
        return GitRef.IsCommit(commit) ? commit : throw new GitFailedException("it is no commit");
    }

    /// <summary>The beginning of a commit is looked for among those that branches and tags point at: a server tells no others. A branch or a tag of that name comes first.</summary>
    async Task<string> Whole(string folder, RemoteGit remote, string reference, CancellationToken ct)
    {
        var commits = new HashSet<string>(StringComparer.Ordinal);
        var named = await git.Run(folder, ["ls-remote", "--quiet", "--end-of-options", remote.Address], async output =>
        {
            using var lines = new StreamReader(new BoundedRead(output, LargestRefs), Encoding.UTF8);
            var called = false;
            while (await lines.ReadLineAsync(ct) is { } line)
                if (line.Split('\t') is [var id, var name])
                {
                    called |= name == "refs/heads/" + reference || name == "refs/tags/" + reference;
                    if (id.StartsWith(reference, StringComparison.Ordinal) && GitRef.IsCommit(id)) commits.Add(id);
                }
            return called;
        }, remote, ct);
        if (named) return reference;
        return commits.Count == 1 ? commits.First()
            : throw new GitFailedException(commits.Count == 0 ? $"no branch or tag of it points at a commit that begins with {reference}, nor is there one of that name; name the commit whole, with all its 40 digits" : $"{reference} is the beginning of several commits that its branches and tags point at; name the commit whole");
    }

    async Task<IReadOnlyList<(string, string, string)>> Named(string folder, string commit, TreeList list, CancellationToken ct)
    {
        if (list.ModulesSize is not <= Submodules.LargestFile) throw new GitFailedException($"it has submodules, and no file .gitmodules of at most {Submodules.LargestFile >> 10} KiB that says where they are; build with --no-submodules, if their folders may be empty");
        var urls = Submodules.Read(await git.Run(folder, ["config", "--no-includes", "--blob", commit + ":.gitmodules", "--list", "-z"], output => ReadAll(output, ct), null, ct));
        return [.. list.Links.Select(link => Submodules.WhyNotAt(link.Path) is { } why ? throw new GitFailedException(why)
            : urls.TryGetValue(link.Path, out var url) ? (link.Path, url, link.Commit)
            : throw new GitFailedException($"its file .gitmodules does not say where the submodule '{link.Path}' is; build with --no-submodules, if its folder may be empty"))];
    }

    static async Task<byte[]> ReadAll(Stream output, CancellationToken ct)
    {
        var all = new MemoryStream();
        await new BoundedRead(output, 4 * Submodules.LargestFile).CopyToAsync(all, ct);
        return all.ToArray();
    }
}
