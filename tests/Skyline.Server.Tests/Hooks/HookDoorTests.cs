using System.Net;
using System.Text;
using Skyline.Protocol;
using Skyline.Server.Hooks;

namespace Skyline.Server.Tests.Hooks;

/// <summary>The door of hooks: who is let in, how much, and how often; and whose the hooks and their builds are.</summary>
public sealed class HookDoorTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static readonly string one = HookSite.Commit(1), two = HookSite.Commit(2), three = HookSite.Commit(3), four = HookSite.Commit(4);

    [Fact]
    public async Task The_same_delivery_many_times_at_once_is_one_build()
    {
        await using var site = await HookSite.Open(Forge.GitHub);
        var push = site.Voice.Push("main", two, one, "hello.spec");

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(n => site.Deliver(push, id: $"id-{n}")));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.Created);
        Assert.All(answers, answer => Assert.Equal(1, answer.Said!.Build));
        Assert.Single(await site.Builds());
    }

    [Fact]
    public async Task A_newer_commit_takes_the_place_of_one_that_waits_and_one_that_comes_late_is_left()
    {
        await using var site = await HookSite.Open(Forge.GitHub);

        var first = await site.Deliver(site.Voice.Push("main", two, one));
        var other = await site.Deliver(site.Voice.Push("rpms/f43", three, one));
        var newer = await site.Deliver(site.Voice.Push("main", four, three));
        var late = await site.Deliver(site.Voice.Push("main", three, two));
        var back = await site.Deliver(site.Voice.Push("main", three, four));

        Assert.Equal((BuildState.Cancelled, BuildState.Waiting), ((await site.Build(first.Said)).State, (await site.Build(other.Said)).State));
        Assert.Equal(DeliveryOutcome.Built, newer.Said!.Outcome);
        Assert.Equal((DeliveryOutcome.Skipped, $"A newer commit of branch main came first, as build {newer.Said.Build}."), (late.Said!.Outcome, late.Said.Said));
        // The branch was put back to it: that is no delay.
        Assert.Equal(DeliveryOutcome.Built, back.Said!.Outcome);
    }

    [Fact]
    public async Task A_hook_builds_only_while_its_owner_may()
    {
        await using var site = await HookSite.Open(Forge.GitHub);
        await site.Site.Admin.EditPerson("packager", new PersonEdit("viewer"), Ct);
        var viewer = await site.Deliver(site.Voice.Push("main", two, one));
        await site.Site.Admin.EditPerson("packager", new PersonEdit("packager", Disabled: true), Ct);
        var disabled = await site.Deliver(site.Voice.Push("main", three, two));
        await site.Site.Admin.EditPerson("packager", new PersonEdit(Disabled: false), Ct);
        var again = await site.Deliver(site.Voice.Push("main", four, three));

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.Created), (viewer.Status, disabled.Status, again.Status));
        Assert.Contains("builds as packager, who may not build any more", viewer.Text, StringComparison.Ordinal);
        // What was refused then can be had now, by somebody's word.
        Assert.Equal(DeliveryOutcome.Built, (await site.Packager.BuildDelivery("hello", (await site.Deliveries())[^1].Id, Ct)).Outcome);
    }

    [Fact]
    public async Task A_hook_of_a_private_tag_builds_while_its_owner_sees_that()
    {
        await using var site = await HookSite.Open(Forge.GitHub);
        var admin = site.Site.Admin;
        await admin.CreateTag(new NewTag("umbra", "paper-1", ["x86_64"], Private: true), Ct);
        await admin.CreateTarget(new NewTarget("umbra", "umbra", "umbra"), Ct);
        var wanted = new NewHook("dark", site.Voice.Repository, "umbra", Forge.GitHub, Branches: ["main"], Scratch: true);
        Assert.Equal(404, (await Assert.ThrowsAsync<RefusedException>(() => site.Packager.AddHook(wanted, Ct))).Status);
        await admin.EditAccess("umbra", new TagGrantEdit("packager", Grant: ["build"]), Ct);
        var dark = await site.Packager.AddHook(wanted, Ct);

        var built = await site.Deliver(site.Voice.Push("main", one, null), secret: dark.Secret, address: dark.Hook.Address);
        Assert.Equal((HttpStatusCode.Created, "umbra"), (built.Status, (await site.Packager.Build(built.Said!.Build!.Value, Ct)).Target));
        await admin.EditAccess("umbra", new TagGrantEdit("packager", Revoke: ["build"]), Ct);
        var unseen = await site.Deliver(site.Voice.Push("main", two, one), secret: dark.Secret, address: dark.Hook.Address);
        Assert.Equal(HttpStatusCode.NotFound, unseen.Status);
        Assert.Contains("There is no target 'umbra'", unseen.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_hook_builds_is_noted_as_its_owners_and_what_it_only_hears_is_not()
    {
        await using var site = await HookSite.Open(Forge.GitHub);
        var before = await site.Site.Admin.AuditHead(Ct);
        await site.Deliver(site.Voice.Ping(one)!.Value);
        await site.Deliver(site.Voice.Push("dev", one, null));
        Assert.Equal(before, await site.Site.Admin.AuditHead(Ct));

        await site.Deliver(site.Voice.Push("main", two, one));

        var entry = (await site.Site.Admin.Audit(null, "build 1", null, null, 10, Ct)).Entries[0];
        Assert.Equal(("person", "packager", "hook hello", "POST /hooks/{key}", "submitted from Git"), (entry.Kind, entry.Who, entry.With, entry.Door, entry.Act));
        var made = (await site.Site.Admin.Audit(null, "hook hello", null, null, 10, Ct)).Entries[0];
        Assert.Equal(("packager", "made"), (made.Who, made.Act));
        Assert.DoesNotContain(site.Secret, made.After!.Value.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_target_that_is_gone_or_locked_is_said_in_the_log()
    {
        await using var site = await HookSite.Open(Forge.GitHub);
        await site.Site.Admin.SetTag("paper", new(Locked: true), preview: false, Ct);

        var locked = await site.Deliver(site.Voice.Push("main", two, one));

        Assert.Equal(HttpStatusCode.Conflict, locked.Status);
        Assert.Contains("locked", (await site.Deliveries())[0].Said, StringComparison.Ordinal);
        // A scratch build goes nowhere.
        Assert.Equal(DeliveryOutcome.Built, (await site.Deliver(site.Voice.Opened(7, one, fromFork: false))).Said!.Outcome);
    }

    [Fact]
    public async Task Both_secrets_are_good_for_a_week_after_a_rotation_and_one_that_is_replaced_at_once_is_not()
    {
        await using var site = await HookSite.Open(Forge.Forgejo);
        var (before, rotated) = (site.Secret, await site.Packager.RotateHook("hello", new(), Ct));

        Assert.NotNull(rotated.Hook.EarlierSecretUntil);
        Assert.Equal(HttpStatusCode.Created, (await site.Deliver(site.Voice.Push("main", one, null), secret: before)).Status);
        Assert.Equal(HttpStatusCode.Created, (await site.Deliver(site.Voice.Push("main", two, one), secret: rotated.Secret)).Status);
        site.Time.Pass(TimeSpan.FromDays(7.1));
        Assert.Equal(HttpStatusCode.Unauthorized, (await site.Deliver(site.Voice.Push("main", three, two), secret: before)).Status);
        Assert.Equal(HttpStatusCode.Created, (await site.Deliver(site.Voice.Push("main", three, two), secret: rotated.Secret)).Status);
        var last = await site.Packager.RotateHook("hello", new(AtOnce: true), Ct);
        Assert.Equal(HttpStatusCode.Unauthorized, (await site.Deliver(site.Voice.Push("main", four, three), secret: rotated.Secret)).Status);
        Assert.Equal(HttpStatusCode.Created, (await site.Deliver(site.Voice.Push("main", four, three), secret: last.Secret)).Status);
    }

    [Fact]
    public async Task Secrets_and_tokens_are_sealed_at_rest_and_gone_with_the_hook()
    {
        await using var site = await HookSite.Open(Forge.GitHub, hook => hook with { ForgeToken = "ghp_secret_token_of_the_forge" });
        await site.Deliver(site.Voice.Push("main", one, null));
        await site.Packager.RemoveHook("hello", Ct);

        var (status, _) = ((await site.Deliver(site.Voice.Push("main", two, one))).Status, await Assert.ThrowsAsync<RefusedException>(() => site.Packager.Hook("hello", Ct)));
        Assert.Equal(HttpStatusCode.Unauthorized, status);
        foreach (var file in Directory.EnumerateFiles(site.Site.Data, "skyline.db*"))
        {
            await using var open = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var bytes = new MemoryStream();
            await open.CopyToAsync(bytes, Ct);
            var text = Encoding.Latin1.GetString(bytes.ToArray());
            Assert.DoesNotContain(site.Secret, text, StringComparison.Ordinal);
            Assert.DoesNotContain("ghp_secret", text, StringComparison.Ordinal);
        }
        Assert.Single(await site.Builds());
    }

    [Fact]
    public async Task A_flood_of_one_hook_is_told_to_come_again_and_nothing_of_it_is_remembered()
    {
        await using var site = await HookSite.Open(Forge.GitHub);
        var ping = site.Voice.Ping(one)!.Value;
        // (A minute may end meanwhile, and counting begins anew.)
        HookSite.Answer refused;
        var sent = 0;
        do refused = await site.Deliver((ping.Event, $"{ping.Body} {new string(' ', ++sent)}"));
        while (refused.Status == HttpStatusCode.OK && sent < 3 * HookFlood.OfHook);

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        Assert.InRange(refused.RetryAfter!.Value.TotalSeconds, 1, 60);
        site.Time.Pass(TimeSpan.FromMinutes(1));
        Assert.False((await site.Deliver((ping.Event, $"{ping.Body} {new string(' ', sent)}"))).Said!.Repeated);
    }

    [Fact]
    public async Task A_flood_from_one_address_ends_before_its_bodies_are_read()
    {
        await using var site = await HookSite.Open(Forge.GitHub);
        var (http, sent) = (site.Site.Http(), 0);
        HttpStatusCode status;
        do
        {
            using var answer = await http.PostAsync($"hooks/{++sent}", new StringContent("{}"), Ct);
            status = answer.StatusCode;
        }
        while (status == HttpStatusCode.Unauthorized && sent < 3 * HookFlood.FromAddress);

        Assert.Equal(HttpStatusCode.TooManyRequests, status);
        site.Time.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.Created, (await site.Deliver(site.Voice.Push("main", one, null))).Status);
    }

    [Fact]
    public async Task No_more_than_twenty_builds_of_a_hook_wait_and_what_is_too_many_can_come_again()
    {
        await using var site = await HookSite.Open(Forge.GitHub, hook => hook with { Branches = ["**"] });
        for (var n = 0; n < 20; n++) Assert.Equal(HttpStatusCode.Created, (await site.Deliver(site.Voice.Push($"b{n}", HookSite.Commit(100 + n), null))).Status);

        var push = site.Voice.Push("b20", HookSite.Commit(120), null);
        var many = await site.Deliver(push);
        Assert.Equal((HttpStatusCode.TooManyRequests, 60), (many.Status, many.RetryAfter?.TotalSeconds));
        Assert.Contains("20 builds of this hook wait", many.Text, StringComparison.Ordinal);
        // A newer commit of a branch that waits takes that one's place.
        Assert.Equal(HttpStatusCode.Created, (await site.Deliver(site.Voice.Push("b7", HookSite.Commit(200), HookSite.Commit(107)))).Status);
        await site.Packager.Cancel(1, Ct);
        Assert.Equal(HttpStatusCode.Created, (await site.Deliver(push)).Status);
        Assert.Equal(20, (await site.Packager.Hook("hello", Ct)).Waiting);
    }

    [Fact]
    public async Task A_body_is_bounded_and_what_cannot_be_read_is_said()
    {
        await using var site = await HookSite.Open(Forge.GitHub);

        await using (var large = await RawHttp.Ask(site.Site.Address, $"POST {new Uri(site.Added.Hook.Address).AbsolutePath} HTTP/1.1\r\nHost: x\r\nContent-Length: {(25 << 20) + 1}\r\n\r\n"))
        {
            using var reader = new StreamReader(large);
            Assert.Equal("HTTP/1.1 413 Payload Too Large", await reader.ReadLineAsync(Ct));
        }
        var padded = site.Voice.Push("main", one, null);
        Assert.Equal(HttpStatusCode.Created, (await site.Deliver((padded.Event, padded.Body + new string(' ', 3 << 20)))).Status);
        foreach (var (body, said) in new[]
        {
            ("not JSON", "no JSON"), ("[]", "neither a branch nor a tag"), ("""{"ref": 7}""", "neither a branch nor a tag"), ("""{"ref": "refs/heads/--upload-pack=x", "after": "x"}""", "does not let any be called"),
            (new string('[', 5000) + new string(']', 5000), "no JSON"),
        })
        {
            var answer = await site.Deliver(("push", body));
            Assert.Equal(HttpStatusCode.Conflict, answer.Status);
            Assert.Contains(said, answer.Text, StringComparison.Ordinal);
        }
        var pull = await site.Deliver(("pull_request", """{"action": "opened", "number": -1, "pull_request": {}}"""));
        Assert.Contains("no pull request", pull.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_with_the_payload_in_it_is_read_as_well()
    {
        await using var site = await HookSite.Open(Forge.GitHub);
        var (name, body) = site.Voice.Push("main", two, one, "hello.spec");

        using var request = site.Signed((name, "payload=" + WebUtility.UrlEncode(body)), type: "application/x-www-form-urlencoded");

        Assert.Equal(HttpStatusCode.Created, (await site.Send(request)).Status);
    }

    [Fact]
    public async Task A_pull_request_whose_commits_are_on_another_host_is_refused()
    {
        await using var site = await HookSite.Open(Forge.GitHub, hook => hook with { PullRequests = PullRequestsOf.Anybody });
        var (name, body) = site.Voice.Opened(7, one);
        var elsewhere = body.Replace(new Uri(site.Voice.Repository).GetLeftPart(UriPartial.Authority) + "/stranger", "https://evil.example.org/stranger", StringComparison.Ordinal);

        Assert.Contains("on another host", (await site.Deliver((name, elsewhere))).Text, StringComparison.Ordinal);
        var anybody = await site.Deliver((name, body));
        Assert.Equal((DeliveryOutcome.Built, true), (anybody.Said!.Outcome, (await site.Build(anybody.Said)).Scratch));
    }

    [Fact]
    public async Task Gitea_speaks_as_Forgejo_does_under_its_own_names()
    {
        await using var site = await HookSite.Open(Forge.Gitea);
        var brandless = await site.Deliver(site.Voice.Push("main", one, null), change: request => { request.Headers.Remove("X-Gitea-Signature"); request.Headers.Remove("X-Gitea-Event"); });
        var spoiled = await site.Deliver(site.Voice.Push("main", two, one), change: request => { request.Headers.Remove("X-Gitea-Signature"); request.Headers.Add("X-Gitea-Signature", new string('0', 64)); });

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Unauthorized), (brandless.Status, spoiled.Status));
        Assert.Equal(HttpStatusCode.Created, (await site.Deliver(site.Voice.Push("main", two, one))).Status);
        Assert.Equal(DeliveryOutcome.Built, (await site.Deliver(site.Voice.Opened(7, three, fromFork: false))).Said!.Outcome);
    }

    [Fact]
    public async Task GitLabs_older_token_will_do_and_a_signature_that_is_wrong_or_old_is_not_made_up_for_by_it()
    {
        await using var site = await HookSite.Open(Forge.GitLab);
        var voice = (GitLabVoice)site.Voice;

        void AddToken(HttpRequestMessage request) => request.Headers.Add("X-Gitlab-Token", site.Secret);
        void Spoil(HttpRequestMessage request)
        {
            AddToken(request);
            request.Headers.Remove("webhook-timestamp");
            request.Headers.Add("webhook-timestamp", "1764521107");
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await site.Deliver(voice.Push("main", one, null), change: Spoil)).Status);
        using var old = site.Signed(voice.Push("main", one, null));
        site.Time.Pass(TimeSpan.FromMinutes(11));
        var late = await site.Send(old);
        Assert.Equal(HttpStatusCode.BadRequest, late.Status);
        Assert.Contains("more than ten minutes ago", late.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Created, (await site.Deliver(voice.Push("main", one, null), change: AddToken)).Status);
        voice.OnlyToken = true;
        Assert.Equal(HttpStatusCode.Created, (await site.Deliver(voice.Push("main", two, one))).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await site.Deliver(voice.Push("main", three, two), secret: site.Secret[..^1])).Status);
        Assert.Equal("Pull request 7 has no new commits.", (await site.Deliver(voice.Edited(7, one))).Said!.Said);
    }

    [Fact]
    public async Task Pagures_time_is_signed_and_held_to_and_its_older_signature_will_do_where_there_is_no_newer()
    {
        await using var site = await HookSite.Open(Forge.Pagure);
        var voice = (PagureVoice)site.Voice;
        voice.At = TimeProvider.System.GetUtcNow().AddMinutes(-11);
        Assert.Equal(HttpStatusCode.BadRequest, (await site.Deliver(voice.Push("main", one, null))).Status);
        (voice.At, voice.Old) = (TimeProvider.System.GetUtcNow(), true);
        Assert.Equal(HttpStatusCode.Created, (await site.Deliver(voice.Push("main", one, null))).Status);
        var wrongNew = await site.Deliver(voice.Push("main", two, one), change: request => request.Headers.Add("X-Pagure-Signature-256", new string('0', 64)));
        Assert.Equal(HttpStatusCode.Unauthorized, wrongNew.Status);
        Assert.Null(site.Added.Secret);
        Assert.Equal(400, (await Assert.ThrowsAsync<RefusedException>(() => site.Packager.RotateHook("hello", new(), Ct))).Status);
        Assert.Null((await site.Packager.RotateHook("hello", new(Secret: "ANOTHERKEYOFPAGURE0123456789"), Ct)).Secret);
    }

    [Fact]
    public async Task Hooks_are_their_owners_and_administrators_alone()
    {
        await using var site = await HookSite.Open(Forge.GitHub);
        var other = await site.Site.Person("other");

        Assert.Empty(await other.Hooks(Ct));
        foreach (var act in new Func<Task>[] { () => other.Hook("hello", Ct), () => other.EditHook("hello", new(Scratch: true), Ct), () => other.RotateHook("hello", new(), Ct), () => other.RemoveHook("hello", Ct), () => other.HookDeliveries("hello", Ct), () => other.BuildDelivery("hello", 1, Ct) })
            Assert.Equal(404, (await Assert.ThrowsAsync<RefusedException>(act)).Status);
        Assert.Equal("packager", Assert.Single(await site.Site.Admin.Hooks(Ct)).Owner);
        Assert.Equal(["main"], (await site.Site.Admin.EditHook("hello", new(Branches: ["main"]), Ct)).Branches);
        Assert.Equal((2, "v*"), ((await site.Site.Admin.EditHook("hello", new(Branches: ["main", "x"]), Ct)).Branches.Count, (await site.Packager.Hook("hello", Ct)).Tags[0]));
    }

    [Fact]
    public async Task What_is_no_hook_is_refused_when_it_is_made()
    {
        await using var site = await HookSite.Open(Forge.GitHub);
        var good = new NewHook("next", site.Voice.Repository, "paper", Forge.GitHub, Branches: ["main"]);
        foreach (var (bad, status) in new (NewHook, int)[]
        {
            (good with { Name = "../x" }, 400), (good with { Url = "file:///etc" }, 400), (good with { Url = "https://u:p@git.example.org/x" }, 400), (good with { Target = "nowhere" }, 404), (good with { Branches = null }, 400), (good with { Branches = ["a b"] }, 400),
            (good with { Branches = [new string('a', 300)] }, 400), (good with { Branches = [.. Enumerable.Repeat("x", 21)] }, 400), (good with { Secret = "mine, which is not taken" }, 400), (good with { Forge = Forge.Pagure }, 400), (good with { Forge = Forge.Pagure, Secret = "short" }, 400),
            (good with { Api = "http://user@127.0.0.1/" }, 400), (good with { Api = "ftp://127.0.0.1/" }, 400), (good with { ForgeToken = "two words" }, 400), (good with { Subdirectory = "../x" }, 400), (good with { Name = "hello" }, 409), (good with { Forge = (Forge)9 }, 400),
        })
            Assert.Equal(status, (await Assert.ThrowsAsync<RefusedException>(() => site.Packager.AddHook(bad, Ct))).Status);
        await (await site.Site.Person("ann")).CreateTag(new("ann/tools", Base: "paper"), Ct);
        Assert.Equal(403, (await Assert.ThrowsAsync<RefusedException>(() => site.Packager.AddHook(good with { Target = "ann/tools" }, Ct))).Status);
    }

    [Theory]
    [InlineData("main", "main", true)]
    [InlineData("main", "main2", false)]
    [InlineData("*", "main", true)]
    [InlineData("*", "rpms/main", false)]
    [InlineData("**", "rpms/main", true)]
    [InlineData("rpms/*", "rpms/f43", true)]
    [InlineData("rpms/*", "rpms/f43/next", false)]
    [InlineData("rpms/**", "rpms/f43/next", true)]
    [InlineData("v*.*", "v1.2", true)]
    [InlineData("v?", "v1", true)]
    [InlineData("v?", "v/", false)]
    [InlineData("**/*.spec", "a/b/hello.spec", true)]
    [InlineData("**.spec", "hello.spec", true)]
    [InlineData("a*b*c", "a/b/c", false)]
    [InlineData("a**b*c", "a/b/bxc", true)]
    [InlineData("", "x", false)]
    [InlineData("*", "", true)]
    [InlineData("a*", "", false)]
    public void A_pattern_stands_for_what_its_stars_may_take(string pattern, string text, bool matches) => Assert.Equal(matches, Glob.Matches(pattern, text));

    [Fact]
    public void A_pattern_that_is_made_to_take_long_does_not() => Assert.False(Glob.Matches(string.Concat(Enumerable.Repeat("**a*", 40)) + "b", new string('a', 4000)));
}
