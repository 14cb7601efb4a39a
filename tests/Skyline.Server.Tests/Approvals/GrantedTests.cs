using System.Text.Json;
using Skyline.Protocol;
using Skyline.Server.Tests.SideTags;
using Skyline.Server.Tests.Tags;

namespace Skyline.Server.Tests.Approvals;

/// <summary>Who is named in a tag asks and agrees there as who has the role for it; and nobody names another alone.</summary>
public sealed class GrantedTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>"testing" has hello-1, "stable" nothing; vic is a viewer who may promote there, carol a packager who may change it, keeper one who administers it.</summary>
    static async Task<(SkylineClient Ann, SkylineClient Bob, SkylineClient Vic, SkylineClient Carol, SkylineClient Keeper)> Named(Site site)
    {
        await site.MakeTags("stable", "testing", "other");
        await site.Import("hello", "1", "testing");
        var (ann, bob) = await site.People();
        var vic = new SkylineClient(site.Http((await site.Admin.AddPerson(new("vic", "viewer"), Ct)).Token));
        var (carol, keeper) = (await site.Person("carol"), await site.Person("keeper"));
        await site.Admin.EditAccess("stable", new TagGrantEdit("vic", Grant: ["promote"]), Ct);
        await site.Admin.EditAccess("stable", new TagGrantEdit("carol", Grant: ["tag"]), Ct);
        await site.Admin.EditAccess("stable", new TagGrantEdit("keeper", Grant: ["administer"]), Ct);
        await site.Admin.SetTag("stable", new(SecondPerson: true), false, Ct);
        return (ann, bob, vic, carol, keeper);
    }

    [Fact]
    public async Task Who_is_named_for_the_very_thing_is_a_second_person_whatever_their_role_and_as_far_as_their_token_goes()
    {
        await using var site = await Site.Open();
        var (ann, _, vic, carol, _) = await Named(site);
        var promotion = await Two.Held(ann.Promote());
        var described = await Two.Held(ann.SetTag("stable", new(Description: "What we ship"), false, Ct));
        Assert.Contains("admin, bob, vic, carol, keeper can see what differs", promotion.Sentence);

        // In another tag it is worth nothing, nor for something else in this one.
        await site.Admin.EditAccess("other", new TagGrantEdit("vic", Grant: ["tag"]), Ct);
        Assert.Contains("`skyline tag grant stable vic tag`", await Two.Refused(vic.Approve(described.Approval, described.Digest, Ct), 403));
        var (reads, builds) = (new SkylineClient(site.Http((await vic.CreateToken(new("r", ["read"]), Ct)).Token)), new SkylineClient(site.Http((await vic.CreateToken(new("b", ["build"]), Ct)).Token)));
        await Two.Refused(reads.Approve(promotion.Approval, promotion.Digest, Ct), 403);
        Assert.Contains("the token that you showed", await Two.Refused(builds.Approve(promotion.Approval, promotion.Digest, Ct), 403));
        Assert.Equal("vic", (await vic.Approve(promotion.Approval, promotion.Digest, Ct)).Approval.DecidedBy);
        Assert.Equal(["hello-1"], await site.Listed("stable"));

        // What needs a release engineer elsewhere: asked for by one who is named, agreed to by another.
        var group = await Two.Held(carol.EditGroup("stable", "web", new GroupEdit("Web"), Ct));
        foreach (var other in new[] { vic, await site.Person("dan") }) Assert.Contains("alone change it", await Two.Refused(other.Approve(group.Approval, group.Digest, Ct), 403));
        await ann.Approve(group.Approval, group.Digest, Ct);
        var again = await Two.Held(ann.EditGroup("stable", "web", new GroupEdit("The web"), Ct));
        Assert.Equal("carol", (await carol.Approve(again.Approval, again.Digest, Ct)).Approval.DecidedBy);
        // They take back their own, too.
        Assert.Equal(ApprovalState.Withdrawn, (await vic.Withdraw((await Two.Held(vic.PromoteBuilds("testing", new("stable", [await site.Import("more", "1", "testing")]), false, Ct))).Approval, Ct)).Approval.State);
    }

    [Fact]
    public async Task What_was_asked_for_by_a_right_in_the_tag_is_not_done_when_that_is_gone_whatever_they_may_elsewhere()
    {
        await using var site = await Site.Open();
        var (ann, bob, _, _, _) = await Named(site);
        var eve = new SkylineClient(site.Http((await site.Admin.AddPerson(new("eve", "viewer"), Ct)).Token));
        await site.Admin.CreateTeam(new NewTeam("makers"), Ct);
        await site.Admin.PutIntoTeam("makers", "eve", new(), Ct);
        await site.Admin.EditAccess("testing", new TagGrantEdit(Team: "makers", Grant: ["promote"]), Ct);
        await site.Admin.EditAccess("paper", new TagGrantEdit(Team: "makers", Grant: ["build"]), Ct);
        foreach (var tag in new[] { "testing", "paper" }) await site.Admin.SetTag(tag, new(SecondPerson: true), false, Ct);
        foreach (var name in new[] { "eve", "ann" }) await site.Admin.EditAccess("other", new TagGrantEdit(name, Grant: ["administer"]), Ct);
        var spare = await site.Import("spare", "1", "other");
        var promotion = await Two.Held(eve.PromoteBuilds("other", new("testing", [spare]), false, Ct));
        await site.Build(eve, "paper", "world", "1");
        var build = (await site.Admin.Approvals(true, null, null, Ct)).Approvals.Single(one => one.Act.Contains("world", StringComparison.Ordinal));
        var advisory = await Two.Held(ann.CreateAdvisory(new NewAdvisory("stable", AdvisoryType.Security, "hello leaks", "A-1", Builds: ["hello-1-1"], Publish: true), Ct));
        await site.Admin.EditPerson("ann", new("packager"), Ct);
        await site.Admin.TakeOutOfTeam("makers", "eve", Ct);

        Assert.Contains("eve, who asked for it, may not do it any more", await Two.Refused(bob.Approve(promotion.Approval, promotion.Digest, Ct), 409));
        Assert.Contains("eve, who asked for it, may not do it any more", await Two.Refused(bob.Approve(build.Id, build.Digest, Ct), 409));
        Assert.Contains("ann, who asked for it, may not do it any more", await Two.Refused(bob.Approve(advisory.Approval, advisory.Digest, Ct), 409));
        Assert.Equal(["hello-1"], await site.Listed("testing"));
        Assert.Empty(await site.Listed("paper"));
    }

    [Fact]
    public async Task Who_administers_the_tag_names_nobody_alone_and_does_not_open_it_alone()
    {
        await using var site = await Site.Open();
        var (_, bob, _, _, keeper) = await Named(site);
        await site.Person("eve");
        await site.Admin.CreateTeam(new NewTeam("shippers"), Ct);
        await site.Admin.PutIntoTeam("shippers", "keeper", new(Leads: true), Ct);
        var team = await Two.Held(keeper.EditAccess("stable", new TagGrantEdit(Team: "shippers", Grant: ["promote"]), Ct));
        await site.Admin.Approve(team.Approval, team.Digest, Ct);

        var named = await Two.Held(keeper.EditAccess("stable", new TagGrantEdit("eve", Grant: ["promote"]), Ct));
        // By the team that may something there neither.
        await Two.Held(keeper.PutIntoTeam("shippers", "eve", new(), Ct));
        await Two.Held(keeper.SetTag("stable", new(Closed: true), false, Ct));
        await Two.Held(keeper.SetTag("stable", new(Private: true), false, Ct));
        Assert.DoesNotContain((await keeper.AccessTo("stable", Ct)).Grants, grant => grant.Person == "eve");
        Assert.Equal(["keeper"], Assert.Single(await keeper.Teams(Ct)).Members.Select(member => member.Person));
        Assert.Equal((false, false), await keeper.Tag("stable", Ct) is var tag ? (tag.Closed, tag.Private) : default);

        // Nor with somebody who could change the tag, and not name anybody there.
        Assert.Contains("alone administer it", await Two.Refused(bob.Approve(named.Approval, named.Digest, Ct), 403));
        await site.Admin.Approve(named.Approval, named.Digest, Ct);
        Assert.Equal(["promote"], (await keeper.AccessTo("stable", Ct)).Grants.Single(grant => grant.Person == "eve").Access);
        // What is taken back is so at once: an account that somebody got hold of does not wait for a second person.
        await keeper.EditAccess("stable", new TagGrantEdit("eve", Revoke: ["promote"]), Ct);
        Assert.DoesNotContain((await keeper.AccessTo("stable", Ct)).Grants, grant => grant.Person == "eve");
    }

    [Fact]
    public async Task The_document_of_the_api_says_of_whatever_may_wait_that_it_may()
    {
        await using var site = await Site.Open();
        using var document = JsonDocument.Parse(await site.Http().GetStringAsync("openapi/v1.json", Ct));
        var paths = document.RootElement.GetProperty("paths");
        foreach (var (method, path) in new[]
        {
            ("post", "/api/advisories"), ("patch", "/api/advisories/{id}"), ("post", "/api/advisories/{id}/builds"), ("delete", "/api/advisories/{id}/builds/{nvr}"), ("post", "/api/advisories/{id}/publish"), ("post", "/api/advisories/{id}/withdraw"),
            ("post", "/api/builds/{id}/promote"), ("post", "/api/tags/{tag}/access"), ("put", "/api/teams/{name}/members/{person}"), ("post", "/api/tags/{tag}/promote"),
        })
            Assert.True(paths.GetProperty(path).GetProperty(method).GetProperty("responses").TryGetProperty("202", out _), $"{method} {path}");
    }
}
