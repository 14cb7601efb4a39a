using System.Text;
using Skyline.Protocol;
using Skyline.Server.Edge;
using Skyline.Server.Shell;
using Skyline.Server.Sources;
using Skyline.Testing;

namespace Skyline.Server.Tests.Sources;

/// <summary>Submodules: followed to the commits that their repositories name, and what is tricky about them refused.</summary>
public sealed class SubmoduleTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>A repository with a submodule, at a commit.</summary>
    static async Task Add(GitRepository to, string path, string url, string commit, string? name = null)
    {
        var modules = Path.Combine(to.Folder, ".gitmodules");
        await File.AppendAllTextAsync(modules, $"[submodule \"{name ?? path}\"]\n\tpath = {path}\n\turl = {url}\n", Ct);
        await to.Git(Ct, "add", ".gitmodules");
        await to.Git(Ct, "update-index", "--add", "--cacheinfo", $"160000,{commit},{path}");
        await to.CommitIndex(Ct);
    }

    static async Task<string> Head(GitRepository of) => (await of.Git(Ct, "rev-parse", "HEAD")).Trim();

    [Fact]
    public async Task Submodules_and_theirs_are_fetched_at_the_commits_that_are_named_and_noted()
    {
        await using var git = await GitHost.Open();
        await using var elsewhere = await GitHost.Open();
        var (inner, far) = (await git.Repository("inner", ("words", "one\n")), await elsewhere.Repository("far", ("far.c", "int far;\n")));
        var (pinned, farCommit) = (await Head(inner), await Head(far));
        await inner.Commit(Ct, ("words", "two\n"));
        var middle = await git.Repository("middle", ("middle.c", "int middle;\n"));
        await Add(middle, "deep/inner", "../inner", pinned);
        var hello = await git.Repository("hello", ("hello.spec", "Name: hello\n"));
        await Add(hello, "lib/middle", git.Url("middle"), await Head(middle));
        await Add(hello, "far", elsewhere.Url("far"), farCommit);
        await using var site = await SourceBuildTests.Open();
        var builder = new PaperBuilder(site.LocalBuilder);

        var build = await site.Admin.SubmitSource(new(git.Url("hello"), "paper"), Ct);
        var tree = await SourceBuildTests.Tree(builder.Contract, await builder.Lease());

        Assert.Equal(("Name: hello\n", "int middle;\n", "one\n", "int far;\n"), (tree["hello.spec"], tree["lib/middle/middle.c"], tree["lib/middle/deep/inner/words"], tree["far/far.c"]));
        Assert.Equal([new("far", elsewhere.Url("far"), farCommit), new("lib/middle", git.Url("middle"), await Head(middle)), new BuildSubmodule("lib/middle/deep/inner", git.Url("inner"), pinned)],
            (await site.Admin.Build(build.Id, Ct)).Source!.Submodules);
        Assert.Contains(pinned, await site.Http().GetStringAsync($"builds/{build.Id}", Ct), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(site.Data, "git")));
    }

    [Theory]
    [InlineData("file:///etc", "sub", "its submodule 'sub' cannot be followed: 'file' is no scheme")]
    [InlineData("ext::sh -c id", "sub", "its submodule 'sub' cannot be followed: A repository's address has no spaces")]
    [InlineData("-u./payload", "sub", "'-u./payload' is an option of git")]
    [InlineData("git@git.example.org:x/y.git", "sub", "SSH")]
    [InlineData("https://user:secret@git.example.org/x", "sub", "no user and no password")]
    [InlineData("../../../x", "sub", "leads out of 127.0.0.1")]
    [InlineData("https://elsewhere.example.org/x", "sub", "is not among the hosts")]
    [InlineData("../missing", "sub", "its submodule 'sub' cannot be followed: ")]
    [InlineData("../inner", "../../etc", "a name that no submodule may have")]
    [InlineData("../inner", "-c", "a name that no submodule may have")]
    public async Task A_submodule_that_is_a_trick_or_missing_ends_the_build_with_its_name(string url, string name, string says)
    {
        await using var git = await GitHost.Open();
        var inner = await git.Repository("inner", ("words", "one\n"));
        var hello = await git.Repository("hello", ("hello.spec", "Name: hello\n"));
        await Add(hello, "sub", url, await Head(inner), name);
        await using var site = await SourceBuildTests.Open("--Skyline:SourceHosts:0=127.0.0.1");

        Assert.Contains(says, await SourceBuildTests.Failure(site, new(git.Url("hello"), "paper")), StringComparison.Ordinal);
        // Its folder may be empty, for who says so.
        var build = await site.Admin.SubmitSource(new(git.Url("hello"), "paper", Submodules: false), Ct);
        Assert.NotNull((await SourceBuildTests.Until(site, build.Id, now => now.Source!.Commit is not null || now.State == BuildState.Failed)).Source!.Commit);
    }

    [Fact]
    public async Task A_commit_that_the_submodule_does_not_have_and_a_path_that_nobody_names_are_told()
    {
        await using var git = await GitHost.Open();
        await git.Repository("inner", ("words", "one\n"));
        await Add(await git.Repository("gone", ("hello.spec", "Name: hello\n")), "sub", "../inner", new string('a', 40));
        var unnamed = await git.Repository("unnamed", ("hello.spec", "Name: hello\n"), (".gitmodules", "[submodule \"other\"]\n\tpath = other\n\turl = ../inner\n"));
        await unnamed.Git(Ct, "update-index", "--add", "--cacheinfo", $"160000,{new string('a', 40)},sub");
        await unnamed.CommitIndex(Ct);
        // What .gitmodules leads to is no word of the repository's. (git itself would add no such link.)
        var linked = await git.Repository("linked", ("hello.spec", "Name: hello\n"), ("mods", "[submodule \"sub\"]\n\tpath = sub\n\turl = ../inner\n"), ("target", "mods"));
        var link = (await linked.Git(Ct, "hash-object", "-w", "target")).Trim();
        var tree = (await Tool.Run("bash", ["-c", $"cd {linked.Folder} && {{ git ls-tree HEAD; printf '120000 blob {link}\t.gitmodules\n160000 commit {new string('a', 40)}\tsub\n'; }} | git mktree --missing"], Ct)).Ok("git mktree").Trim();
        await linked.Git(Ct, "update-ref", "refs/heads/main", (await linked.Git(Ct, "commit-tree", tree, "-m", "linked")).Trim());
        await using var site = await SourceBuildTests.Open();

        Assert.Contains($"its submodule 'sub' cannot be followed: {git.Url("inner")}: git says: ", await SourceBuildTests.Failure(site, new(git.Url("gone"), "paper")), StringComparison.Ordinal);
        Assert.Contains("does not say where the submodule 'sub' is", await SourceBuildTests.Failure(site, new(git.Url("unnamed"), "paper")), StringComparison.Ordinal);
        Assert.Contains("its file .gitmodules is a symbolic link", await SourceBuildTests.Failure(site, new(git.Url("linked"), "paper")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task They_are_bounded_as_one_repository()
    {
        await using var git = await GitHost.Open();
        var inner = await git.Repository("inner", [.. Enumerable.Range(0, 12).Select(i => ($"file{i}", new string('0', 20_000)))]);
        var commit = await Head(inner);
        await Add(await git.Repository("files", [("hello.spec", "Name: hello\n"), .. Enumerable.Range(0, 10).Select(i => ($"file{i}", "x"))]), "sub", "../inner", commit);
        await Add(await git.Repository("bytes", ("hello.spec", "Name: hello\n"), ("zeros", new string('1', 200_000))), "sub", "../inner", commit);
        var many = await git.Repository("many", ("hello.spec", "Name: hello\n"));
        for (var i = 0; i < 4; i++) await Add(many, $"sub{i}", "../small", await Head(i == 0 ? await git.Repository("small", ("x", "x")) : many));
        // One within the other, six deep; the third setting would let them.
        var last = await git.Repository("deep0", ("x", "x"));
        for (var i = 1; i <= Submodules.Deepest + 1; i++)
        {
            var next = await git.Repository($"deep{i}", ("x", "x"));
            await Add(next, "d", $"../deep{i - 1}", await Head(last));
            last = next;
        }
        await using var site = await SourceBuildTests.Open("--Skyline:SourceFiles=20", "--Skyline:SourceBytes=400000", "--Skyline:SourceSubmodules=3");
        await using var roomy = await SourceBuildTests.Open();

        Assert.Contains("its submodule 'sub' cannot be followed: " + git.Url("inner") + ": it has more than 20 files (Skyline:SourceFiles)", await SourceBuildTests.Failure(site, new(git.Url("files"), "paper")), StringComparison.Ordinal);
        Assert.Contains("MiB together (Skyline:SourceBytes)", await SourceBuildTests.Failure(site, new(git.Url("bytes"), "paper")), StringComparison.Ordinal);
        Assert.Contains("'sub1' cannot be followed", await SourceBuildTests.Failure(site, new(git.Url("many"), "paper")), StringComparison.Ordinal);
        Assert.Contains("'d/d/d/d/d/d' is more than 5 submodules deep", await SourceBuildTests.Failure(roomy, new(git.Url($"deep{Submodules.Deepest + 1}"), "paper")), StringComparison.Ordinal);
        Assert.Contains("it has more than 3 submodules, and theirs (Skyline:SourceSubmodules)", await SourceBuildTests.Failure(site, new(git.Url("deep4"), "paper")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_submodule_may_be_no_nearer_to_this_server_than_its_repository()
    {
        var settings = new SkylineSettings { GitSchemes = ["http", "git"] };
        using var http = new OutwardHttp(new SkylineSettings());
        foreach (var (address, nearest, says) in new[] { ("http://10.0.0.1/x", Nearness.Public, "private network"), ("git://10.0.0.1/x", Nearness.Public, "private network"), ("http://169.254.169.254/x", Nearness.Private, "loopback or link-local"), ("git://[::1]/x", Nearness.Private, "loopback or link-local") })
            Assert.Contains(says, (await Assert.ThrowsAsync<HttpRequestException>(() => RemoteGit.Find(GitUrl.Parse(address, settings.GitSchemes).Url!, http, settings, nearest, null, Ct))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../b", "https://git.example.org/x/b")]
    [InlineData("./b", "https://git.example.org/x/a/b")]
    [InlineData("../../y/b.git", "https://git.example.org/y/b.git")]
    [InlineData("https://other.example.org/b", "https://other.example.org/b")]
    [InlineData("../../../b", null)]
    [InlineData("../b/../../c", null)]
    [InlineData("../%2e%2e/c", null)]
    [InlineData("..", null)]
    [InlineData("b", null)]
    [InlineData("http://other.example.org/b", null)]
    public void A_relative_address_is_beside_the_repository(string text, string? address) =>
        Assert.Equal(address, Submodules.Address(GitUrl.Parse("https://git.example.org/x/a", []).Url!, text, []).Url?.Text);

    [Theory]
    [InlineData("lib/x", true)]
    [InlineData("../x", false)]
    [InlineData("a/.GIT/hooks", false)]
    [InlineData("GIT~1", false)]
    [InlineData(".git./x", false)]
    [InlineData("-x", false)]
    [InlineData("a\nb", false)]
    public void A_submodules_place_is_a_folder_and_none_of_gits(string path, bool good) => Assert.Equal(good, Submodules.WhyNotAt(path) is null);

    [Fact]
    public void What_gitmodules_says_twice_counts_as_git_counts_it() => Assert.Equal([new("a", "two")],
        Submodules.Read(Encoding.UTF8.GetBytes("core.fsmonitor\nid\0submodule.n.x.path\na\0submodule.n.x.url\none\0submodule.n.x.url\ntwo\0submodule.half.path\nb\0submodule.n.x.update\n!id\0")));
}
