using System.Formats.Tar;
using Skyline.Protocol;
using Skyline.Testing;

namespace Skyline.Server.Tests.Sources;

/// <summary>A build from Git, from its address to its packages, and what is wrong with repositories.</summary>
public sealed class SourceBuildTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    internal static Task<Site> Open(params string[] settings) => Site.Open(null, null, ["--Skyline:FetchFromLocalAddresses=true", "--Skyline:GitSchemes:0=http", .. settings]);

    static readonly Paper source = Papers.Source("hello", "1", "1", exclusiveArch: "x86_64"), binary = Papers.Binary("hello", "1", "1");

    internal static async Task<BuildDetails> Until(Site site, long id, Func<BuildDetails, bool> wanted)
    {
        var build = await site.Admin.Build(id, Ct);
        while (!wanted(build)) build = await site.Admin.WaitBuild(id, build.Revision, 20, Ct);
        return build;
    }

    internal static async Task<string> Failure(Site site, NewSourceBuild wanted) => (await Until(site, (await site.Admin.SubmitSource(wanted, Ct)).Id, build => build.State == BuildState.Failed)).Why!;

    internal static async Task<Dictionary<string, string>> Tree(BuilderContract contract, LeasedRun run)
    {
        await using var tar = new TarReader(await contract.OpenSrpm(run.RunId, 0, Ct));
        var entries = new Dictionary<string, string>();
        while (await tar.GetNextEntryAsync(copyData: true, Ct) is { } entry)
            if (entry.EntryType is TarEntryType.RegularFile) entries[entry.Name] = entry.DataStream is null ? "" : await new StreamReader(entry.DataStream).ReadToEndAsync(Ct);
            else if (entry is not PaxGlobalExtendedAttributesTarEntry) entries[entry.Name] = $"→ {entry.LinkName}";
        return entries;
    }

    [Fact]
    public async Task A_repository_becomes_a_source_package_and_then_packages()
    {
        await using var git = await GitHost.Open();
        var repository = await git.Repository("hello", ("hello.spec", "Name: hello\n"), ("docs/words", "hello\n"), (".gitattributes", "docs export-ignore\nhello.spec export-subst\n"), ("format", "$Format:%H$\n"));
        File.CreateSymbolicLink(Path.Combine(repository.Folder, "docs", "spec"), "../hello.spec");
        var commit = await repository.Commit(Ct);
        await using var site = await Open();
        var builder = new PaperBuilder(site.LocalBuilder);

        var build = await site.Admin.SubmitSource(new("git+" + git.Url("hello") + "#main", "paper"), Ct);

        Assert.Equal((BuildState.Waiting, "hello-git-main", "buildSRPM", "src"), (build.State, build.Nvr, build.Tasks.Single().Kind, build.Tasks.Single().Arch));
        var making = await builder.Lease();
        Assert.Equal(new SourceOrder("hello", git.Url("hello"), commit, "", SourceMethod.Spec), making.Source);
        Assert.Equal(("buildSRPM", "x86_64"), (making.Kind, making.Buildroot.TargetArch));
        var tree = await Tree(builder.Contract, making);
        // As it was committed, whatever its own attributes say.
        Assert.Equal(("Name: hello\n", "hello\n", "$Format:%H$\n", "→ ../hello.spec"), (tree["hello.spec"], tree["docs/words"], tree["format"], tree["docs/spec"]));
        await builder.Deliver(making, source);

        var building = await builder.Lease();
        Assert.Equal(("buildArch", "x86_64", source.Sha256), (building.Kind, building.Arch, building.Srpm.Sha256));
        Assert.Null(building.Source);
        await builder.Deliver(building, source, binary);
        var done = await Until(site, build.Id, now => now.State == BuildState.Complete);
        Assert.Equal(("hello-1-1", commit, "main"), (done.Nvr, done.Source!.Commit, done.Source.Ref));
        Assert.Equal(["hello-1-1.src.rpm", "hello-1-1.x86_64.rpm"], done.Rpms.Select(rpm => rpm.FileName).Order(StringComparer.Ordinal));
        Assert.Contains(commit, await site.Http().GetStringAsync($"builds/{build.Id}", Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_branch_a_tag_and_a_commit_are_each_what_they_name()
    {
        await using var git = await GitHost.Open();
        var repository = await git.Repository("hello", ("hello.spec", "Name: hello\n"));
        var first = (await repository.Git(Ct, "rev-parse", "HEAD")).Trim();
        await repository.Git(Ct, "tag", "--annotate", "--message=one", "v1");
        await repository.Commit(Ct, ("hello.spec", "Name: hello\nVersion: 2\n"));
        await repository.Git(Ct, "branch", "rpms/next");
        var last = await repository.Commit(Ct, ("hello.spec", "Name: hello\nVersion: 3\n"));
        await using var site = await Open();

        foreach (var (name, commit) in new[] { ("v1", first), (first, first), ("rpms/next", (await repository.Git(Ct, "rev-parse", "rpms/next")).Trim()), ("", last) })
        {
            var build = await site.Admin.SubmitSource(new(git.Url("hello"), "paper", name, Scratch: true), Ct);
            Assert.Equal(commit, (await Until(site, build.Id, now => now.Source!.Commit is not null || now.State == BuildState.Failed)).Source!.Commit);
        }
    }

    [Fact]
    public async Task The_beginning_of_a_commit_is_one_that_a_branch_or_a_tag_points_at()
    {
        await using var git = await GitHost.Open();
        var repository = await git.Repository("hello", ("hello.spec", "Name: hello\n"));
        var first = (await repository.Git(Ct, "rev-parse", "HEAD")).Trim();
        await repository.Git(Ct, "tag", "--annotate", "--message=one", "v1");
        var middle = await repository.Commit(Ct, ("hello.spec", "Name: hello\nVersion: 2\n"));
        var last = await repository.Commit(Ct, ("hello.spec", "Name: hello\nVersion: 3\n"));
        await repository.Git(Ct, "branch", "abcdef1", middle);
        await using var site = await Open();

        // Of an annotated tag, the commit that it is of; a branch that is called like a commit is that branch.
        foreach (var (name, commit) in new[] { (first[..8], first), (last[..7], last), ("abcdef1", middle), ("refs/tags/v1", first) })
        {
            var build = await site.Admin.SubmitSource(new(git.Url("hello"), "paper", name, Scratch: true), Ct);
            var known = await Until(site, build.Id, now => now.Source!.Commit is not null || now.State == BuildState.Failed);
            Assert.True(known.Source!.Commit == commit, $"{name}: {known.Why}");
        }
        await repository.Git(Ct, "branch", "--delete", "--force", "abcdef1");
        Assert.Contains($"no branch or tag of it points at a commit that begins with {middle[..9]}", await Failure(site, new(git.Url("hello"), "paper", middle[..9])), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_builder_that_does_not_know_source_packages_is_not_given_one_and_the_build_says_why()
    {
        await using var git = await GitHost.Open();
        await git.Repository("hello", ("hello.spec", "Name: hello\n"));
        await using var site = await Open();
        var old = new PaperBuilder(site.LocalBuilder) { Protocol = 1 };
        Assert.Null(await old.TryLease());
        var build = await site.Admin.SubmitSource(new(git.Url("hello"), "paper"), Ct);
        await Until(site, build.Id, now => now.Source!.Commit is not null);

        Assert.Null(await old.TryLease());
        Assert.Equal("Waiting: no builder here is new enough to make source packages; builder 'local' runs 0.1.0, which is not. Update it, or enrol another.", (await site.Admin.Build(build.Id, Ct)).Tasks.Single().Why);
        var other = Papers.Source("words", "1", "1", exclusiveArch: "x86_64");
        await site.Admin.Submit(other.Open(), other.FileName, "paper", scratch: true, Ct);
        Assert.Equal("buildArch", (await old.Lease()).Kind);

        // The same builder, updated.
        Assert.Equal(("buildSRPM", build.Id), await new PaperBuilder(site.LocalBuilder).Lease() is var run ? (run.Kind, run.BuildId) : default);
    }

    [Fact]
    public async Task What_is_no_address_no_ref_or_no_folder_is_refused_before_anything_is_asked()
    {
        await using var site = await Open("--Skyline:SourceHosts:0=git.example.org");
        foreach (var wanted in new NewSourceBuild[]
        {
            new("file:///etc", "paper"), new("ext::sh -c id", "paper"), new("--upload-pack=id", "paper"), new("https://u:p@git.example.org/x", "paper"), new("https://git.example.org/x#--exec", "paper"), new("https://git.example.org/x", "paper", "a..b"),
            new("https://git.example.org/x", "paper", "main", "../y"), new("https://git.example.org/x", "paper", Method: SourceMethod.DistGit), new("https://elsewhere.example.org/x", "paper"), new("https://git.example.org/x", "paper", Scratch: true, Draft: true),
            new("https://git.example.org/x", "paper", Arches: ["x86_64"]),
        })
            Assert.Equal(400, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.SubmitSource(wanted, Ct))).Status);
        Assert.Equal(404, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.SubmitSource(new("https://git.example.org/x", "nowhere"), Ct))).Status);
        Assert.Empty((await site.Admin.Builds(Ct)).Builds);
    }

    [Fact]
    public async Task What_a_repository_lacks_ends_its_build_with_a_sentence()
    {
        await using var git = await GitHost.Open();
        await git.Repository("hello", ("hello.spec", "Name: hello\n"));
        git.Files["/page/info/refs"] = "<html>"u8.ToArray();
        await using var site = await Open();

        Assert.Contains("couldn't find remote ref nowhere", await Failure(site, new(git.Url("hello"), "paper", "nowhere")), StringComparison.Ordinal);
        Assert.Contains("404", await Failure(site, new(git.Url("missing"), "paper")), StringComparison.Ordinal);
        Assert.Contains("does not speak git's protocol", await Failure(site, new(git.Url("page"), "paper")), StringComparison.Ordinal);
        Assert.Contains(new string('a', 40), await Failure(site, new(git.Url("hello"), "paper", new string('a', 40))), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(site.Data, "git")));
    }

    [Fact]
    public async Task A_local_address_is_not_asked_unless_the_site_says_so()
    {
        await using var git = await GitHost.Open();
        await git.Repository("hello", ("hello.spec", "Name: hello\n"));
        await using var site = await Site.Open(null, null, "--Skyline:GitSchemes:0=http", "--Skyline:GitSchemes:1=git");

        Assert.Contains("loopback or link-local", await Failure(site, new(git.Url("hello"), "paper")), StringComparison.Ordinal);
        Assert.Contains("loopback or link-local", await Failure(site, new($"git://127.0.0.1:{git.Address.Port}/hello", "paper")), StringComparison.Ordinal);
        Assert.Contains("loopback or link-local", await Failure(site, new("http://169.254.169.254/latest", "paper")), StringComparison.Ordinal);
        Assert.Equal(0, git.Asked);
    }

    /// <summary>A server that answers us well, and git otherwise.</summary>
    [Fact]
    public async Task Git_itself_follows_no_redirect()
    {
        await using var secret = await GitHost.Open();
        await secret.Repository("hello", ("hello.spec", "Name: hello\n"));
        await using var git = await GitHost.Open();
        await git.Repository("hello", ("hello.spec", "Name: hello\n"));
        git.Redirect = http => http.Request.Headers.UserAgent.ToString().StartsWith("git/", StringComparison.Ordinal) ? secret.Address + http.Request.Path.Value!.TrimStart('/') + http.Request.QueryString : null;
        await using var site = await Open();

        Assert.Contains("could not be fetched", await Failure(site, new(git.Url("hello"), "paper")), StringComparison.Ordinal);
        Assert.Equal(0, secret.Asked);
    }

    [Fact]
    public async Task A_redirect_is_followed_by_our_own_rules()
    {
        await using var git = await GitHost.Open();
        await git.Repository("hello", ("hello.spec", "Name: hello\n"));
        git.Redirect = http => http.Request.Path.Value!.StartsWith("/old/", StringComparison.Ordinal) ? git.Url("hello") + http.Request.Path.Value[4..] + http.Request.QueryString : null;
        await using var site = await Open();

        var build = await site.Admin.SubmitSource(new(git.Url("old"), "paper"), Ct);

        Assert.NotNull((await Until(site, build.Id, now => now.Source!.Commit is not null || now.State == BuildState.Failed)).Source!.Commit);
    }

    [Fact]
    public async Task A_link_out_of_a_repository_is_refused()
    {
        await using var git = await GitHost.Open();
        var repository = await git.Repository("hello", ("hello.spec", "Name: hello\n"));
        File.CreateSymbolicLink(Path.Combine(repository.Folder, "passwd"), "/etc/passwd");
        await repository.Commit(Ct);
        await using var site = await Open();

        Assert.Contains("the symbolic link 'passwd' leads out of it, to '/etc/passwd'", await Failure(site, new(git.Url("hello"), "paper")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_submodule_is_an_empty_folder_where_none_are_wanted()
    {
        await using var git = await GitHost.Open();
        var inner = await git.Repository("inner", ("secret", "x\n"));
        var repository = await git.Repository("hello", ("hello.spec", "Name: hello\n"), (".gitmodules", $"[submodule \"sub\"]\n\tpath = sub\n\turl = {git.Url("inner")}\n"));
        await repository.Git(Ct, "update-index", "--add", "--cacheinfo", $"160000,{(await inner.Git(Ct, "rev-parse", "HEAD")).Trim()},sub");
        await repository.CommitIndex(Ct);
        await using var site = await Open();
        var builder = new PaperBuilder(site.LocalBuilder);
        await site.Admin.SubmitSource(new(git.Url("hello"), "paper", Submodules: false), Ct);

        var tree = await Tree(builder.Contract, await builder.Lease());

        Assert.Equal([".gitmodules", "hello.spec", "sub/"], tree.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_huge_repository_is_given_up()
    {
        await using var git = await GitHost.Open();
        var noise = Convert.ToHexString(System.Security.Cryptography.RandomNumberGenerator.GetBytes(400_000));
        await git.Repository("packed", ("noise", noise));
        await git.Repository("unpacked", [.. Enumerable.Range(0, 4).Select(i => ($"zeros{i}", new string('0', 100_000)))]);
        await git.Repository("many", [.. Enumerable.Range(0, 30).Select(i => ($"file{i}", "x"))]);
        await using var site = await Open("--Skyline:SourceBytes=300000", "--Skyline:SourceFiles=20", "--Skyline:SourceSeconds=3");

        Assert.Contains("larger than 0 MiB", await Failure(site, new(git.Url("packed"), "paper")), StringComparison.Ordinal);
        Assert.Contains("larger than 0 MiB together", await Failure(site, new(git.Url("unpacked"), "paper")), StringComparison.Ordinal);
        Assert.Contains("more than 20 files (Skyline:SourceFiles)", await Failure(site, new(git.Url("many"), "paper")), StringComparison.Ordinal);
        // One that is begun and never ends.
        await git.Repository("slow", ("hello.spec", "Name: hello\n"));
        git.Before = async http =>
        {
            if (http.Request.Path == "/slow/git-upload-pack") await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return false;
        };
        Assert.Contains("it took longer than 3 s (Skyline:SourceSeconds)", await Failure(site, new(git.Url("slow"), "paper")), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(site.Data, "incoming")));
    }

    [Fact]
    public async Task A_source_package_that_cannot_be_made_or_was_built_already_fails_the_build()
    {
        await using var git = await GitHost.Open();
        var repository = await git.Repository("hello", ("hello.spec", "Name: hello\n"));
        await using var site = await Open();
        var builder = new PaperBuilder(site.LocalBuilder);
        var first = await site.Admin.SubmitSource(new(git.Url("hello"), "paper"), Ct);
        await builder.Report((await builder.Lease()).RunId, RunOutcome.Failed, "The spec does not parse.");

        Assert.Equal("The spec does not parse.", (await Until(site, first.Id, build => build.State == BuildState.Failed)).Why);

        // Its commit, though the branch has gone on.
        var commit = (await repository.Git(Ct, "rev-parse", "HEAD")).Trim();
        await repository.Commit(Ct, ("hello.spec", "Name: hello\nVersion: 2\n"));
        var again = await site.Admin.Resubmit(first.Id, Ct);
        var run = await builder.Lease();
        Assert.Equal(commit, run.Source!.Commit);
        await builder.Deliver(run, source);
        await builder.Deliver(await builder.Lease(), source, binary);
        await Until(site, again.Id, build => build.State == BuildState.Complete);

        var twice = await site.Admin.SubmitSource(new(git.Url("hello"), "paper"), Ct);
        await builder.Deliver(await builder.Lease(), source);
        Assert.Contains($"is already built for paper (build {again.Id})", (await Until(site, twice.Id, build => build.State == BuildState.Failed)).Why!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_run_that_makes_a_source_package_reports_is_one_source_package()
    {
        await using var git = await GitHost.Open();
        await git.Repository("hello", ("hello.spec", "Name: hello\n"));
        await using var site = await Open();
        var builder = new PaperBuilder(site.LocalBuilder);
        await site.Admin.SubmitSource(new(git.Url("hello"), "paper"), Ct);
        var run = await builder.Lease();
        foreach (var paper in new[] { source, binary }) await builder.Upload(run.RunId, paper);

        var refused = await Assert.ThrowsAsync<RefusedException>(() => builder.Report(run.RunId, RunOutcome.Succeeded, null, source, binary));

        Assert.Equal(400, refused.Status);
        Assert.Contains("reports that one file", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_pages_form_begins_a_build_for_who_has_signed_in()
    {
        await using var site = await Open();
        using var browser = new HttpClient { BaseAddress = site.Address };
        Assert.Contains("Sign in</a> to build", await browser.GetStringAsync("build-from-git", Ct), StringComparison.Ordinal);
        await Post("login", "login", ("token", site.AdminToken), ("back", "/"));

        var page = await Post("build-from-git", "build-from-git", ("url", "http://127.0.0.1:9/hello"), ("ref", "v1"), ("subdirectory", ""), ("method", "Spec"), ("target", "paper"), ("scratch", "true"));
        await Post("new?from=git", "build-from-git", ("url", "http://127.0.0.1:9/hello"), ("target", "paper"), ("scratch", "true"), ("arch", "x86_64"), ("priority", "25"), ("with", "docs"), ("without", "tls"), ("macros", "vendor us"), ("nocheck", "true"), ("lfs", "false"));
        var refused = await Post("build-from-git", "build-from-git", ("url", "file:///etc"), ("target", "paper"), ("draft", "true"), ("with", "docs"), ("submodules", "false"));

        Assert.Contains("<dt>repository</dt><dd><code>http://127.0.0.1:9/hello</code></dd><dt>branch or tag</dt><dd>v1</dd>", page, StringComparison.Ordinal);
        var whole = await site.Admin.Build(2, Ct);
        Assert.Equal((true, false, 25, "--with=docs --without=tls --define=vendor us --nocheck"), (whole.Scratch, whole.Draft, whole.Priority, string.Join(' ', whole.Options!.Words())));
        // What is refused is said above the form, as it was filled in.
        Assert.Contains("no scheme", refused, StringComparison.Ordinal);
        foreach (var kept in new[] { "name=\"url\" value=\"file:///etc\"", "name=\"with\" value=\"docs\"", "name=\"draft\" value=\"true\" checked", "name=\"submodules\" value=\"false\" checked" }) Assert.Contains(kept, refused, StringComparison.Ordinal);

        async Task<string> Post(string form, string to, params (string Name, string Value)[] fields)
        {
            var token = System.Text.RegularExpressions.Regex.Match(await browser.GetStringAsync(form, Ct), "name=\"__RequestVerificationToken\" value=\"([^\"]+)\"").Groups[1].Value;
            using var answer = await browser.PostAsync(to, new FormUrlEncodedContent([.. fields.Select(field => KeyValuePair.Create(field.Name, field.Value)), KeyValuePair.Create("__RequestVerificationToken", token)]), Ct);
            return await answer.Content.ReadAsStringAsync(Ct);
        }
    }

    /// <summary>Whoever fetches from it arrives, and waits until they may go on.</summary>
    static (TaskCompletionSource Arrived, TaskCompletionSource Go) Holding(GitHost git)
    {
        var (arrived, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        git.Redirect = _ =>
        {
            arrived.TrySetResult();
            go.Task.Wait(Ct);
            return null;
        };
        return (arrived, go);
    }

    [Fact]
    public async Task A_server_that_is_stopped_while_it_fetches_does_so_at_its_next_start()
    {
        await using var git = await GitHost.Open();
        await git.Repository("hello", ("hello.spec", "Name: hello\n"));
        var (arrived, go) = Holding(git);
        var site = await Open();
        var build = await site.Admin.SubmitSource(new(git.Url("hello"), "paper"), Ct);
        await arrived.Task.WaitAsync(Ct);

        await site.Stop();
        go.SetResult();
        await using var again = await Site.Open(site.Data, null, "--Skyline:FetchFromLocalAddresses=true", "--Skyline:GitSchemes:0=http");

        Assert.Equal(build.Id, (await new PaperBuilder(again.LocalBuilder).Lease()).BuildId);
    }

    [Fact]
    public async Task A_cancelled_build_stays_cancelled_when_its_repository_comes()
    {
        await using var git = await GitHost.Open();
        await git.Repository("hello", ("hello.spec", "Name: hello\n"));
        var (arrived, go) = Holding(git);
        await using var site = await Open();
        var build = await site.Admin.SubmitSource(new(git.Url("hello"), "paper"), Ct);
        await arrived.Task.WaitAsync(Ct);

        await site.Admin.Cancel(build.Id, Ct);
        go.SetResult();
        // One more is fetched after it by the same hands.
        var next = await site.Admin.SubmitSource(new(git.Url("hello"), "paper"), Ct);
        await Until(site, next.Id, now => now.Source!.Commit is not null);

        Assert.Equal(next.Id, (await new PaperBuilder(site.LocalBuilder).Lease()).BuildId);
        Assert.Equal(BuildState.Cancelled, (await site.Admin.Build(build.Id, Ct)).State);
    }
}
