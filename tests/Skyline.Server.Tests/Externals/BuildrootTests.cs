using Skyline.Protocol;
using Skyline.Server.Storage;

namespace Skyline.Server.Tests.Externals;

/// <summary>What builders are given of external repositories: this server's own addresses, and no task before they hold something.</summary>
public sealed class BuildrootTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Keys_that_a_chroot_names_on_others_servers_come_from_this_one()
    {
        await using var upstream = await Upstream.Open("alpha");
        var key = Upstream.Key("upstream").Public.Armored;
        upstream.Write("key.asc", System.Text.Encoding.ASCII.GetBytes(key));
        await using var site = await Pinning.OfChroot(upstream.Url, keys: ["file:///usr/share/keys/up", upstream.Url + "key.asc"]);
        await Submit(site);

        var repo = (await new PaperBuilder(site.LocalBuilder).Lease()).Buildroot.Repos.Single(repo => repo.Id == "base");

        Assert.Equal("file:///usr/share/keys/up", repo.GpgKeys[0]);
        Assert.StartsWith("/external/up-1-base/keys.asc?sha256=", repo.GpgKeys[1]);
        Assert.Equal(key, await site.Http().GetStringAsync(repo.GpgKeys[1], Ct));
    }

    [Fact]
    public async Task A_tags_external_repositories_are_inherited_with_the_nearest_priority_and_not_through_noconfig()
    {
        await using var upstream = await Upstream.Open("alpha");
        await using var site = await Pinning.Open();
        await site.Admin.CreateTag(new NewTag("base", "paper-1", ["x86_64"]), Ct);
        await site.Add(upstream.Url);
        await site.Admin.AddTagExternal("base", new TagExternal("up", 7), Ct);
        await site.Admin.SetParents("paper", [new("base", 1)], preview: false, Ct);

        Assert.Equal([new TagExternal("up", 7, "base")], await site.Admin.TagExternals("paper", Ct));
        await Submit(site, "paper");
        var builder = new PaperBuilder(site.LocalBuilder);
        Assert.Equal(7, Assert.Single((await builder.Lease()).Buildroot.Repos, repo => repo.Id == "external-up").Priority);

        await site.Admin.AddTagExternal("paper", new TagExternal("up", 3), Ct);
        Assert.Equal([new TagExternal("up", 3)], await site.Admin.TagExternals("paper", Ct));
        await site.Admin.RemoveTagExternal("paper", "up", Ct);
        await site.Admin.SetParents("paper", [new("base", 1, NoConfig: true)], preview: false, Ct);
        Assert.Empty(await site.Admin.TagExternals("paper", Ct));
        var srpm = Papers.Source("other", "1", "1", exclusiveArch: "x86_64");
        await site.Admin.Submit(srpm.Open(), srpm.FileName, "paper", scratch: true, Ct);
        Assert.DoesNotContain((await builder.Lease()).Buildroot.Repos, repo => repo.Id == "external-up");
    }

    static async Task<BuildDetails> Submit(Site site, string target = "up")
    {
        var srpm = Papers.Source("hello", "2.12", "1", exclusiveArch: "x86_64");
        return await site.Admin.Submit(srpm.Open(), srpm.FileName, target, scratch: false, Ct);
    }

    [Fact]
    public async Task A_chroots_repository_is_pinned_at_first_need_and_a_builder_gets_this_servers_address()
    {
        await using var upstream = await Upstream.Open("alpha");
        await using var site = await Pinning.OfChroot(upstream.Url);
        Assert.Empty((await site.Admin.External("up-1-base", Ct)).Arches);
        await Submit(site);
        Assert.Empty(upstream.Asked);

        var lease = await new PaperBuilder(site.LocalBuilder).Lease();

        var repo = Assert.Single(lease.Buildroot.Repos, repo => repo.Id == "base");
        var state = Assert.Single((await site.Admin.External("up-1-base", Ct)).States);
        Assert.Equivalent(new RecipeRepo("base", $"/external/up-1-base/@{state.Hash}/x86_64/", null, null, 20, true, ["file:///usr/share/keys/up"], Pinned: true), repo, strict: true);
        Assert.All(lease.Buildroot.Repos, repo => Assert.StartsWith("/", repo.BaseUrl));
        Assert.Equal(upstream.Bytes(Upstream.PathOf("alpha")), await site.Http().GetByteArrayAsync(repo.BaseUrl + Upstream.PathOf("alpha"), Ct));
    }

    [Fact]
    public async Task A_lease_whose_answer_was_lost_is_given_again_with_the_states_of_then()
    {
        await using var upstream = await Upstream.Open("alpha");
        await using var site = await Pinning.OfChroot(upstream.Url);
        await Submit(site);
        var asking = new LeaseRequest(["x86_64"], "0.1.0", "paper", 30, Question: "question-9");

        var lost = (await site.LocalBuilder.Lease(asking, Ct))!;
        var given = (await site.LocalBuilder.Lease(asking, Ct))!;

        Assert.Equal(lost.RunId, given.RunId);
        Assert.Equal(lost.Buildroot.Repos.Select(repo => repo.BaseUrl), given.Buildroot.Repos.Select(repo => repo.BaseUrl));
        Assert.Contains(given.Buildroot.Repos, repo => repo.BaseUrl!.StartsWith("/external/up-1-base/@", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_repository_on_the_servers_own_disk_is_served_from_there_and_no_copy_is_kept()
    {
        await using var upstream = await Upstream.Open("alpha");
        await using var site = await Pinning.OfChroot("file://" + upstream.Root);
        await Submit(site);
        var repo = (await new PaperBuilder(site.LocalBuilder).Lease()).Buildroot.Repos.Single(repo => repo.Id == "base");
        var alpha = Upstream.PathOf("alpha");

        Assert.Equal(upstream.Bytes(alpha), await site.Http().GetByteArrayAsync(repo.BaseUrl + alpha, Ct));
        Assert.False(site.Part<Blobs>().Has(new Paper("alpha", upstream.Bytes(alpha)).Sha256));

        var changed = upstream.Bytes(alpha);
        changed[^1] ^= 1;
        upstream.Write(alpha, changed);
        var refused = await site.Http().GetAsync(repo.BaseUrl + alpha, Ct);
        Assert.Equal(502, (int)refused.StatusCode);
        Assert.Contains("its sha256 is", await refused.Content.ReadAsStringAsync(Ct));
    }

    [Fact]
    public async Task A_build_waits_for_the_first_pin_says_so_and_is_leased_when_it_lands()
    {
        await using var upstream = await Upstream.Open("alpha");
        var (asked, go) = upstream.Hold(path => path.Contains("primary", StringComparison.Ordinal));
        await using var site = await Pinning.OfChroot(upstream.Url);
        var build = await Submit(site);
        var lease = new PaperBuilder(site.LocalBuilder).Lease();
        await asked.Task.WaitAsync(Ct);

        var waiting = await site.Admin.Build(build.Id, Ct);
        go.SetResult();

        Assert.Matches(@"^Waiting: up-1-base is being pinned for the first time \([0-9.]+ (B|KiB) of metadata\)\.$", waiting.Why);
        Assert.Equal(build.Id, (await lease).BuildId);
    }

    [Fact]
    public async Task A_first_pin_that_fails_is_told_tried_again_by_the_clock_and_holds_up_no_other_build()
    {
        await using var upstream = await Upstream.Open("alpha");
        upstream.Meddle = (context, _) =>
        {
            context.Response.StatusCode = 500;
            return Task.FromResult(true);
        };
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var site = await Site.Open(null, services => Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions.AddSingleton<TimeProvider>(services, time), "--Skyline:FetchFromLocalAddresses=true");
        await site.Admin.CreateTag(new NewTag("other", "paper-1", ["x86_64"]), Ct);
        await site.Admin.CreateTarget(new NewTarget("other", "other", "other"), Ct);
        await site.Admin.AddExternal(new NewExternal("up", ExternalKind.BaseUrl, upstream.Url, Arches: ["x86_64"]), Ct);
        await site.Admin.AddTagExternal("paper", new TagExternal("up"), Ct);
        await site.Settled();
        var stuck = await Submit(site, "paper");
        var free = await Submit(site, "other");
        var builder = new PaperBuilder(site.LocalBuilder);

        Assert.Equal(free.Id, (await builder.TryLease())!.BuildId);
        Assert.Null(await builder.TryLease());
        var why = (await site.Admin.Build(stuck.Id, Ct)).Why!;
        Assert.StartsWith($"Waiting: up could not be pinned for x86_64: {upstream.Url}repodata/repomd.xml: it answered 500", why);
        Assert.EndsWith("It is tried again every minute.", why);

        upstream.Meddle = null;
        time.Advance(TimeSpan.FromMinutes(1));
        await site.Part<Skyline.Server.Externals.RefreshDue>().Refresh(Ct);
        await site.Settled();
        Assert.Equal(stuck.Id, (await builder.TryLease())!.BuildId);
    }

    [Fact]
    public async Task A_tags_external_repositories_are_in_its_buildroots_with_priority_and_keys_and_gone_when_taken_out()
    {
        await using var upstream = await Upstream.Open("alpha");
        await using var site = await Pinning.Open();
        var key = Upstream.Key("upstream").Public.Armored;
        var pinned = await site.Add(upstream.Url, keys: key);
        await site.Admin.AddTagExternal("paper", new TagExternal("up", 7), Ct);
        Assert.Equal([new TagExternal("up", 7)], await site.Admin.TagExternals("paper", Ct));
        await Submit(site, "paper");

        var lease = await new PaperBuilder(site.LocalBuilder).Lease();

        var repo = Assert.Single(lease.Buildroot.Repos, repo => repo.Id == "external-up");
        Assert.Equal((pinned.States[0].Path, 7, true, true), (repo.BaseUrl!, repo.Priority, repo.GpgCheck, repo.Pinned));
        Assert.Contains(key.Trim(), await site.Http().GetStringAsync(Assert.Single(repo.GpgKeys), Ct));
        Assert.Equal(["paper"], (await site.Admin.External("up", Ct)).Tags);

        var inUse = await Assert.ThrowsAsync<RefusedException>(() => site.Admin.RemoveExternal("up", Ct));
        Assert.Equal((409, true), (inUse.Status, inUse.Message.Contains("part of the buildroots of paper", StringComparison.Ordinal)));
        await site.Admin.RemoveTagExternal("paper", "up", Ct);
        var running = await Assert.ThrowsAsync<RefusedException>(() => site.Admin.RemoveExternal("up", Ct));
        Assert.Contains("a build that is running", running.Message, StringComparison.OrdinalIgnoreCase);
        await new PaperBuilder(site.LocalBuilder).Report(lease.RunId, RunOutcome.Failed, "no");
        await site.Admin.RemoveExternal("up", Ct);
        Assert.Equal(404, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.External("up", Ct))).Status);
    }

    [Fact]
    public async Task The_state_that_a_run_was_made_of_stays_however_often_the_upstream_moves_on()
    {
        await using var upstream = await Upstream.Open("alpha");
        await using var site = await Pinning.Open();
        await site.Add(upstream.Url);
        await site.Admin.AddTagExternal("paper", new TagExternal("up"), Ct);
        await Submit(site, "paper");
        var repo = (await new PaperBuilder(site.LocalBuilder).Lease()).Buildroot.Repos.Single(repo => repo.Id == "external-up");

        foreach (var name in new[] { "beta", "gamma", "delta", "epsilon" })
        {
            upstream.Publish(name);
            await site.Refresh();
        }

        Assert.Equal(4, (await site.Settled()).States.Count);
        Assert.NotEmpty(await site.Http().GetByteArrayAsync(repo.BaseUrl + "repodata/primary.xml.gz", Ct));
    }

    [Fact]
    public async Task An_administrator_may_have_builders_ask_the_mirrors_themselves()
    {
        await using var upstream = await Upstream.Open("alpha");
        await using var site = await Pinning.OfChroot(upstream.Url, "--Skyline:PinChrootRepos=false");
        await Submit(site);

        var lease = await new PaperBuilder(site.LocalBuilder).Lease();

        Assert.Equal(upstream.Url, lease.Buildroot.Repos.Single(repo => repo.Id == "base").BaseUrl);
        Assert.Empty(upstream.Asked);
        Assert.Empty(await site.Admin.Externals(Ct));
    }

    [Fact]
    public async Task A_chroots_repository_is_the_definitions_to_change()
    {
        await using var upstream = await Upstream.Open("alpha");
        await using var site = await Pinning.OfChroot(upstream.Url);

        var removed = await Assert.ThrowsAsync<RefusedException>(() => site.Admin.RemoveExternal("up-1-base", Ct));
        var again = await Assert.ThrowsAsync<RefusedException>(() => site.Admin.AddExternal(new NewExternal("up-1-base", ExternalKind.BaseUrl, upstream.Url, Arches: ["x86_64"]), Ct));

        Assert.Equal((409, 409), (removed.Status, again.Status));
        Assert.Contains("belongs to the chroot up-1", removed.Message);
    }

    [Fact]
    public async Task Only_administrators_add_refresh_and_remove()
    {
        await using var site = await Pinning.Open();
        foreach (var client in new[] { new SkylineClient(site.Http()), new SkylineClient(site.Http(site.BuilderToken)) })
            foreach (var act in new Func<Task>[]
            {
                () => client.AddExternal(new NewExternal("x", ExternalKind.BaseUrl, "https://example.org/", Arches: ["x86_64"]), Ct), () => client.RefreshExternal("x", Ct),
                () => client.RemoveExternal("x", Ct), () => client.AddTagExternal("paper", new TagExternal("x"), Ct), () => client.RemoveTagExternal("paper", "x", Ct),
            })
                Assert.Contains((await Assert.ThrowsAsync<RefusedException>(act)).Status, new[] { 401, 403 });
    }

    [Theory]
    [InlineData("bad name", "https://example.org/", "cannot be called")]
    [InlineData("x", "https://example.org/$releasever/", "$releasever in it")]
    [InlineData("x", "https://example.org/$flavour/", "$flavour is not known")]
    [InlineData("x", "https://user:secret@example.org/", "holds a name or password")]
    [InlineData("x", "ftp://example.org/", "not an http or https address")]
    [InlineData("x", "https://example.org/?a=b", "a base URL has no ?")]
    [InlineData("x", "", "not an http or https address")]
    public async Task An_address_that_cannot_be_one_is_refused_with_a_sentence(string name, string url, string said)
    {
        await using var site = await Pinning.Open();

        var refused = await Assert.ThrowsAsync<RefusedException>(() => site.Admin.AddExternal(new NewExternal(name, ExternalKind.BaseUrl, url, Arches: ["x86_64"]), Ct));

        Assert.Equal(400, refused.Status);
        Assert.Contains(said, refused.Message);
    }

    [Fact]
    public async Task Pages_show_external_repositories_and_what_is_wrong_with_them()
    {
        await using var upstream = await Upstream.Open("alpha");
        await using var site = await Pinning.Open();
        var pinned = await site.Add(upstream.Url);
        await site.Add(upstream.Url + "<script>/", name: "broken");

        var list = await site.Http().GetStringAsync("externals", Ct);
        var page = await site.Http().GetStringAsync("externals/up", Ct);
        var broken = await site.Http().GetStringAsync("externals/broken", Ct);

        Assert.Contains("href=\"/externals/up\"", list);
        Assert.Contains(pinned.Arch().State!, page);
        Assert.Contains("404 Not Found", broken);
        Assert.DoesNotContain("<script>/", broken);
    }

    [Fact]
    public async Task Who_asks_for_repositories_that_are_not_there_leaves_nothing_behind()
    {
        await using var site = await Pinning.Open();

        foreach (var at in Enumerable.Range(0, 100)) Assert.Equal(System.Net.HttpStatusCode.NotFound, (await site.Http().GetAsync($"api/externals/none{at}?wait=1", Ct)).StatusCode);

        Assert.InRange(site.Part<Bells>().Count, 0, 50);
    }
}
