using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Skyline.Protocol;
using Skyline.Server.Notices;
using Skyline.Server.People;
using Skyline.Server.Privacy;
using Skyline.Server.Storage;
using Skyline.Server.Tests.SideTags;

namespace Skyline.Server.Tests.Privacy;

/// <summary>Private tags: who sees them, how nothing comes out of them by the way, and who is asked for a password.</summary>
public sealed class PrivateTagTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static async Task<Site> Private(params string[] settings)
    {
        var site = await Site.Open(null, null, settings);
        await site.Admin.CreateTag(new NewTag("umbra", "paper-1", ["x86_64"], Private: true), Ct);
        await site.Admin.CreateTarget(new NewTarget("umbra", "umbra", "umbra"), Ct);
        return site;
    }

    [Fact]
    public async Task Who_is_given_any_right_reads_it_and_from_the_answer_that_takes_it_back_on_there_is_no_such_tag()
    {
        await using var site = await Private();
        var ann = await site.Person("ann");

        Assert.Equal("There is no tag 'umbra'.", await SideWork.Refused(ann.Tag("umbra", Ct), 404));
        await site.Admin.EditAccess("umbra", new TagGrantEdit("ann", Grant: ["read"]), Ct);
        Assert.True((await ann.Tag("umbra", Ct)).Private);
        Assert.Contains(await ann.Tags(Ct), tag => tag.Name == "umbra");
        await site.Admin.EditAccess("umbra", new TagGrantEdit("ann", Revoke: ["read"]), Ct);
        await SideWork.Refused(ann.Tag("umbra", Ct), 404);
        Assert.DoesNotContain(await ann.Tags(Ct), tag => tag.Name == "umbra");
        // A team is as good, as long as one is in it; and so is to administer everything, as long as one does.
        await site.Admin.CreateTeam(new NewTeam("embargo"), Ct);
        await site.Admin.EditAccess("umbra", new TagGrantEdit(Team: "embargo", Grant: ["build"]), Ct);
        await site.Admin.PutIntoTeam("embargo", "ann", new(), Ct);
        await ann.Tag("umbra", Ct);
        Assert.Equal(["umbra"], (await ann.Teams(Ct))[0].Tags);
        await site.Admin.TakeOutOfTeam("embargo", "ann", Ct);
        await SideWork.Refused(ann.Tag("umbra", Ct), 404);
        await site.Admin.EditPerson("ann", new PersonEdit("admin"), Ct);
        await ann.Tag("umbra", Ct);
        await site.Admin.EditPerson("ann", new PersonEdit("release-engineer"), Ct);
        await SideWork.Refused(ann.Tag("umbra", Ct), 404);
    }

    [Fact]
    public async Task What_is_made_of_a_private_tag_is_private_and_goes_with_it()
    {
        await using var site = await Private();
        var (ann, bob, eve) = (await site.Person("ann"), await site.Person("bob"), await site.Person("eve"));
        foreach (var name in new[] { "ann", "bob" }) await site.Admin.EditAccess("umbra", new TagGrantEdit(name, Grant: ["build"]), Ct);
        var side = await ann.MakeSideTag("umbra");
        await ann.CreateTag(new NewTag("ann/umbra", Base: "umbra"), Ct);

        Assert.True((await bob.Tag(side, Ct)).Private);
        await SideWork.Refused(bob.Tag("ann/umbra", Ct), 404);
        await SideWork.Refused(eve.Tag(side, Ct), 404);
        Assert.Empty((await eve.SideTags(Ct)).SideTags);
        // Its owner reads it as long as they may read what it inherits from.
        await site.Admin.EditAccess("umbra", new TagGrantEdit("ann", Revoke: ["build"]), Ct);
        await SideWork.Refused(ann.Tag(side, Ct), 404);
        await SideWork.Refused(ann.Tag("ann/umbra", Ct), 404);
        Assert.Equal(404, (int)(await site.Http().GetAsync("api/tags/ann~umbra", Ct)).StatusCode);
    }

    [Fact]
    public async Task A_public_tag_neither_inherits_from_a_private_one_nor_is_built_into_from_it()
    {
        await using var site = await Private();
        var admin = site.Admin;

        Assert.Contains("'paper' is public and 'umbra' is private", await SideWork.Refused(admin.LinkTag("paper", new LinkTag("umbra"), false, Ct, force: true), 409));
        Assert.Contains("into the public 'paper'", await SideWork.Refused(admin.CreateTarget(new NewTarget("leak", "umbra", "paper"), Ct), 409));
        Assert.Contains("stays as private as it is", await SideWork.Refused(admin.EditTarget("umbra", new TargetEdit(BuildTag: "paper", DestinationTag: "paper"), Ct), 409));
        await admin.LinkTag("umbra", new LinkTag("paper"), false, Ct);
        await admin.CreateTag(new NewTag("penumbra", "paper-1", ["x86_64"], Private: true), Ct);
        await admin.LinkTag("penumbra", new LinkTag("umbra"), false, Ct);
        Assert.Contains("'penumbra' is public and 'umbra' is private", await SideWork.Refused(admin.SetTag("penumbra", new TagSettings(Private: false), false, Ct), 409));
        Assert.Contains("the public tag", await SideWork.Refused(MakePrivate(admin), 409));

        static async Task MakePrivate(SkylineClient admin)
        {
            await admin.CreateTag(new NewTag("child", "paper-1", ["x86_64"]), Ct);
            await admin.LinkTag("child", new LinkTag("paper"), false, Ct);
            await admin.SetTag("paper", new TagSettings(Private: true), false, Ct);
        }
    }

    [Fact]
    public async Task Builds_come_out_of_it_only_when_who_may_read_them_says_that_they_mean_it()
    {
        await using var site = await Private();
        var (rel, eve) = (await site.Person("rel"), await site.Person("eve"));
        await site.Admin.EditPerson("rel", new PersonEdit("release-engineer"), Ct);
        await site.Admin.EditAccess("umbra", new TagGrantEdit("rel", Grant: ["build"]), Ct);
        var build = await site.Build(rel, "umbra", "moonshot", "1");

        Assert.Contains("Say --disclose", await SideWork.Refused(rel.TagBuilds("paper", new TagBuilds(["moonshot-1-1"]), false, Ct), 409));
        Assert.Contains("Say --disclose", await SideWork.Refused(rel.PromoteBuilds("umbra", new PromoteBuilds("paper", All: true), true, Ct), 409));
        await SideWork.Refused(eve.Build(build.Id, Ct), 404);
        var outsider = new SkylineClient(site.Http((await site.Admin.AddPerson(new NewPerson("out", "release-engineer"), Ct)).Token));
        Assert.Equal("There is no build 'moonshot-1-1' here.", await SideWork.Refused(outsider.TagBuilds("paper", new TagBuilds(["moonshot-1-1"]), false, Ct), 404));
        Assert.Equal("There is no build '" + build.Id + "' here.", await SideWork.Refused(outsider.TagBuilds("paper", new TagBuilds([build.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]), false, Ct), 404));
        (await site.Http((await rel.CreateToken(new("all", ["all"]), Ct)).Token).PostAsJsonAsync("api/tags/umbra/promote?disclose=true", new { to = "paper", all = true }, Ct)).EnsureSuccessStatusCode();
        Assert.Equal("moonshot-1-1", (await eve.Build(build.Id, Ct)).Nvr);
    }

    [Fact]
    public async Task Who_may_not_read_it_changes_nothing_of_it_and_is_told_that_there_is_no_such_thing()
    {
        await using var site = await Private();
        var (keeper, rel) = (await site.Person("keeper"), new SkylineClient(site.Http((await site.Admin.AddPerson(new NewPerson("rel", "release-engineer"), Ct)).Token)));
        await site.Admin.EditAccess("umbra", new TagGrantEdit("keeper", Grant: ["administer"]), Ct);
        var build = await keeper.Send("umbra", "moonshot", "1");
        var side = await keeper.MakeSideTag("umbra");

        foreach (var (act, what) in new (Func<Task>, string)[]
        {
            (() => rel.Send("umbra", "hello", "1"), "There is no target 'umbra'"), (() => rel.Cancel(build.Id, Ct), $"There is no build '{build.Id}'."), (() => rel.Resubmit(build.Id, Ct), "There is no build"),
            (() => rel.Rebuild(build.Id, new RebuildOrder(), Ct), "There is no build"), (() => rel.EditBuild(build.Id, new BuildEdit(Priority: 30), Ct), "There is no build"),
            (() => rel.SetTag("umbra", new TagSettings(Description: "mine"), false, Ct), "There is no tag 'umbra'."), (() => rel.RemoveTag("umbra", Ct), "There is no tag 'umbra'."),
            (() => rel.LinkTag("paper", new LinkTag("umbra"), false, Ct), "There is no tag 'umbra'."), (() => rel.CloneTag("umbra", new CloneTag("copy"), Ct), "There is no tag 'umbra'."),
            (() => rel.CreateTarget(new NewTarget("mine", "umbra", "umbra"), Ct), "There is no tag 'umbra'"), (() => rel.EditTarget("umbra", new TargetEdit(BuildTag: "paper"), Ct), "There is no target 'umbra'"),
            (() => rel.RemoveTarget("umbra", Ct), "There is no target 'umbra'"), (() => rel.CreateSideTag(new NewSideTag(Target: "umbra"), Ct), "There is no target 'umbra'"), (() => rel.RemoveSideTag(side, Ct), $"There is no side tag '{side}'"),
            (() => rel.CreateTag(new NewTag("rel/mine", Base: "umbra"), Ct), "There is no tag 'umbra'"), (() => rel.EditAccess("umbra", new TagGrantEdit("rel", Grant: ["read"]), Ct), "There is no tag 'umbra'."),
            (() => rel.CreateSchedule(new NewSchedule("n", "umbra", "0 3 * * *"), Ct), "There is no target 'umbra'"), (() => rel.CreateMassRebuild(new NewMassRebuild("umbra", new PackageQuery(All: true)), Ct), "There is no target 'umbra'"),
            (() => rel.CreateAdvisory(new NewAdvisory("umbra", AdvisoryType.Bugfix, "x"), Ct), "There is no tag 'umbra'"), (() => rel.MoveBuilds("paper", new MoveBuilds("umbra", ["x-1-1"]), false, Ct), "There is no"),
            (() => rel.SetRetention("umbra", new(3, 3), Ct), "There is no tag 'umbra'"), (() => rel.EditGroup("umbra", "g", new GroupEdit("G"), Ct), "There is no tag 'umbra'"),
            (() => rel.AddTagExternal("umbra", new TagExternal("paper", 10), Ct), "There is no tag 'umbra'"), (() => rel.SetNoAutoBuild("umbra", "x", null, Ct), "There is no tag 'umbra'"),
        })
        {
            var refused = await Assert.ThrowsAsync<RefusedException>(act);
            Assert.Contains(what, refused.Message);
            Assert.True(refused.Status is 404 or 400, refused.Message);
        }
        // A name cannot be had twice; that is all that is told of it.
        Assert.Equal("There is a tag 'umbra' already.", await SideWork.Refused(rel.CreateTag(new NewTag("umbra", "paper-1"), Ct), 409));
        Assert.Equal(BuildState.Waiting, (await keeper.Build(build.Id, Ct)).State);
    }

    [Fact]
    public async Task A_build_that_waits_behind_private_ones_is_told_when_it_starts_and_nothing_of_them()
    {
        await using var site = await Private();
        var eve = await site.Person("eve");
        for (var release = 1; release < 4; release++) await site.Admin.Send("umbra", "moonshot", "1", release.ToString(System.Globalization.CultureInfo.InvariantCulture));
        await new PaperBuilder(site.LocalBuilder).TryLease();
        var waiting = await eve.Send("paper", "hello", "1");

        var told = await site.Http().GetStringAsync($"api/builds/{waiting.Id}", Ct) + await site.Http().GetStringAsync($"builds/{waiting.Id}", Ct) + await site.Http().GetStringAsync("api/builders/local", Ct);

        Assert.Contains("Waiting for a free builder for x86_64; it is next.", told);
        Assert.DoesNotContain("moonshot", told);
        Assert.DoesNotContain("umbra", told);
    }

    [Fact]
    public async Task Nobody_is_told_of_what_they_may_not_read_and_no_more_once_they_may_not()
    {
        await using var site = await Private();
        var (ann, bob) = (await site.Person("ann"), await site.Person("bob"));
        await site.Admin.EditAccess("umbra", new TagGrantEdit("ann", Grant: ["read"]), Ct);
        await site.Part<Database>().Write(tx =>
        {
            foreach (var person in tx.All<long>("SELECT id FROM users WHERE name IN ('ann', 'bob')"))
                Notify.Put(tx, person, NoticeKind.Fails, "moonshot does not build in umbra", "/tags/umbra", 1, tx.One<long>("SELECT id FROM tags WHERE name = 'umbra'"));
        }, Ct);

        Assert.Equal(1, (await ann.Notices(Ct)).Unread);
        Assert.Empty((await bob.Notices(Ct)).Notices);
        await site.Admin.EditAccess("umbra", new TagGrantEdit("ann", Revoke: ["read"]), Ct);
        Assert.Empty((await ann.Notices(Ct)).Notices);
        // Nor is one written for who could not read it then: what else tells people of notices has none to tell.
        Assert.Equal(1, site.Part<Database>().Read(db => db.One<int>("SELECT count(*) FROM notices")));
    }

    [Fact]
    public async Task What_waits_for_a_second_person_in_it_is_seen_agreed_to_and_told_by_and_to_its_readers_alone()
    {
        await using var site = await Private();
        var (ann, bob) = (await site.Person("ann"), await site.Person("bob"));
        var outsider = new SkylineClient(site.Http((await site.Admin.AddPerson(new NewPerson("out", "release-engineer"), Ct)).Token));
        foreach (var name in new[] { "ann", "bob" }) await site.Admin.EditAccess("umbra", new TagGrantEdit(name, Grant: ["tag"]), Ct);
        await site.Admin.SetTag("umbra", new TagSettings(SecondPerson: true), false, Ct);

        var held = await Assert.ThrowsAsync<WaitsForApprovalException>(() => ann.SetTag("umbra", new TagSettings(Description: "ours"), false, Ct));

        Assert.Equal(1, (await bob.Notices(Ct)).Unread);
        Assert.Equal(0, (await outsider.Notices(Ct)).Unread);
        Assert.Empty((await outsider.Approvals(false, null, null, Ct)).Approvals);
        await SideWork.Refused(outsider.Approve(held.Held.Approval, held.Held.Digest, Ct), 404);
        await bob.Approve(held.Held.Approval, held.Held.Digest, Ct);
        Assert.Equal("ours", (await ann.Tag("umbra", Ct)).Description);
        // To name somebody there needs a second person, too.
        await Assert.ThrowsAsync<WaitsForApprovalException>(() => site.Admin.EditAccess("umbra", new TagGrantEdit("out", Grant: ["read"]), Ct));
        await SideWork.Refused(outsider.Tag("umbra", Ct), 404);
    }

    [Fact]
    public async Task Its_repository_asks_who_is_there_as_one_that_is_not_there_does()
    {
        await using var site = await Private();
        await site.Admin.EditAccess("umbra", new TagGrantEdit("ann", Grant: ["read"]), await Ann(site));
        var ann = site.Http((await site.Admin.CreateToken(new("machine", ["read"]), Ct)).Token);

        var (there, not) = (await Ask(site, "repos/umbra/x86_64/repodata/repomd.xml", null), await Ask(site, "repos/nothing/x86_64/repodata/repomd.xml", null));
        Assert.Equal((HttpStatusCode.Unauthorized, "Basic realm=\"Skyline repositories\", charset=\"UTF-8\""), there);
        Assert.Equal(there, not);
        Assert.Equal(HttpStatusCode.OK, (await Ask(site, "repos/umbra/x86_64/repodata/repomd.xml", site.AdminToken)).Status);
        Assert.Equal(HttpStatusCode.OK, (await Ask(site, "repos/paper/x86_64/repodata/repomd.xml", null)).Status);
        // A token that is good no more is nobody's, and public tags are everybody's.
        Assert.Equal(HttpStatusCode.Unauthorized, (await Ask(site, "repos/umbra/x86_64/repodata/repomd.xml", "sky_nobodys")).Status);
        Assert.Equal(HttpStatusCode.OK, (await Ask(site, "repos/paper/x86_64/repodata/repomd.xml", "sky_nobodys")).Status);
        // Who is known and may not read it is not asked again, for it would not help.
        var eve = (await site.Admin.AddPerson(new NewPerson("eve"), Ct)).Token;
        Assert.Equal(HttpStatusCode.NotFound, (await Ask(site, "repos/umbra/x86_64/repodata/repomd.xml", eve)).Status);
        Assert.Equal("no-cache, private", (await ann.GetAsync("repos/umbra/x86_64/repodata/repomd.xml", Ct)).Headers.CacheControl!.ToString());
        // Away from repositories a password is nothing: a browser would send it by itself.
        Assert.Equal(HttpStatusCode.Unauthorized, (await Ask(site, "api/whoami", site.AdminToken)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await Ask(site, "api/tags/umbra", site.AdminToken)).Status);

        static async Task<CancellationToken> Ann(Site site)
        {
            await site.Person("ann");
            return Ct;
        }
    }

    static async Task<(HttpStatusCode Status, string Challenge)> Ask(Site site, string address, string? password)
    {
        var http = site.Http();
        if (password is not null) http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"whoever:{password}")));
        using var answer = await http.GetAsync(address, Ct);
        return (answer.StatusCode, answer.Headers.WwwAuthenticate.ToString());
    }

    [Theory, InlineData("Basic"), InlineData("Basic !!!"), InlineData("Basic Og=="), InlineData("Basic dXNlcg=="), InlineData("Basic dXNlcjo=")]
    public async Task A_password_that_is_none_is_nobodys(string header)
    {
        await using var site = await Private();
        var http = site.Http();
        http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", header);

        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("repos/umbra/x86_64/repodata/repomd.xml", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("repos/paper/x86_64/repodata/repomd.xml", Ct)).StatusCode);
    }

    [Fact]
    public async Task Where_nobody_reads_without_a_name_all_repositories_ask()
    {
        await using var site = await Private("--Skyline:AnonymousMayRead=false");
        foreach (var address in new[] { "repos/paper/x86_64/repodata/repomd.xml", "repos/paper/paper.repo", "keys/paper.asc", "external/paper/x86_64/mirrorlist", "coprs/skyline/paper/repo/paper-1/dnf.repo?arch=x86_64" })
        {
            var asked = await Ask(site, address, null);
            Assert.True(asked.Status == HttpStatusCode.Unauthorized && asked.Challenge.StartsWith("Basic ", StringComparison.Ordinal), address);
            Assert.NotEqual(HttpStatusCode.Unauthorized, (await Ask(site, address, site.AdminToken)).Status);
        }
        Assert.Equal("Bearer", (await Ask(site, "api/builds", null)).Challenge is "" ? "Bearer" : "Basic");
    }

    [Fact]
    public async Task A_builder_reads_the_repository_of_a_run_that_it_has_leased_and_no_longer()
    {
        await using var site = await Private();
        var (builder, own) = (new PaperBuilder(site.LocalBuilder), site.Http(site.BuilderToken));
        var other = site.Http((await site.Admin.EnrolBuilder(new NewBuilder("other", "admin"), Ct)).Token);
        await site.Admin.Send("umbra", "moonshot", "1");
        Assert.Equal(HttpStatusCode.NotFound, (await own.GetAsync("repos/umbra/x86_64/repodata/repomd.xml", Ct)).StatusCode);

        var run = await builder.Lease();
        var recipe = run.Buildroot.Repos[0].BaseUrl![1..];

        Assert.StartsWith("repos/umbra/@", recipe);
        Assert.Equal(HttpStatusCode.OK, (await own.GetAsync(recipe + "repodata/repomd.xml", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync(recipe + "repodata/repomd.xml", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await own.GetAsync("api/tags/umbra", Ct)).StatusCode);
        await builder.Deliver(run, Papers.Source("moonshot", "1", "1", exclusiveArch: "x86_64"), SideWork.Made("moonshot", "1"));
        Assert.Equal(HttpStatusCode.NotFound, (await own.GetAsync(recipe + "repodata/repomd.xml", Ct)).StatusCode);
    }

    [Fact]
    public async Task What_is_kept_for_everybody_is_not_made_of_what_one_sees()
    {
        await using var site = await Private();
        await site.Build(site.Admin, "umbra", "moonshot", "1");
        await site.Build(site.Admin, "paper", "hello", "1");
        var eve = await site.Person("eve");

        // First who sees little asks.
        Assert.Single(await eve.Latest("paper", Ct));
        await SideWork.Refused(eve.Latest("umbra", Ct), 404);
        Assert.Single(await site.Admin.Latest("umbra", Ct));
        Assert.Equal(HttpStatusCode.NotFound, (await site.Http((await eve.CreateToken(new("all", ["all"]), Ct)).Token).GetAsync("repos/umbra/x86_64/repodata/repomd.xml", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await site.Http(site.AdminToken).GetAsync("repos/umbra/x86_64/repodata/repomd.xml", Ct)).StatusCode);
        // Who makes a tag of one that they do not see all of makes it whole.
        await site.Admin.EditAccess("umbra", new TagGrantEdit("eve", Grant: ["read"]), Ct);
        await eve.CreateTag(new NewTag("eve/umbra", Base: "umbra"), Ct);
        Assert.Equal("moonshot-1-1", Assert.Single(await eve.Latest("eve/umbra", Ct)).Nvr);
    }

    [Fact]
    public async Task Of_a_name_that_was_a_private_tags_nothing_comes_back_to_who_did_not_see_it()
    {
        await using var site = await Private();
        var rel = new SkylineClient(site.Http((await site.Admin.AddPerson(new NewPerson("rel", "release-engineer"), Ct)).Token));
        var build = await site.Build(site.Admin, "umbra", "moonshot", "1");
        await site.Admin.RemoveTarget("umbra", Ct);
        await site.Admin.RemoveTag("umbra", Ct);

        await SideWork.Refused(rel.CreateTag(new NewTag("umbra", "paper-1"), Ct), 409);
        await SideWork.Refused(rel.Tag("umbra", "2100-01-01", null, Ct), 404);
        await SideWork.Refused(rel.Build(build.Id, Ct), 404);
        await SideWork.Refused(rel.CreateTarget(new NewTarget("umbra", "paper", "paper"), Ct), 409);
        Assert.True((await site.Admin.CreateTag(new NewTag("umbra", "paper-1"), Ct)).Private);
    }

    [Fact]
    public async Task What_a_request_has_written_for_it_by_another_is_written_with_its_own_eyes()
    {
        await using var site = await Private();
        var (database, umbra) = (site.Part<Database>(), site.Part<Database>().Read(db => Skyline.Server.Tags.Tag.Find(db, "umbra"))!.Id);

        // Many at once are committed by one of them.
        var seen = await Task.WhenAll(Enumerable.Range(0, 40).Select(number => Task.Run(async () =>
        {
            Sight.Set(number % 2 == 0 ? Sight.Anybody : null);
            return (number % 2 == 0, await database.Write(tx => Skyline.Server.Tags.Tag.Find(tx.Connection!, "umbra") is null, Ct));
        })));

        Assert.All(seen, one => Assert.Equal(one.Item1, one.Item2));
        Assert.False(database.Readers.MayRead(Sight.Anybody, umbra));
    }
}
