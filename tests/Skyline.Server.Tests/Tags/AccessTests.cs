using System.Net;
using System.Net.Http.Json;
using Skyline.Protocol;
using Skyline.Server.People;
using Skyline.Server.Tags;
using Skyline.Server.Tests.Batches;
using Skyline.Server.Tests.Chains;
using Skyline.Server.Tests.SideTags;

namespace Skyline.Server.Tests.Tags;

/// <summary>Rights in one tag, closed tags, teams.</summary>
public sealed class AccessTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static readonly Dictionary<string, Right> roles = Rights.Roles.ToDictionary(role => role.Word, role => role.May);

    /// <summary>The table, once more and by hand: what each may by role, in an open tag that is nobody's own, in a closed one, in one of somebody else; and by each grant.</summary>
    [Theory]
    [InlineData("Build", "packager release-engineer admin", "admin", "admin", "build administer")]
    [InlineData("Promote", "release-engineer admin", "admin", "admin", "promote tag administer")]
    [InlineData("Tag", "release-engineer admin", "admin", "admin", "tag administer")]
    [InlineData("Administer", "admin", "admin", "admin", "administer")]
    public void Who_may_what_in_a_tag(string what, string open, string closed, string anothers, string granted)
    {
        var access = Enum.Parse<Access>(what);
        foreach (var (role, may) in roles)
        {
            var nobodys = new Standing("t", "p", may, null, false, false, new HashSet<Access>());
            Assert.Equal(open.Split(' ').Contains(role), TagRule.May(access, nobodys));
            Assert.Equal(closed.Split(' ').Contains(role), TagRule.May(access, nobodys with { Closed = true }));
            Assert.Equal(anothers.Split(' ').Contains(role), TagRule.May(access, nobodys with { Owner = "ann" }));
            Assert.True(TagRule.May(access, nobodys with { Owner = "p", Owns = true, Closed = true }));
            foreach (var one in Enum.GetValues<Access>())
                Assert.Equal(role == "admin" || granted.Split(' ').Contains(TagRule.Word(one)), TagRule.May(access, nobodys with { Closed = true, Granted = new HashSet<Access> { one } }));
        }
        // Who is let in no more may nothing, whatever they were given.
        Assert.False(TagRule.May(access, new Standing("t", "p", Right.None, "p", true, false, new HashSet<Access> { access })));
    }

    [Fact]
    public async Task A_packager_is_the_release_engineer_of_one_tag_as_far_as_their_token_goes()
    {
        await using var site = await Site.Open();
        var ann = await site.Person("ann");
        await site.Admin.CreateTag(new NewTag("other", "paper-1", ["x86_64"]), Ct);

        var refused = await SideWork.Refused(ann.SetTag("paper", new TagSettings(Description: "mine"), false, Ct), 403);
        Assert.Contains("`skyline tag grant paper ann tag`", refused);
        await site.Admin.EditAccess("paper", new TagGrantEdit("ann", Grant: ["tag"]), Ct);
        await ann.SetTag("paper", new TagSettings(Description: "ours"), false, Ct);
        await ann.EditGroup("paper", "web", new GroupEdit("Web"), Ct);
        await ann.SetRetention("paper", new TagRetention(7, 7), Ct);
        await SideWork.Refused(ann.SetTag("other", new TagSettings(Description: "mine"), false, Ct), 403);
        await SideWork.Refused(ann.EditGroup("other", "web", new GroupEdit("Web"), Ct), 403);
        // No more than the token is for: neither by the role nor by the grant.
        var (reading, tagging) = (new SkylineClient(site.Http((await ann.CreateToken(new("r", ["read"]), Ct)).Token)), new SkylineClient(site.Http((await ann.CreateToken(new("t", ["tag"]), Ct)).Token)));
        Assert.Contains("This token of 'ann' is for read", await SideWork.Refused(reading.SetTag("paper", new TagSettings(Description: "x"), false, Ct), 403));
        await tagging.SetTag("paper", new TagSettings(Description: "y"), false, Ct);
        await SideWork.Refused(tagging.EditGroup("paper", "web", new GroupEdit("Web 2"), Ct), 403);
        // To name others, and what only who administers it may, is not among it.
        Assert.Contains("alone administer it", await SideWork.Refused(ann.EditAccess("paper", new TagGrantEdit("ann", Grant: ["administer"]), Ct), 403));
        await SideWork.Refused(ann.SetTag("paper", new TagSettings(Private: true), false, Ct), 403);
        await SideWork.Refused(ann.SetTag("paper", new TagSettings(Closed: true), false, Ct), 403);
        // From the answer on.
        await site.Admin.EditAccess("paper", new TagGrantEdit("ann", Revoke: ["tag"]), Ct);
        await SideWork.Refused(ann.SetTag("paper", new TagSettings(Description: "z"), false, Ct), 403);
        Assert.Equal(["ann may tag", "ann may no more tag"], (await site.Admin.TagEvents("paper", Ct)).Events.Select(one => one.What).Where(text => text.StartsWith("ann ", StringComparison.Ordinal)).Reverse());
    }

    [Fact]
    public async Task Into_a_closed_tag_builds_who_is_named_whatever_their_role()
    {
        await using var site = await Site.Open();
        var (ann, rel) = (await site.Person("ann"), new SkylineClient(site.Http((await site.Admin.AddPerson(new NewPerson("rel", "release-engineer"), Ct)).Token)));
        var vic = new SkylineClient(site.Http((await site.Admin.AddPerson(new NewPerson("vic", "viewer"), Ct)).Token));
        await site.Admin.SetTag("paper", new TagSettings(Closed: true), false, Ct);

        Assert.Contains("'paper' is closed: who is named there and administrators alone build into it.", await SideWork.Refused(ann.Send("paper", "hello", "1"), 403));
        Assert.Contains("is closed", await SideWork.Refused(rel.SetTag("paper", new TagSettings(Description: "x"), false, Ct), 403));
        Assert.Contains("is closed", await SideWork.Refused(Import(rel), 403));
        // A scratch build goes nowhere; and beside it there are side tags, whose promotion asks again.
        await ann.Submit(Papers.Source("hello", "1", "1", exclusiveArch: "x86_64").Open(), "hello-1-1.src.rpm", "paper", scratch: true, Ct);
        Assert.Equal("'vic' is a viewer, and this is for a packager or more: an administrator gives roles with `skyline person set vic --role packager`.", await SideWork.Refused(vic.Send("paper", "hello", "1"), 403));
        await site.Admin.EditAccess("paper", new TagGrantEdit("vic", Grant: ["build"]), Ct);
        await vic.Send("paper", "hello", "1");
        // A viewer builds where they are named and nowhere else, not even from scratch.
        await site.Admin.CreateTag(new NewTag("open", "paper-1", ["x86_64"]), Ct);
        await site.Admin.CreateTarget(new NewTarget("open", "open", "open"), Ct);
        await SideWork.Refused(vic.Send("open", "hello", "1"), 403);
        await SideWork.Refused(vic.Submit(Papers.Source("hello", "1", "1", exclusiveArch: "x86_64").Open(), "hello-1-1.src.rpm", "open", scratch: true, Ct), 403);
        await site.Admin.EditAccess("paper", new TagGrantEdit("vic", Revoke: ["build"]), Ct);
        await SideWork.Refused(vic.Send("paper", "world", "1"), 403);

        async Task Import(SkylineClient person) => await person.Import(Papers.Binary("tool", "1", "1").Open(), "paper", Ct);
    }

    [Fact]
    public async Task Who_may_build_into_one_tag_starts_chains_and_builds_again_there_and_nowhere_else()
    {
        await using var site = await Site.Open();
        var vic = new SkylineClient(site.Http((await site.Admin.AddPerson(new NewPerson("vic", "viewer"), Ct)).Token));
        await site.Admin.CreateTag(new NewTag("open", "paper-1", ["x86_64"]), Ct);
        await site.Admin.CreateTarget(new NewTarget("open", "open", "open"), Ct);
        await site.Admin.EditAccess("paper", new TagGrantEdit("vic", Grant: ["build"]), Ct);

        var chain = await vic.Chain("a : b", ChainSite.Source("a"), ChainSite.Source("b"));
        foreach (var scratch in new[] { false, true }) Assert.Contains("alone build into it", await SideWork.Refused(vic.StartChain(chain with { Target = "open", Scratch = scratch }, Ct), 403));
        var begun = await vic.StartChain(chain, Ct);
        var builder = new PaperBuilder(site.LocalBuilder);
        await builder.Report((await builder.Lease()).RunId, RunOutcome.Failed, "It does not compile.");
        var failed = await site.UntilBatch(begun.Id, now => now.State is not BatchState.Running);
        Assert.Equal(BatchState.Failed, failed.State);
        var first = (await vic.Builds(Ct)).Builds[0].Id;
        var again = await vic.Resubmit(first, Ct);
        await vic.Cancel(again.Id, Ct);
        await vic.Rebuild(first, new RebuildOrder(), Ct);
        await vic.ResumeBatch(begun.Id, Ct);
        await vic.CancelBatch(begun.Id, Ct);

        // What is another's stays theirs, what is for another target is not built, and what is for many tags is a packager's.
        var others = await site.Admin.Send("open", "world", "1");
        Assert.Contains("is another's", await SideWork.Refused(vic.Cancel(others.Id, Ct), 403));
        await site.Admin.Cancel(others.Id, Ct);
        foreach (var scratch in new[] { false, true }) Assert.Contains("alone build into it", await SideWork.Refused(vic.Rebuild(others.Id, new RebuildOrder(Scratch: scratch), Ct), 403));
        Assert.Contains("alone build into it", await SideWork.Refused(vic.Resubmit(others.Id, Ct), 403));
        await SideWork.Refused(vic.PlanMassRebuild(new("paper", new(All: true)), Ct), 403);
        var reading = new SkylineClient(site.Http((await vic.CreateToken(new("r", ["read"]), Ct)).Token));
        await SideWork.Refused(reading.StartChain(chain, Ct), 403);
        await SideWork.Refused(reading.Resubmit(first, Ct), 403);
        await site.Admin.EditAccess("paper", new TagGrantEdit("vic", Revoke: ["build"]), Ct);
        await SideWork.Refused(vic.StartChain(chain, Ct), 403);
    }

    [Fact]
    public async Task Who_owns_or_administers_a_tag_names_others_there_and_unknown_fields_name_nobody()
    {
        await using var site = await Site.Open();
        var (ann, bob) = (await site.Person("ann"), await site.Person("bob"));
        await ann.CreateTag(new NewTag("ann/tools", Base: "paper"), Ct);

        Assert.Contains("They name others with `skyline tag grant ann/tools bob build`", await SideWork.Refused(bob.Send("ann/tools", "hello", "1"), 403));
        await ann.EditAccess("ann/tools", new TagGrantEdit("bob", Grant: ["build"]), Ct);
        await bob.Send("ann/tools", "hello", "1");
        await SideWork.Refused(bob.SetTag("ann/tools", new TagSettings(Description: "mine"), false, Ct), 403);
        Assert.Equal(["build"], Assert.Single((await bob.AccessTo("ann/tools", Ct)).Grants).Access);
        Assert.Equal(400, (await Assert.ThrowsAsync<RefusedException>(() => ann.EditAccess("ann/tools", new TagGrantEdit("bob", Grant: ["everything"]), Ct))).Status);
        await SideWork.Refused(ann.EditAccess("ann/tools", new TagGrantEdit("nobody", Grant: ["build"]), Ct), 404);
        await SideWork.Refused(ann.EditAccess("ann/tools", new TagGrantEdit("bob", "team", Grant: ["build"]), Ct), 400);
        // What is sent beside what is asked for is nothing.
        var http = site.Http((await ann.CreateToken(new("all", ["all"]), Ct)).Token);
        (await http.PostAsJsonAsync("api/tags", new { name = "ann/more", @base = "paper", grants = new[] { new { person = "bob", access = new[] { "administer" } } }, owner = "bob", owner_id = 1, ownerId = 1 }, Ct)).EnsureSuccessStatusCode();
        Assert.Equal(("ann", 0), await ann.AccessTo("ann/more", Ct) is var access ? (access.Owner, access.Grants.Count) : default);
        using var patch = await http.PatchAsJsonAsync("api/tags/paper?preview=false", new { description = "x", @private = true }, Ct);
        Assert.Equal(HttpStatusCode.Forbidden, patch.StatusCode);
        Assert.False((await ann.Tag("paper", Ct)).Private);
    }

    [Fact]
    public async Task Who_leads_a_team_says_who_is_in_it_and_with_the_team_go_its_rights()
    {
        await using var site = await Site.Open();
        var (ann, bob) = (await site.Person("ann"), await site.Person("bob"));
        await SideWork.Refused(ann.CreateTeam(new NewTeam("kernel"), Ct), 403);
        await site.Admin.CreateTeam(new NewTeam("kernel", "Who looks after kernels"), Ct);
        await site.Admin.SetTag("paper", new TagSettings(Closed: true), false, Ct);
        await site.Admin.EditAccess("paper", new TagGrantEdit(Team: "kernel", Grant: ["build", "administer"]), Ct);

        Assert.Contains("Who leads the team 'kernel' and administrators alone", await SideWork.Refused(ann.PutIntoTeam("kernel", "ann", new(), Ct), 403));
        await site.Admin.PutIntoTeam("kernel", "ann", new(Leads: true), Ct);
        await ann.PutIntoTeam("kernel", "bob", new(), Ct);
        Assert.Contains("Who leads", await SideWork.Refused(bob.PutIntoTeam("kernel", "bob", new(Leads: true), Ct), 403));
        await bob.Send("paper", "hello", "1");
        Assert.Contains("team kernel or an administrator can name you", await SideWork.Refused((await site.Person("eve")).Send("paper", "hello", "2"), 403));
        await ann.TakeOutOfTeam("kernel", "bob", Ct);
        await SideWork.Refused(bob.Send("paper", "hello", "2"), 403);
        await site.Admin.RemoveTeam("kernel", Ct);
        await SideWork.Refused(ann.Send("paper", "hello", "2"), 403);
        Assert.DoesNotContain((await site.Admin.AccessTo("paper", Ct)).Grants, grant => grant.Team is not null);
        Assert.Empty(await ann.Teams(Ct));
    }
}
