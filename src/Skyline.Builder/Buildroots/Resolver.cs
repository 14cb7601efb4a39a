using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Skyline.Protocol;

namespace Skyline.Builder;

/// <summary>
/// Asks dnf's solver, through a small Python script, which packages a buildroot is made of; one a slot, so that no slot waits for
/// another's repositories. A process answers one question and ends; the next one is started ahead, so that its imports (0.1–0.2 s)
/// are over when a run comes. While it waits it takes some 20 MB of its own.
/// </summary>
sealed class Resolver(MetadataCache metadata, KnownResolutions known, Confinement confinement, Uri server, string? token = null, string? authority = null) : IAsyncDisposable
{
    static readonly TimeSpan patience = TimeSpan.FromMinutes(10);
    Task<Child>? ahead;
    /// <summary>Folders of file:// repositories that the waiting process can read; those of the question before.</summary>
    HashSet<string> readable = [];

    /// <summary>Starts the process that the first question will go to.</summary>
    public void WarmUp() => ahead = Start();

    /// <param name="requires">As in the source package: names, versions, files, rich dependencies.</param>
    /// <exception cref="BuilderBrokeException">A repository cannot be read, or the chroot's own packages cannot be had.</exception>
    public async Task<Resolution> Resolve(BuildrootRecipe recipe, IReadOnlyList<string> requires, CancellationToken ct)
    {
        var repos = recipe.Repos.ToDictionary(repo => RepoKey(repo), repo => repo.Id);
        var question = new ResolveQuestion(metadata.Folder, recipe.BuildrootArch, recipe.ReleaseVersion, recipe.Packages, requires,
            [.. recipe.Repos.Select(repo => new ResolveRepo(RepoKey(repo), AddressOf(repo.BaseUrl), repo.Metalink, repo.MirrorList, repo.Priority, repo.Pinned))]);
        var key = KnownResolutions.KeyOf(question);
        if (known.Find(key) is { } before) return before;
        foreach (var repo in question.Repos.Where(repo => repo.Pinned)) metadata.TakeOver(repo.Id);
        try
        {
            var answer = Read(await Ask(question with { Token = token, Repos = [.. question.Repos.Select(repo => repo with { Own = IsOwn(repo), Sslcacert = IsOwn(repo) ? AuthorityFile() : null })] }, ct), repos);
            known.Note(key, answer);
            return answer;
        }
        finally
        {
            WarmUp();
            metadata.DropOld();
        }
    }

    static Resolution Read(ResolveAnswer answer, IReadOnlyDictionary<string, string> repos)
    {
        if (answer.Fault is { } fault) throw new BuilderBrokeException(repos.Aggregate(fault, (text, repo) => text.Replace(repo.Key, repo.Value, StringComparison.Ordinal)));
        if (answer.Unmet is { } unmet) return new Resolution.Unmet(unmet);
        var packages = answer.Packages!.Select(package => package with { Repo = repos.GetValueOrDefault(package.Repo, package.Repo) }).ToList();
        var alone = answer.Base!.Select(index => packages[index]).ToList();
        return new Resolution.Resolved(packages, alone.Count == answer.BaseSize ? alone : []);
    }

    async Task<ResolveAnswer> Ask(ResolveQuestion question, CancellationToken ct)
    {
        var child = await Take([.. question.Repos.Select(repo => repo.Baseurl).OfType<string>().Select(url => new Uri(url)).Where(url => url.IsFile).Select(url => url.LocalPath)]);
        await using (child)
        {
            using var soon = CancellationTokenSource.CreateLinkedTokenSource(ct);
            soon.CancelAfter(patience);
            var errors = Child.ReadBounded(child.Errors, soon.Token);
            try
            {
                await child.Say((byte[])[.. JsonSerializer.SerializeToUtf8Bytes(question, BuilderJson.Default.ResolveQuestion), (byte)'\n'], soon.Token);
                using var output = new StreamReader(child.Output);
                if (await output.ReadLineAsync(soon.Token) is { } line) return JsonSerializer.Deserialize(line, BuilderJson.Default.ResolveAnswer)!;
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                throw new BuilderBrokeException($"The buildroot's packages were not resolved in {patience.TotalMinutes:0} minutes; are its repositories within reach?");
            }
            throw new BuilderBrokeException($"dnf's solver ended without an answer: {Child.Tail(Encoding.UTF8.GetString(await errors))}. Is python3-dnf installed?");
        }
    }

    /// <summary>The process that waits already, or a new one where that has died or cannot read what it must.</summary>
    async Task<Child> Take(HashSet<string> folders)
    {
        var child = await (ahead ?? Start());
        ahead = null;
        if (child.IsAlive && folders.IsSubsetOf(readable)) return child;
        await child.DisposeAsync();
        readable = folders;
        return await Start();
    }

    Task<Child> Start() => Child.Start(confinement.WithNetwork(metadata.Folder, readable, ["/usr/bin/python3", "-I", "-c", Script.Resolve]));

    /// <summary>Of this server: it alone is shown the token. What a mirror list or a metalink leads to is not.</summary>
    bool IsOwn(ResolveRepo repo) => repo is { Metalink: null, Mirrorlist: null, Baseurl: { } address } && ToTheServer.IsThere(server, new Uri(address));

    string? AddressOf(string? baseUrl) => baseUrl is null ? null : ServerSockets.At(server, baseUrl).AbsoluteUri;

    /// <summary>Where dnf can read it, in whatever confinement.</summary>
    string? AuthorityFile()
    {
        if (authority is null) return null;
        var file = Path.Combine(metadata.Folder, "server-authority.pem");
        if (!File.Exists(file) || File.ReadAllText(file) != authority) File.WriteAllText(file, authority);
        return file;
    }

    /// <summary>dnf caches by the repository's name, so the name has the address in it: two states of one repository have two caches.</summary>
    static string RepoKey(RecipeRepo repo) =>
        "r" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{repo.Id}\n{repo.BaseUrl}\n{repo.Metalink}\n{repo.MirrorList}")))[..20];

    public async ValueTask DisposeAsync()
    {
        if (ahead is { IsCompletedSuccessfully: true }) await (await ahead).DisposeAsync();
    }
}
