using System.Net;
using Skyline.Protocol;

namespace Skyline.Server.Tests.Hooks;

/// <summary>What each forge tells of a repository, in its own words, and what becomes of it.</summary>
public sealed class HookTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static readonly string one = HookSite.Commit(1), two = HookSite.Commit(2), three = HookSite.Commit(3);

    public static TheoryData<Forge> Forges() => [Forge.GitHub, Forge.GitLab, Forge.Forgejo, Forge.Pagure];

    [Theory]
    [MemberData(nameof(Forges))]
    public async Task A_push_to_a_named_branch_is_built_as_who_made_the_hook(Forge forge)
    {
        await using var site = await HookSite.Open(forge);

        var answer = await site.Deliver(site.Voice.Push("main", two, one, "hello.spec"), id: "f6266f16");

        Assert.Equal((HttpStatusCode.Created, DeliveryOutcome.Built), (answer.Status, answer.Said!.Outcome));
        var build = await site.Build(answer.Said);
        Assert.Equal((site.Voice.Repository, two, "packager", "paper", false, "hello-git-" + two[..12]), (build.Source!.Url, build.Source.Ref, build.Owner, build.Target, build.Scratch, build.Nvr));
        Assert.EndsWith($"/builds/{build.Id}", answer.Said.Address, StringComparison.Ordinal);
        var delivery = Assert.Single(await site.Deliveries());
        Assert.Equal(("push to branch main", DeliveryOutcome.Built, $"Commit {two[..12]} of branch main is build {build.Id}.", two, build.Id), (delivery.Event, delivery.Outcome, delivery.Said, delivery.Commit, delivery.Build));
        Assert.Equal(forge == Forge.Pagure ? ((PagureVoice)site.Voice).MessageId : "f6266f16", delivery.Delivery);
    }

    [Theory]
    [MemberData(nameof(Forges))]
    public async Task Rules_of_branches_and_tags_say_what_is_built_and_the_log_says_why_not(Forge forge)
    {
        await using var site = await HookSite.Open(forge);

        await Said(site, site.Voice.Push("dev", one, null, "hello.spec"), DeliveryOutcome.Skipped, "Push to branch dev: the rules name only main, rpms/**.");
        await Said(site, site.Voice.Push("rpms/f43/next", two, null, "hello.spec"), DeliveryOutcome.Built, $"Commit {two[..12]} of branch rpms/f43/next is build 1.");
        await Said(site, site.Voice.Tag("v1.0", three), DeliveryOutcome.Built, $"Commit {three[..12]} of tag v1.0 is build 2.");
        await Said(site, site.Voice.Tag("beta", three), DeliveryOutcome.Skipped, "Push to tag beta: the rules name only v*.");
        await Said(site, site.Voice.DeleteBranch("main", one), DeliveryOutcome.Skipped, "Branch main was deleted; there is nothing to build.");
        if (site.Voice.Ping(one) is { } ping) await Said(site, ping, DeliveryOutcome.Skipped, "The hook is set up: the signature is right.");
        Assert.Equal(2, (await site.Builds()).Count);
        Assert.Equal(site.Voice.Ping(one) is null ? 5 : 6, (await site.Deliveries()).Count);
    }

    static async Task Said(HookSite site, (string, string) what, DeliveryOutcome outcome, string said)
    {
        if (site.Voice is PagureVoice pagure) pagure.MessageId = Guid.NewGuid().ToString();
        var answer = await site.Deliver(Renamed(what, site.Voice));
        Assert.Equal((outcome, said), (answer.Said?.Outcome, answer.Said?.Said ?? answer.Text));
    }

    /// <summary>Each message of Pagure has a name of its own, in its body.</summary>
    static (string, string) Renamed((string Event, string Body) what, Voice voice) =>
        voice is PagureVoice pagure ? (what.Event, System.Text.RegularExpressions.Regex.Replace(what.Body, "\"msg_id\": \"[^\"]+\"", $"\"msg_id\": \"{pagure.MessageId}\"")) : what;

    [Theory]
    [MemberData(nameof(Forges))]
    public async Task Rules_of_paths_look_at_what_changed_and_what_is_not_told_whole_is_built(Forge forge)
    {
        await using var site = await HookSite.Open(forge, hook => hook with { Subdirectory = "packages/hello" });
        Assert.Equal(["packages/hello/**"], site.Added.Hook.Paths);

        await Said(site, site.Voice.Push("main", two, one, "packages/other/x.spec", "README"), DeliveryOutcome.Skipped, "Push to branch main: none of the 2 changed files is one of packages/hello/**.");
        await Said(site, site.Voice.Push("main", three, two, "README", "packages/hello/patches/a.patch"), DeliveryOutcome.Built, $"Commit {three[..12]} of branch main is build 1.");
        await Said(site, site.Voice.LargePush("main", HookSite.Commit(4), three), DeliveryOutcome.Built,
            $"Commit {HookSite.Commit(4)[..12]} of branch main is build 2. Which files changed is not told whole, so it is built. It replaces build 1.");
    }

    [Theory]
    [MemberData(nameof(Forges))]
    public async Task A_strangers_pull_request_is_held_until_somebody_has_it_built_and_then_is_a_scratch_build(Forge forge)
    {
        await using var site = await HookSite.Open(forge);

        var held = await site.Deliver(site.Voice.Opened(7, one));
        Assert.Equal((HttpStatusCode.OK, DeliveryOutcome.Held), (held.Status, held.Said!.Outcome));
        Assert.Contains("Pull request 7 is by stranger, who may not push", held.Said.Said, StringComparison.Ordinal);
        Assert.Empty(await site.Builds());

        var built = await site.Packager.BuildDelivery("hello", (await site.Deliveries())[0].Id, Ct);
        Assert.Equal((DeliveryOutcome.Built, one), (built.Outcome, built.Commit));
        var build = await site.Site.Admin.Build(built.Build!.Value, Ct);
        Assert.Equal((true, one, site.Voice.Repository), (build.Scratch, build.Source!.Ref, build.Source.Url));
    }

    [Theory]
    [MemberData(nameof(Forges))]
    public async Task New_commits_of_a_pull_request_end_its_older_build_and_closing_it_ends_the_last(Forge forge)
    {
        await using var site = await HookSite.Open(forge);

        var opened = await site.Deliver(site.Voice.Opened(7, one, fromFork: false));
        Next(site);
        var updated = await site.Deliver(site.Voice.Updated(7, two, fromFork: false));
        Assert.Equal((DeliveryOutcome.Built, DeliveryOutcome.Built), (opened.Said!.Outcome, updated.Said!.Outcome));
        Assert.Equal((BuildState.Cancelled, $"Cancelled by hook hello: build {updated.Said.Build} is of a newer commit of pull request 7."), (await Ended(site, opened.Said), (await site.Build(opened.Said)).Why));

        Next(site);
        var closed = await site.Deliver(site.Voice.Closed(7, two));
        Assert.Equal((DeliveryOutcome.Cancelled, $"Pull request 7 is closed, and build {updated.Said.Build} ends."), (closed.Said!.Outcome, closed.Said.Said));
        Assert.Equal(BuildState.Cancelled, await Ended(site, updated.Said));
    }

    static void Next(HookSite site)
    {
        if (site.Voice is PagureVoice pagure) pagure.MessageId = Guid.NewGuid().ToString();
    }

    static async Task<BuildState> Ended(HookSite site, HookAnswer said) => (await site.Build(said)).State;

    [Theory]
    [MemberData(nameof(Forges))]
    public async Task A_wrong_signature_and_an_address_of_nobody_are_answered_alike_and_leave_no_trace(Forge forge)
    {
        await using var site = await HookSite.Open(forge);
        var push = site.Voice.Push("main", two, one, "hello.spec");
        var other = forge == Forge.GitLab ? "whsec_" + Convert.ToBase64String(new byte[32]) : new string('0', 64);

        var wrong = await site.Deliver(push, secret: other);
        var unsigned = await site.Deliver(push, change: request => { foreach (var name in request.Headers.Where(header => header.Key.Contains("ignature", StringComparison.Ordinal) || header.Key.Contains("Token", StringComparison.Ordinal)).Select(header => header.Key).ToList()) request.Headers.Remove(name); });
        var changed = await site.Send(Changed(site, push));
        var nobody = await site.Deliver(push, address: site.Added.Hook.Address[..^1] + (site.Added.Hook.Address[^1] == '0' ? '1' : '0'));

        Assert.Equal(HttpStatusCode.Unauthorized, wrong.Status);
        Assert.All([unsigned, changed, nobody], answer => Assert.Equal((wrong.Status, Traceless(wrong.Text)), (answer.Status, Traceless(answer.Text))));
        Assert.Empty(await site.Deliveries());
        Assert.Empty(await site.Builds());
        Assert.Equal(3, (await site.Packager.Hook("hello", Ct)).WrongSignatures);
    }

    /// <summary>(Each request has a number of its own.)</summary>
    static string Traceless(string problem) => System.Text.RegularExpressions.Regex.Replace(problem, "\"traceId\":\"[^\"]*\"", "");

    /// <summary>Signed, and then another commit named in it.</summary>
    static HttpRequestMessage Changed(HookSite site, (string, string) push)
    {
        var request = site.Signed(push);
        var type = request.Content!.Headers.ContentType;
        request.Content = new StringContent(push.Item2.Replace(two, three, StringComparison.Ordinal));
        request.Content.Headers.ContentType = type;
        return request;
    }

    [Theory]
    [MemberData(nameof(Forges))]
    public async Task What_came_before_is_not_built_again_under_whatever_name_it_comes(Forge forge)
    {
        await using var site = await HookSite.Open(forge);
        var push = site.Voice.Push("main", two, one, "hello.spec");

        var first = await site.Deliver(push, id: "a");
        var again = await site.Deliver(push, id: "a");
        var renamed = await site.Deliver(push, id: "b");
        Next(site);
        var worded = await site.Deliver(Renamed((push.Item1, push.Item2.Replace("Update hello", "Update  hello", StringComparison.Ordinal) + " "), site.Voice), id: "c");

        Assert.All([again, renamed], answer => Assert.Equal((HttpStatusCode.OK, true, first.Said!.Build, $"This came before, and build {first.Said.Build} is of it."), (answer.Status, answer.Said!.Repeated, answer.Said.Build, answer.Said.Said)));
        Assert.Equal((DeliveryOutcome.Skipped, $"Commit {two[..12]} of branch main is built already: build {first.Said!.Build}."), (worded.Said!.Outcome, worded.Said.Said));
        Assert.Single(await site.Builds());
        Assert.Equal([0, 2], (await site.Deliveries()).Select(delivery => delivery.Repeats));
    }

    [Theory]
    [MemberData(nameof(Forges))]
    public async Task A_delivery_of_another_repository_is_refused_with_the_address_that_it_names(Forge forge)
    {
        await using var site = await HookSite.Open(forge);
        var here = site.Voice.Repository;
        site.Voice.Repository = here.Replace("/hello", "/renamed", StringComparison.Ordinal);
        var push = await site.Deliver(site.Voice.Push("main", two, one, "hello.spec"));
        Next(site);
        var pull = await site.Deliver(site.Voice.Opened(7, one));

        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.Conflict), (push.Status, pull.Status));
        Assert.Contains($"and this hook is for {here} alone", push.Text, StringComparison.Ordinal);
        Assert.Contains("/renamed", push.Text, StringComparison.Ordinal);
        Assert.Empty(await site.Builds());
        Assert.All(await site.Deliveries(), delivery => Assert.Equal(DeliveryOutcome.Refused, delivery.Outcome));
    }
}
