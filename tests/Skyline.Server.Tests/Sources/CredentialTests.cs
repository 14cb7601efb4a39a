using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Http;
using Skyline.Protocol;
using Skyline.Server.Sources;
using Skyline.Server.Storage;
using Skyline.Testing;

namespace Skyline.Server.Tests.Sources;

/// <summary>Private repositories: what opens them goes to their own server and nowhere else.</summary>
public sealed class CredentialTests
{
    const string Secret = "s3cret-of-the-repository";
    static readonly string basic = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"robot:{Secret}"));

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>A host that opens for one user, and looks who else on this machine holds the secret while it is asked.</summary>
    sealed class Private
    {
        public ConcurrentQueue<string> Given { get; } = new();
        public ConcurrentBag<string> Leaks { get; } = [];
        public int Opened;

        public Private(GitHost git, string open = "/nothing") => git.Before = async http =>
        {
            var given = http.Request.Headers.Authorization.ToString();
            Given.Enqueue(given);
            if (http.Request.Path.StartsWithSegments(open)) return false;
            if (given == basic)
            {
                Interlocked.Increment(ref Opened);
                foreach (var process in Directory.EnumerateDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out _)))
                    foreach (var file in new[] { "cmdline", "environ" })
                        if (Held(Path.Combine(process, file))) Leaks.Add(file);
                return false;
            }
            http.Response.StatusCode = 401;
            http.Response.Headers.WWWAuthenticate = "Basic realm=\"private\"";
            await http.Response.WriteAsync("Who are you?");
            return true;
        };

        static bool Held(string path)
        {
            try
            {
                return File.ReadAllText(path) is var text && (text.Contains(Secret, StringComparison.Ordinal) || text.Contains(basic[6..], StringComparison.Ordinal));
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        }
    }

    static async Task<BuildDetails> Fetched(Site site, SkylineClient who, NewSourceBuild wanted) =>
        await SourceBuildTests.Until(site, (await who.SubmitSource(wanted, Ct)).Id, now => now.Source!.Commit is not null || now.State == BuildState.Failed);

    [Fact]
    public async Task A_credential_opens_its_persons_builds_and_nobody_elses_and_is_seen_nowhere()
    {
        await using var git = await GitHost.Open();
        await git.Repository("hello", ("hello.spec", "Name: hello\n"));
        var opened = new Private(git);
        await using var site = await SourceBuildTests.Open();
        var (ann, bob) = (await site.Person("ann"), await site.Person("bob"));
        Assert.Contains("no repository that anybody may read: the server answered 401 Unauthorized. What opens a private one is given with `skyline git-credential add`.", (await Fetched(site, ann, new(git.Url("hello"), "paper"))).Why!, StringComparison.Ordinal);

        var made = await ann.AddGitCredential(new(git.Address.ToString(), "robot", Secret), Ct);
        var build = await Fetched(site, ann, new(git.Url("hello"), "paper"));

        Assert.NotNull(build.Source!.Commit);
        // The server's own question, and git's.
        Assert.True(opened.Opened >= 3, $"{opened.Opened} questions were let in");
        Assert.Empty(opened.Leaks);
        Assert.Contains("401", (await Fetched(site, bob, new(git.Url("hello"), "paper"))).Why!, StringComparison.Ordinal);
        Assert.Empty(await bob.GitCredentials(Ct));
        var known = Assert.Single(await ann.GitCredentials(Ct));
        Assert.Equal((made.Id, git.Address.ToString().TrimEnd('/'), "robot", false, "ann"), (known.Id, known.Address, known.UserName, known.Everyone, known.MadeBy));
        Assert.NotNull(known.UsedAt);
        Assert.Equal(404, (await Assert.ThrowsAsync<RefusedException>(() => bob.RemoveGitCredential(made.Id, Ct))).Status);
        foreach (var file in Directory.EnumerateFiles(site.Data, "*", SearchOption.AllDirectories).Where(path => !path.Contains("/blobs/", StringComparison.Ordinal) && Path.GetFileName(path) != FolderLock.FileName))
            Assert.DoesNotContain(Secret, Encoding.Latin1.GetString(await ReadShared(file)), StringComparison.Ordinal);

        await ann.RemoveGitCredential(made.Id, Ct);
        Assert.Contains("401", (await Fetched(site, ann, new(git.Url("hello"), "paper"))).Why!, StringComparison.Ordinal);
    }

    static async Task<byte[]> ReadShared(string path)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var all = new MemoryStream();
        await file.CopyToAsync(all, Ct);
        return all.ToArray();
    }

    [Fact]
    public async Task An_administrators_is_for_everybody_and_a_wrong_one_is_told_without_its_words()
    {
        await using var git = await GitHost.Open();
        await git.Repository("hello", ("hello.spec", "Name: hello\n"));
        _ = new Private(git);
        await using var site = await SourceBuildTests.Open();
        var ann = await site.Person("ann");
        Assert.Equal(403, (await Assert.ThrowsAsync<RefusedException>(() => ann.AddGitCredential(new(git.Url("hello"), "robot", Secret, Everyone: true), Ct))).Status);

        await site.Admin.AddGitCredential(new(git.Url("hello"), "robot", Secret, Everyone: true), Ct);
        Assert.NotNull((await Fetched(site, ann, new(git.Url("hello"), "paper"))).Source!.Commit);
        Assert.True((await ann.GitCredentials(Ct)).Single().Everyone);

        // One's own goes before everybody's, and the same address again is the same credential.
        await ann.AddGitCredential(new(git.Url("hello"), "robot", "first"), Ct);
        await ann.AddGitCredential(new(git.Url("hello"), "robot", "wrong-one"), Ct);
        Assert.Equal(2, (await ann.GitCredentials(Ct)).Count);
        var why = (await Fetched(site, ann, new(git.Url("hello"), "paper"))).Why!;
        Assert.Contains($"is not opened by the credential for {git.Url("hello")}: the server answered 401", why, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-one", why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_goes_neither_where_its_server_leads_nor_to_a_submodule_that_it_is_not_for()
    {
        await using var git = await GitHost.Open();
        await using var elsewhere = await GitHost.Open();
        await elsewhere.Repository("hello", ("hello.spec", "Name: hello\n"));
        var far = new Private(elsewhere, open: "/hello");
        var opened = new Private(git);
        await using var site = await SourceBuildTests.Open();
        await site.Admin.AddGitCredential(new(git.Url("team"), "robot", Secret), Ct);

        git.Redirect = http => http.Request.Path.StartsWithSegments("/team/moved", out var rest) ? elsewhere.Url("hello") + rest + http.Request.QueryString : null;
        Assert.NotNull((await Fetched(site, site.Admin, new(git.Url("team/moved"), "paper"))).Source!.Commit);
        Assert.Equal(1, opened.Opened);
        Assert.All(far.Given, given => Assert.Equal("", given));

        // A stranger's repository, with somebody's private one as its submodule.
        var secret = await git.Repository("team", ("words", "private\n"));
        var trap = await elsewhere.Repository("trap", ("hello.spec", "Name: hello\n"), (".gitmodules", $"[submodule \"s\"]\n\tpath = s\n\turl = {git.Url("team")}\n"));
        await trap.Git(Ct, "update-index", "--add", "--cacheinfo", $"160000,{(await secret.Git(Ct, "rev-parse", "HEAD")).Trim()},s");
        await trap.CommitIndex(Ct);
        elsewhere.Before = _ => Task.FromResult(false);
        Assert.Contains("its submodule 's' cannot be followed", (await Fetched(site, site.Admin, new(elsewhere.Url("trap"), "paper"))).Why!, StringComparison.Ordinal);
        Assert.Equal(1, opened.Opened);
    }

    [Fact]
    public async Task It_opens_submodules_and_files_in_lfs_that_it_is_for()
    {
        await using var git = await GitHost.Open();
        await using var elsewhere = await GitHost.Open();
        string[] contents = ["near\n", "far\n"];
        string Oid(int at) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(contents[at])));
        string Pointer(int at) => $"version https://git-lfs.github.com/spec/v1\noid sha256:{Oid(at)}\nsize {contents[at].Length}\n";
        var inner = await git.Repository("team-lib", ("near.bin", Pointer(0)), ("far.bin", Pointer(1)));
        var hello = await git.Repository("team", ("hello.spec", "Name: hello\n"), (".gitmodules", "[submodule \"s\"]\n\tpath = s\n\turl = ../team-lib\n"));
        await hello.Git(Ct, "update-index", "--add", "--cacheinfo", $"160000,{(await inner.Git(Ct, "rev-parse", "HEAD")).Trim()},s");
        await hello.CommitIndex(Ct);
        var opened = new Private(git);
        var guarded = git.Before;
        git.Before = async http =>
        {
            if (await guarded(http)) return true;
            if (http.Request.Path.Value!.EndsWith("/objects/batch", StringComparison.Ordinal))
                await http.Response.WriteAsync($$$"""{"objects": [{"oid": "{{{Oid(0)}}}", "size": 5, "actions": {"download": {"href": "{{{git.Url("lfs/near")}}}"} } }, {"oid": "{{{Oid(1)}}}", "size": 4, "actions": {"download": {"href": "{{{elsewhere.Url("lfs/far")}}}", "header": {"X-Ticket": "7"} } } } ] }""");
            else if (http.Request.Path == "/lfs/near") await http.Response.WriteAsync(contents[0]);
            else return false;
            return true;
        };
        var far = "";
        elsewhere.Before = async http =>
        {
            far = $"{http.Request.Headers["X-Ticket"]} {http.Request.Headers.Authorization}";
            await http.Response.WriteAsync(contents[1]);
            return true;
        };
        await using var site = await SourceBuildTests.Open();
        await site.Admin.AddGitCredential(new(git.Address.ToString(), "robot", Secret), Ct);
        var builder = new PaperBuilder(site.LocalBuilder);

        var known = await Fetched(site, site.Admin, new(git.Url("team"), "paper"));

        Assert.True(known.Source!.Commit is not null, known.Why);
        var tree = await SourceBuildTests.Tree(builder.Contract, await builder.Lease());
        Assert.Equal((contents[0], contents[1]), (tree["s/near.bin"], tree["s/far.bin"]));
        Assert.Equal("7 ", far);
        Assert.True(opened.Opened > 6);
    }

    [Theory]
    [InlineData("http://git.example.org/x", "for https alone")]
    [InlineData("https://user:word@git.example.org/x", "no user and no password")]
    [InlineData("file:///etc", "no scheme")]
    [InlineData("https://git.example.org/../x", "path")]
    public async Task What_is_no_address_of_a_private_repository_is_refused(string address, string says)
    {
        await using var site = await SourceBuildTests.Open();

        var refused = await Assert.ThrowsAsync<RefusedException>(() => site.Admin.AddGitCredential(new(address, "robot", Secret), Ct));

        Assert.Equal(400, refused.Status);
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
        Assert.Equal(400, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.AddGitCredential(new("https://git.example.org", "a\nb", Secret), Ct))).Status);
        Assert.Equal(400, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.AddGitCredential(new("https://git.example.org", "robot", "a\nb"), Ct))).Status);
    }

    [Theory]
    [InlineData("https://git.example.org", "https://git.example.org/a/b", true)]
    [InlineData("https://git.example.org/a", "https://git.example.org/a", true)]
    [InlineData("https://git.example.org/a", "https://git.example.org/a.git", true)]
    [InlineData("https://git.example.org/a", "https://git.example.org/a/b", true)]
    [InlineData("https://git.example.org/a", "https://git.example.org/ab", false)]
    [InlineData("https://git.example.org", "https://git.example.org:8443/a", false)]
    [InlineData("https://git.example.org", "https://git.example.org.evil.example/a", false)]
    [InlineData("https://git.example.org", "http://git.example.org/a", false)]
    public void It_is_for_whole_parts_of_its_address(string address, string url, bool opens) => Assert.Equal(opens, GitCredential.IsOf(address, GitUrl.Parse(url, ["http"]).Url!));

    [Fact]
    public async Task The_page_gives_and_removes_without_showing_a_secret()
    {
        await using var site = await SourceBuildTests.Open();
        using var browser = new HttpClient { BaseAddress = site.Address };
        await Post("login", "login", ("token", site.AdminToken), ("back", "/"));

        var page = await Post("me/git-credentials", "me/git-credentials/add", ("address", "https://git.example.org/rpms"), ("user", "robot"), ("secret", Secret), ("everyone", "true"));
        var id = (await site.Admin.GitCredentials(Ct)).Single().Id;
        var empty = await Post("me/git-credentials", $"me/git-credentials/{id}/remove");

        Assert.Contains("<code>https://git.example.org/rpms</code>", page, StringComparison.Ordinal);
        Assert.Contains("everybody&#x27;s builds", page, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, page, StringComparison.Ordinal);
        Assert.DoesNotContain("git.example.org/rpms</code>", empty, StringComparison.Ordinal);

        async Task<string> Post(string form, string to, params (string Name, string Value)[] fields)
        {
            var token = System.Text.RegularExpressions.Regex.Match(await browser.GetStringAsync(form, Ct), "name=\"__RequestVerificationToken\" value=\"([^\"]+)\"").Groups[1].Value;
            using var answer = await browser.PostAsync(to, new FormUrlEncodedContent([.. fields.Select(field => KeyValuePair.Create(field.Name, field.Value)), KeyValuePair.Create("__RequestVerificationToken", token)]), Ct);
            return await answer.Content.ReadAsStringAsync(Ct);
        }
    }
}
