using System.Net;
using System.Net.Http.Json;
using Skyline.Protocol;
using Skyline.Server.Approvals;
using Skyline.Server.Tests.Tags;

namespace Skyline.Server.Tests.Approvals;

public sealed class ApprovalTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_promotion_waits_and_takes_effect_when_a_second_person_agrees()
    {
        await using var site = await Site.Open();
        var (ann, bob) = await site.Guarded();
        var held = await Two.Held(ann.Promote());
        Assert.Contains("Nothing is changed yet: ann wants tag stable: hello-1-1 tagged, which needs a second person. admin, bob can see what differs", held.Sentence);
        Assert.Empty(await site.Listed("stable"));

        var told = (await bob.Notices(Ct)).Notices;
        Assert.Contains(told, notice => notice.Link == $"/approvals/{held.Approval}" && notice.Kind == NoticeKind.Approval);
        Assert.Empty((await ann.Notices(Ct)).Notices);
        var waiting = Assert.Single((await bob.Approvals(true, null, null, Ct)).Approvals);
        Assert.Equal((ApprovalState.Waiting, "ann", "stable"), (waiting.State, waiting.MadeBy, Assert.Single(waiting.Tags)));
        var details = await bob.Approval(held.Approval, Ct);
        Assert.Null(details.Why);
        Assert.Equal("tag stable", Assert.Single(details.Changes).Thing);

        var done = await bob.Approve(held.Approval, held.Digest, Ct);
        Assert.Equal((ApprovalState.Done, "bob"), (done.Approval.State, done.Approval.DecidedBy));
        Assert.Equal(["hello-1"], await site.Listed("stable"));
        var audit = (await site.Admin.Audit(null, null, null, null, 50, Ct)).Entries;
        Assert.Contains(audit, entry => entry is { Thing: "tag stable", Who: "ann", Act: "hello-1-1 tagged" } && entry.With == $"approval {held.Approval}, agreed to by bob");
        Assert.Contains(audit, entry => entry.Thing == $"approval {held.Approval}" && entry is { Who: "bob", Act: "agreed to" });
        Assert.Contains((await ann.TagEvents("stable", Ct)).Events, one => one.By == "ann");
    }

    [Fact]
    public async Task Who_asked_for_it_does_not_agree_and_nobody_else_who_could_not_do_it()
    {
        await using var site = await Site.Open();
        var (ann, _) = await site.Guarded();
        var packager = await site.Person("carol");
        var held = await Two.Held(ann.Promote());
        var again = new SkylineClient(site.Http((await ann.CreateToken(new("other", ["all"]), Ct)).Token));

        Assert.Contains("somebody else must agree", await Two.Refused(ann.Approve(held.Approval, held.Digest, Ct), 403));
        Assert.Contains("somebody else must agree", await Two.Refused(again.Approve(held.Approval, held.Digest, Ct), 403));
        Assert.Contains("release engineers and administrators alone", await Two.Refused(packager.Approve(held.Approval, held.Digest, Ct), 403));
        await Two.Refused(new SkylineClient(site.Http(site.BuilderToken)).Approve(held.Approval, held.Digest, Ct), 403);
        var reads = new SkylineClient(site.Http((await site.Admin.CreateToken(new("builds", ["build"]), Ct)).Token));
        Assert.Contains("the token that you showed", await Two.Refused(reads.Approve(held.Approval, held.Digest, Ct), 403));
        Assert.Contains("Say what you saw", await Two.Refused(site.Admin.Approve(held.Approval, new string('0', 64), Ct), 409));
        Assert.Empty(await site.Listed("stable"));
    }

    [Fact]
    public async Task An_account_that_the_first_person_made_a_moment_ago_is_no_second_person()
    {
        await using var site = await Site.Open();
        await site.Guarded();
        var token = (await site.Admin.AddPerson(new("eve", "release-engineer"), Ct)).Token;
        var held = await Two.Held(site.Admin.PromoteBuilds("testing", new("stable", All: true), false, Ct));
        Assert.Contains("Nobody here can agree", held.Sentence);
        Assert.Contains("admin made your account", await Two.Refused(new SkylineClient(site.Http(token)).Approve(held.Approval, held.Digest, Ct), 403));
    }

    /// <summary>By every way that there is into the tag, or to what it is; each leaves it as it was.</summary>
    [Fact]
    public async Task Nothing_about_the_tag_changes_without_a_second_person_not_even_by_force()
    {
        await using var site = await Site.Open();
        await site.MakeTags("stable", "testing", "base");
        var inside = await site.Import("hello", "1", "stable");
        var other = await site.Import("other", "1", "testing");
        await site.Admin.ListPackages("stable", new(["hello"]), false, Ct);
        await site.Admin.Block("stable", new(["blocked"]), false, Ct);
        await site.Admin.LinkTag("stable", new("base"), false, Ct);
        await site.Admin.AddExternal(new("up", ExternalKind.BaseUrl, "https://example.invalid/", Arches: ["x86_64"]), Ct);
        var snapshot = await site.UpToDate("stable");
        await site.Admin.SetTag("stable", new(SecondPerson: true), false, Ct);
        var before = (await site.Admin.TagEvents("stable", Ct)).Events[0].Id;
        var (admin, http) = (site.Admin, site.Http(site.AdminToken));
        var ways = new Dictionary<string, Func<Task>>
        {
            ["add"] = () => admin.TagBuilds("stable", new([other]), false, Ct, force: true),
            ["remove"] = () => admin.UntagBuilds("stable", new([inside]), false, Ct, force: true),
            ["move out"] = () => admin.MoveBuilds("stable", new("testing", [inside]), false, Ct, force: true),
            ["move in"] = () => admin.MoveBuilds("testing", new("stable", [other]), false, Ct),
            ["promote"] = () => admin.PromoteBuilds("testing", new("stable", All: true), false, Ct),
            ["block"] = () => admin.Block("stable", new(["hello"]), false, Ct),
            ["unblock"] = () => admin.Unblock("stable", new(["blocked"]), false, Ct),
            ["parents"] = () => admin.SetParents("stable", [new("testing", 1)], false, Ct),
            ["link"] = () => admin.LinkTag("stable", new("testing"), false, Ct),
            ["unlink"] = () => admin.UnlinkTag("stable", "base", false, Ct),
            ["arches"] = () => admin.SetTag("stable", new(Arches: ["x86_64", "aarch64"]), false, Ct),
            ["description"] = () => admin.SetTag("stable", new(Description: "x"), false, Ct),
            ["private"] = () => admin.SetTag("stable", new(Private: true), false, Ct, force: true),
            ["closed"] = () => admin.SetTag("stable", new(Closed: true), false, Ct, force: true),
            ["who may do what in it"] = () => admin.EditAccess("stable", new("admin", Grant: ["read"]), Ct),
            ["lock"] = () => admin.SetTag("stable", new(Locked: true), false, Ct),
            ["the rule itself"] = () => admin.SetTag("stable", new(SecondPerson: false), false, Ct, force: true),
            ["macro"] = () => admin.SetTagSettings("stable", [new(TagSettingKind.Macro, "vendor", "x")], false, Ct),
            ["list"] = () => admin.ListPackages("stable", new(["more"]), false, Ct),
            ["unlist"] = () => admin.UnlistPackages("stable", new(["hello"]), false, Ct),
            ["external"] = () => admin.AddTagExternal("stable", new("up", 50), Ct),
            ["groups"] = async () => await Waits(http.PutAsync("api/tags/stable/groups", new StringContent("<comps><group><id>g</id><name>G</name><description/></group></comps>", null, "application/xml"), Ct)),
            ["modules"] = async () => await Waits(http.PutAsync("api/tags/stable/modules", new StringContent("---\ndocument: modulemd-defaults\nversion: 1\ndata:\n  module: m\n  stream: s\n", null, "application/yaml"), Ct)),
            ["what it inherits from"] = () => admin.TagBuilds("base", new([other]), false, Ct),
            ["removal of it"] = () => admin.RemoveTag("stable", Ct, force: true),
        };
        var through = new List<string>();
        foreach (var (way, act) in ways)
            if (await Record.ExceptionAsync(act) is not WaitsForApprovalException and var other_) through.Add($"{way}: {other_?.Message ?? "done"}");
        Assert.True(through.Count == 0, string.Join('\n', through));

        Assert.Contains("cannot wait for one", await Two.Refused(site.Admin.Import(Papers.Binary("late", "1", "1").Open(), "stable", Ct), 409));
        Assert.Equal(before, (await site.Admin.TagEvents("stable", Ct)).Events[0].Id);
        Assert.Equal(snapshot, await site.UpToDate("stable"));
        Assert.Equal(ways.Count, (await admin.Approvals(true, null, 100, Ct)).Approvals.Count);
    }

    static async Task Waits(Task<HttpResponseMessage> asked)
    {
        var answer = await asked;
        Assert.True(answer.StatusCode == HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync(Ct));
        throw new WaitsForApprovalException((await answer.Content.ReadFromJsonAsync(SkylineJson.Default.HeldChange, Ct))!);
    }

    [Fact]
    public async Task Every_kind_of_change_is_done_as_it_was_asked_for_once_it_is_agreed_to()
    {
        await using var site = await Site.Open();
        var (ann, bob) = await site.Guarded();
        using var http = site.Http((await ann.CreateToken(new("files", ["all"]), Ct)).Token);
        await Agree(ann.SetTag("stable", new(Description: "What we ship"), false, Ct));
        await Agree(ann.SetTagSettings("stable", [new(TagSettingKind.Macro, "vendor", "ACME")], false, Ct));
        await Agree(Waits(http.PutAsync("api/tags/stable/groups", new StringContent("<comps><group><id>g</id><name>G</name><description/></group></comps>", null, "application/xml"), Ct)));
        await Agree(ann.Block("stable", new(["bad"]), false, Ct));
        await Agree(ann.Unblock("stable", new(["bad"]), false, Ct));
        await Agree(ann.LinkTag("stable", new("testing"), false, Ct));
        await Agree(ann.SetTag("stable", new(SecondPerson: false), false, Ct));
        await ann.SetTag("stable", new(Description: "Without"), false, Ct);

        var tag = await ann.Tag("stable", Ct);
        Assert.Equal(("Without", false, "testing"), (tag.Description, tag.SecondPerson, Assert.Single(tag.Parents!).Parent));
        Assert.Contains(tag.Settings!, setting => setting.Value == "ACME");
        Assert.Contains("<id>g</id>", await site.Http().GetStringAsync("api/tags/stable/comps.xml", Ct));

        async Task Agree(Task change)
        {
            var held = await Two.Held(change);
            Assert.Equal(ApprovalState.Done, (await bob.Approve(held.Approval, held.Digest, Ct)).Approval.State);
        }
    }

    [Fact]
    public async Task What_has_changed_since_it_was_seen_is_stale()
    {
        await using var site = await Site.Open();
        var (ann, bob) = await site.Guarded();
        var first = await Two.Held(ann.Promote());
        var second = await Two.Held(ann.Block("stable", new(["bad"]), false, Ct));
        await bob.Approve(second.Approval, second.Digest, Ct);
        Assert.Contains("is stale, and nothing was changed", await Two.Refused(bob.Approve(first.Approval, first.Digest, Ct), 409));
        Assert.Equal(ApprovalState.Stale, (await bob.Approval(first.Approval, Ct)).Approval.State);

        // What is promoted is what was there when it was seen, not what came after.
        var third = await Two.Held(ann.Promote());
        await site.Import("sneaked", "1", "testing");
        await Two.Refused(bob.Approve(third.Approval, third.Digest, Ct), 409);
        Assert.Empty(await site.Listed("stable"));
    }

    [Fact]
    public async Task A_package_more_of_a_build_makes_it_stale_too()
    {
        await using var site = await Site.Open();
        var (ann, bob) = await site.Guarded();
        var held = await Two.Held(ann.TagBuilds("stable", new(["hello-1-1"]), false, Ct));
        await site.Admin.Import(Papers.Binary("hello-libs", "1", "1", source: "hello-1-1.src.rpm").Open(), null, Ct);
        Assert.Contains("a build of it, is not what it was", await Two.Refused(bob.Approve(held.Approval, held.Digest, Ct), 409));
    }

    [Fact]
    public async Task Of_two_who_agree_at_once_one_does_and_it_is_done_once()
    {
        await using var site = await Site.Open();
        var (ann, bob) = await site.Guarded();
        var held = await Two.Held(ann.Promote());
        var outcomes = await Task.WhenAll(new[] { bob, site.Admin, bob, site.Admin }.Select(async person => await Record.ExceptionAsync(() => person.Approve(held.Approval, held.Digest, Ct))));
        Assert.Single(outcomes, outcome => outcome is null);
        Assert.All(outcomes.OfType<Exception>(), outcome => Assert.Equal(409, Assert.IsType<RefusedException>(outcome).Status));
        Assert.Contains("does not wait any more: ", await Two.Refused(bob.Approve(held.Approval, held.Digest, Ct), 409));
        Assert.Equal(1, (await ann.TagEvents("stable", Ct)).Events.Count(one => one.What.Contains("hello", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_waits_waits_over_a_restart_and_is_not_done_for_who_may_not_do_it_any_more()
    {
        var first = await Site.Open();
        var (ann, _) = await first.Guarded();
        var held = await Two.Held(ann.Promote());
        var bobs = (await first.Admin.AddPerson(new("carl", "release-engineer"), Ct)).Token;
        await first.Stop();
        await using var site = await Site.Open(first.Data);
        await site.Admin.EditPerson("ann", new(Disabled: true), Ct);
        Assert.Contains("ann, who asked for it, may sign in no more", await Two.Refused(new SkylineClient(site.Http(bobs)).Approve(held.Approval, held.Digest, Ct), 409));
        Assert.Empty(await site.Listed("stable"));
    }

    [Fact]
    public async Task What_was_asked_for_with_a_token_that_was_revoked_since_or_is_for_less_is_not_done()
    {
        await using var site = await Site.Open();
        var (ann, bob) = await site.Guarded();
        var token = await ann.CreateToken(new("stolen", ["promote"]), Ct);
        var held = await Two.Held(new SkylineClient(site.Http(token.Token)).Promote());
        await ann.RevokeToken(token.Id, Ct);
        Assert.Contains("the token that ann asked for it with was revoked", await Two.Refused(bob.Approve(held.Approval, held.Digest, Ct), 409));
        Assert.Empty(await site.Listed("stable"));
    }

    [Fact]
    public async Task What_clients_are_told_beside_packages_waits_too()
    {
        await using var site = await Site.Open();
        var (ann, bob) = await site.Guarded();
        var add = await Two.Held(ann.TagBuilds("stable", new(["hello-1-1"]), false, Ct));
        await bob.Approve(add.Approval, add.Digest, Ct);
        using var http = site.Http((await ann.CreateToken(new("advisories", ["all"]), Ct)).Token);
        (await http.PostAsJsonAsync("api/advisories", new { tag = "stable", id = "A-1", title = "T", builds = new[] { "hello-1-1" } }, Ct)).EnsureSuccessStatusCode();
        var held = await Two.Held(Waits(http.PostAsync("api/advisories/A-1/publish", null, Ct)));
        Assert.Equal("Draft", (await site.Http().GetFromJsonAsync<System.Text.Json.JsonElement>("api/advisories/A-1", Ct)).GetProperty("state").GetString());
        await bob.Approve(held.Approval, held.Digest, Ct);
        Assert.Equal("Published", (await site.Http().GetFromJsonAsync<System.Text.Json.JsonElement>("api/advisories/A-1", Ct)).GetProperty("state").GetString());
    }

    [Fact]
    public async Task It_is_withdrawn_by_who_asked_and_refused_with_a_reason_that_they_are_told()
    {
        await using var site = await Site.Open();
        var (ann, bob) = await site.Guarded();
        var held = await Two.Held(ann.Promote());
        Assert.Contains("ann's to withdraw", await Two.Refused(bob.Withdraw(held.Approval, Ct), 403));
        Assert.Equal(ApprovalState.Withdrawn, (await ann.Withdraw(held.Approval, Ct)).Approval.State);
        await Two.Refused(bob.Approve(held.Approval, held.Digest, Ct), 409);

        var again = await Two.Held(ann.Promote());
        await Two.Refused(bob.Refuse(again.Approval, " ", Ct), 400);
        Assert.Equal("not on a Friday", (await bob.Refuse(again.Approval, "not on a Friday", Ct)).Approval.Reason);
        Assert.Contains((await ann.Notices(Ct)).Notices, notice => notice.Sentence.EndsWith("not on a Friday", StringComparison.Ordinal));
        Assert.Empty(await site.Listed("stable"));
    }

    [Fact]
    public async Task Its_time_is_over_after_seven_days()
    {
        var clock = new LaterTime();
        await using var site = await Site.Open(null, services => services.AddSingleton<TimeProvider>(clock));
        var (ann, bob) = await site.Guarded();
        var held = await Two.Held(ann.Promote());
        clock.Pass(TimeSpan.FromDays(7) + TimeSpan.FromMinutes(1));
        Assert.Contains("nobody agreed to it in time", await Two.Refused(bob.Approve(held.Approval, held.Digest, Ct), 409));
        await site.Part<Decline>().Expire(Ct);
        Assert.Equal(ApprovalState.Expired, (await bob.Approval(held.Approval, Ct)).Approval.State);
        Assert.Empty((await bob.Approvals(true, null, null, Ct)).Approvals);
    }

    [Fact]
    public async Task Who_asks_twice_for_the_same_is_led_to_what_waits_already()
    {
        await using var site = await Site.Open();
        var (ann, _) = await site.Guarded();
        Assert.Equal((await Two.Held(ann.Promote())).Approval, (await Two.Held(ann.Promote())).Approval);
    }

    [Fact]
    public async Task A_lone_administrator_is_let_by_a_command_on_the_host_and_everybody_sees_it()
    {
        await using var site = await Site.Open();
        await site.Guarded();
        var held = await Two.Held(site.Admin.PromoteBuilds("testing", new("stable", All: true), false, Ct));
        var (output, error) = (new StringWriter(), new StringWriter());
        Assert.Equal(2, await WaiveSecondPerson.Run([$"{held.Approval}", $"--Skyline:Data={site.Data}"], output, error));
        Assert.Equal(0, await WaiveSecondPerson.Run([$"{held.Approval}", $"--Skyline:Data={site.Data}", "--reason=the other is ill"], output, error));

        Assert.True((await site.Admin.Approve(held.Approval, held.Digest, Ct)).Approval.Waived);
        Assert.Equal(["hello-1"], await site.Listed("stable"));
        var audit = (await site.Admin.Audit(null, $"approval {held.Approval}", null, null, 50, Ct)).Entries;
        Assert.Contains(audit, entry => entry is { Kind: "host", Act: "SECOND PERSON WAIVED on the host" });
        Assert.Contains(audit, entry => entry.Act.StartsWith("done without a second person", StringComparison.Ordinal));
        Assert.Contains((await site.Admin.Notices(Ct)).Notices, notice => notice.Sentence.Contains("the other is ill", StringComparison.Ordinal));
        Assert.Equal(1, await WaiveSecondPerson.Run([$"{held.Approval}", $"--Skyline:Data={site.Data}", "--reason=again"], output, error));
    }

    [Fact]
    public async Task Somebodys_own_tag_asks_for_no_second_person()
    {
        await using var site = await Site.Open();
        var ann = await site.Person("ann");
        await ann.CreateTag(new NewTag("ann/tools", Base: "paper"), Ct);
        Assert.Contains("somebody's own", await Two.Refused(ann.SetTag("ann/tools", new(SecondPerson: true), false, Ct), 409));
    }
}
