namespace Skyline.Testing;

/// <summary>A real repository, made by git itself in a folder of its own.</summary>
public sealed class GitRepository
{
    GitRepository(string folder) => Folder = folder;

    public string Folder { get; }

    /// <param name="folder">Of the repository; it is bare, as servers have them, beside its work tree.</param>
    public static async Task<GitRepository> Make(string folder, CancellationToken ct, params (string Path, string Content)[] files)
    {
        var made = new GitRepository(Directory.CreateDirectory(folder).FullName);
        await made.Git(ct, "init", "--quiet", "--initial-branch=main");
        await made.Commit(ct, files);
        return made;
    }

    /// <summary>Writes the files and commits all there is.</summary>
    /// <returns>The commit.</returns>
    public async Task<string> Commit(CancellationToken ct, params (string Path, string Content)[] files)
    {
        foreach (var (path, content) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Folder, path))!);
            await File.WriteAllTextAsync(Path.Combine(Folder, path), content, ct);
        }
        await Git(ct, "add", "--all");
        return await CommitIndex(ct);
    }

    public async Task<string> CommitIndex(CancellationToken ct)
    {
        await Git(ct, "commit", "--quiet", "--message=change");
        return (await Git(ct, "rev-parse", "HEAD")).Trim();
    }

    public async Task<string> Git(CancellationToken ct, params string[] arguments) => (await Tool.Run("env",
        ["GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "git", "-C", Folder, "-c", "user.name=T Ester", "-c", "user.email=t@example.org", "-c", "commit.gpgSign=false", .. arguments], ct)).Ok("git " + string.Join(' ', arguments));
}
