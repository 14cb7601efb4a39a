using Skyline.Protocol;
using Skyline.Server.Tests.Externals;

namespace Skyline.Server.Tests.Builds;

/// <summary>What a build is built with beside its spec: taken or refused when it is submitted, and told to builders and to people.</summary>
public sealed class BuildOptionsTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static BuildOptions With(string[]? with = null, string[]? without = null, (string Name, string Value)[]? macros = null, bool noCheck = false, string[]? repos = null) =>
        new(with ?? [], without ?? [], (macros ?? []).ToDictionary(macro => macro.Name, macro => macro.Value), noCheck, repos ?? []);

    static async Task<BuildDetails> Submit(Site site, BuildOptions? options, string target = "paper")
    {
        var srpm = Papers.Source("hello", "2.12", "1", exclusiveArch: "x86_64");
        return await site.Admin.Submit(srpm.Open(), srpm.FileName, target, scratch: true, Ct, options);
    }

    [Fact]
    public async Task Options_are_told_to_the_builder_to_whoever_asks_and_on_the_page()
    {
        await using var site = await Site.Open();
        var options = With(["tls", "docs"], ["tests"], [("flavour", "sour & <cream> %{?dist}"), ("_smp_ncpus_max", "2")], noCheck: true);

        var build = await Submit(site, options);
        var lease = await new PaperBuilder(site.LocalBuilder).Lease();
        var page = await site.Http().GetStringAsync($"builds/{build.Id}", Ct);

        var kept = With(["docs", "tls"], ["tests"], [("_smp_ncpus_max", "2"), ("flavour", "sour & <cream> %{?dist}")], noCheck: true);
        Assert.Equivalent(kept, build.Options, strict: true);
        Assert.Equivalent(kept, lease.Options, strict: true);
        foreach (var word in new[] { "--with=docs", "--without=tests", "--define=flavour sour &amp; &lt;cream&gt; %{?dist}", "--nocheck" }) Assert.Contains($"<code>{word}</code>", page);
    }

    [Fact]
    public async Task Options_of_a_package_at_a_url_are_taken_from_the_json()
    {
        await using var files = await FileHost.Open();
        await using var site = await Site.Open(null, null, "--Skyline:FetchFromLocalAddresses=true");

        var url = files.Serve(Papers.Source("hello", "2.12", "1", exclusiveArch: "x86_64"));
        var answer = await site.Http(site.AdminToken).PostAsync("api/builds", new StringContent($$$"""{"url": "{{{url}}}", "target": "paper", "options": {"without": ["tests"]}}""", new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")), Ct);

        Assert.Equal(201, (int)answer.StatusCode);
        Assert.Equivalent(With(without: ["tests"]), (await new PaperBuilder(site.LocalBuilder).Lease()).Options, strict: true);
    }

    [Fact]
    public async Task A_build_without_options_says_nothing_of_them()
    {
        await using var site = await Site.Open();

        var build = await Submit(site, With());

        Assert.Null(build.Options);
        Assert.Null((await new PaperBuilder(site.LocalBuilder).Lease()).Options);
        Assert.DoesNotContain("Built with", await site.Http().GetStringAsync($"builds/{build.Id}", Ct));
    }

    public static TheoryData<BuildOptions, string> Refused => new()
    {
        { With(["a b"]), "'a b' is no name of a condition" },
        { With(["x"], ["x"]), "The condition x is to be on and off at once" },
        { With([.. Enumerable.Range(0, 51).Select(number => $"c{number}")]), "at most 50 conditions" },
        { With(macros: [("no-name", "1")]), "'no-name' is no name of a macro" },
        { With(macros: [("%dist", ".x")]), "'%dist' is no name of a macro" },
        { With(macros: [("ab", "1")]), "'ab' is no name of a macro" },
        { With(macros: [("_topdir", "/tmp")]), "The macro _topdir cannot be another: the builder has its folders" },
        { With(macros: [("_rpmfilename()", "x")]), "The macro _rpmfilename cannot be another" },
        { With(macros: [("_buildhost", "mine")]), "The macro _buildhost cannot be another: it makes rebuilds of the same source identical." },
        { With(macros: [("flavour", " ")]), "The macro flavour has no value; one that is to be empty is '%{nil}'." },
        { With(macros: [("flavour", "a\n%_topdir /tmp")]), "is not one line of text" },
        { With(macros: [("flavour", "a\\")]), "The value of the macro flavour does not end" },
        { With(macros: [("flavour", "%{open")]), "does not end" },
        { With(macros: [("flavour", "%(echo (a)")]), "does not end" },
        { With(macros: [("flavour", new string('x', 1001))]), "longer than 1000 letters" },
        { With(macros: [.. Enumerable.Range(0, 10).Select(number => ($"macro{number}", new string('x', 900)))]), "A build's options are longer than 5000 letters" },
        { With(repos: [.. Enumerable.Range(0, 11).Select(number => $"r{number}")]), "at most 10 repositories of its own" },
    };

    [Theory, MemberData(nameof(Refused))]
    public async Task What_rpm_would_not_take_or_every_build_needs_as_it_is_is_refused_with_a_sentence(BuildOptions options, string said)
    {
        await using var site = await Site.Open();

        var refused = await Assert.ThrowsAsync<RefusedException>(() => Submit(site, options));

        Assert.Equal(400, refused.Status);
        Assert.Contains(said, refused.Message);
        Assert.Empty((await site.Admin.Builds(Ct)).Builds);
    }

    [Theory]
    [InlineData("%{?dist} \\%{ and %%{")]
    [InlineData("%(echo \"(a)\") %[ 1 + (2) ]")]
    [InlineData("plain { brackets ( are text")]
    public async Task Values_that_end_in_themselves_are_taken(string value)
    {
        await using var site = await Site.Open();

        Assert.Equal(value, (await Submit(site, With(macros: [("flavour", value)]))).Options!.Macros["flavour"]);
    }

    [Fact]
    public async Task A_macro_that_is_defined_twice_is_refused()
    {
        await using var site = await Site.Open();
        var srpm = Papers.Source("hello", "2.12", "1");

        var answer = await site.Http(site.AdminToken).PostAsync("api/builds?target=paper&define=flavour%20sweet&define=flavour%20sour", new StreamContent(srpm.Open()), Ct);

        Assert.Equal(400, (int)answer.StatusCode);
        Assert.Contains("The macro flavour is defined twice", await answer.Content.ReadAsStringAsync(Ct));
    }

    [Fact]
    public async Task Runs_with_other_options_never_agree_and_those_with_the_same_do()
    {
        await using var site = await Site.Open();
        var results = new[] { Papers.Source("hello", "2.12", "1"), Papers.Binary("hello", "2.12", "1") };
        var votes = new List<string?>();

        foreach (var options in new[] { null, null, With(["tls", "docs"]), With(["docs", "tls", "docs"]), With(without: ["docs", "tls"]), With(noCheck: true) })
        {
            var build = await Submit(site, options);
            await new PaperBuilder(site.LocalBuilder).Build(results);
            votes.Add((await site.Admin.Build(build.Id, Ct)).Tasks[0].Runs[0].Vote);
        }

        Assert.All(votes, Assert.NotNull);
        Assert.Equal((votes[0], votes[2]), (votes[1], votes[3]));
        Assert.Equal(4, votes.Distinct().Count());
    }

    [Fact]
    public async Task Repositories_of_its_own_are_waited_for_and_are_in_that_builds_buildroot_alone()
    {
        await using var upstream = await Upstream.Open("alpha");
        var (asked, go) = upstream.Hold(path => path.Contains("primary", StringComparison.Ordinal));
        await using var site = await Pinning.Open();
        await site.Admin.AddExternal(new NewExternal("up", ExternalKind.BaseUrl, upstream.Url, Priority: 7, Arches: ["x86_64"]), Ct);
        await asked.Task.WaitAsync(Ct);
        var (with, without) = (await Submit(site, With(repos: ["up"])), await Submit(site, null));
        var builder = new PaperBuilder(site.LocalBuilder);

        var first = await builder.Lease();
        Assert.Equal(without.Id, first.BuildId);
        Assert.DoesNotContain(first.Buildroot.Repos, repo => repo.Id == "external-up");
        Assert.StartsWith("Waiting: up is being pinned for the first time", (await site.Admin.Build(with.Id, Ct)).Why);
        var removed = await Assert.ThrowsAsync<RefusedException>(() => site.Admin.RemoveExternal("up", Ct));
        Assert.Contains($"Build {with.Id} asked for 'up' and is not over", removed.Message);

        go.SetResult();
        var lease = await builder.Lease();
        Assert.Equal(with.Id, lease.BuildId);
        var repo = Assert.Single(lease.Buildroot.Repos, repo => repo.Id == "external-up");
        Assert.Equal(((await site.Settled()).States[0].Path, 7, true), (repo.BaseUrl!, repo.Priority, repo.Pinned));

        await builder.Report(lease.RunId, RunOutcome.Failed, "no");
        await site.Admin.RemoveExternal("up", Ct);
        Assert.Equal(["up"], (await site.Admin.Build(with.Id, Ct)).Options!.Repos);
    }

    [Fact]
    public async Task A_repository_of_its_own_that_no_builder_could_read_yet_is_pinned_at_first_need()
    {
        await using var upstream = await Upstream.Open("alpha");
        await using var site = await Pinning.OfChroot(upstream.Url, "--Skyline:FetchFromLocalAddresses=true");
        await site.Admin.AddExternal(new NewExternal("extra", ExternalKind.BaseUrl, upstream.Url, Arches: ["aarch64"]), Ct);
        await site.Settled("extra");

        await Submit(site, With(repos: ["extra"]), "up");
        var lease = await new PaperBuilder(site.LocalBuilder).Lease();

        Assert.Contains(lease.Buildroot.Repos, repo => repo.Id == "external-extra" && repo.BaseUrl!.EndsWith("/x86_64/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_repository_that_is_not_known_or_is_a_chroots_is_refused_and_nothing_is_kept()
    {
        await using var upstream = await Upstream.Open("alpha");
        await using var site = await Pinning.OfChroot(upstream.Url);

        var unknown = await Assert.ThrowsAsync<RefusedException>(() => Submit(site, With(repos: ["nowhere"]), "up"));
        var chroots = await Assert.ThrowsAsync<RefusedException>(() => Submit(site, With(repos: ["up-1-base"]), "up"));

        Assert.Equal((404, 409), (unknown.Status, chroots.Status));
        Assert.Equal("There is no external repository 'nowhere'; see: skyline external list", unknown.Message);
        Assert.Contains("builds in that chroot have it already", chroots.Message);
        Assert.Empty((await site.Admin.Builds(Ct)).Builds);
    }
}
