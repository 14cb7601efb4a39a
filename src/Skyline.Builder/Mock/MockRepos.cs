using Skyline.Protocol;

namespace Skyline.Builder;

/// <summary>
/// Repositories of exactly the packages that were resolved, so that mock can install no other and needs no network. Each package stays
/// with the repository it came from, and is checked with that one's keys.
/// </summary>
sealed class MockRepos(DownloadPackages download, Uri server)
{
    /// <returns>As the container sees them.</returns>
    public async Task<IReadOnlyList<MockRepo>> Fill(MockFolder folder, BuildrootRecipe recipe, IReadOnlyCollection<RootPackage> packages, CancellationToken ct)
    {
        var paths = await download.Fetch(packages, ct);
        var repos = new List<MockRepo>();
        foreach (var repo in recipe.Repos.Where(repo => packages.Any(package => package.Repo == repo.Id)))
        {
            // Numbered: a repository's own name may be no folder's.
            var name = $"repo{repos.Count}";
            var at = Directory.CreateDirectory(Path.Combine(folder.In, name)).FullName;
            foreach (var package in packages.Where(package => package.Repo == repo.Id)) await Take(paths[package], Path.Combine(at, package.Nevra.FileName), ct);
            await Child.Must(["createrepo_c", "--quiet", "--no-database", "--simple-md-filenames", at], $"Listing the packages of {repo.Id}", ct);
            repos.Add(new(name, MockFolder.InContainer(name), repo.Priority, repo.GpgCheck ? await Keys(folder, name, repo, ct) : []));
        }
        return repos;
    }

    async Task<IReadOnlyList<string>> Keys(MockFolder folder, string name, RecipeRepo repo, CancellationToken ct)
    {
        var keys = new List<string>();
        foreach (var address in repo.GpgKeys)
        {
            var file = $"{name}-key{keys.Count}";
            File.Copy(await download.FetchKey(ServerSockets.At(server, address), ct), Path.Combine(folder.In, file));
            keys.Add(MockFolder.InContainer(file));
        }
        return keys;
    }

    /// <summary>Of the store a link, of a file:// repository on another file system a copy.</summary>
    static async Task Take(string from, string to, CancellationToken ct)
    {
        try
        {
            Libc.Link(from, to);
        }
        catch (IOException)
        {
            await using var source = File.OpenRead(from);
            await using var copy = File.Create(to);
            await source.CopyToAsync(copy, ct);
        }
    }
}
