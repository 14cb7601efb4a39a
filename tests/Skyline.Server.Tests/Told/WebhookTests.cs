using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Skyline.Protocol;
using Skyline.Server.Storage;
using Skyline.Server.Tests.Chains;
using Skyline.Server.Tests.People;
using Skyline.Server.Tests.SideTags;
using Skyline.Testing;

namespace Skyline.Server.Tests.Told;

/// <summary>Webhooks: who asked is told what they asked for and may know, signed, once or more, and sees what became of it.</summary>
public sealed class WebhookTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;
    const string Local = "--Skyline:TellLocalAddresses=true";

    static Task<RefusedException> Refused(Func<Task> act) => Assert.ThrowsAsync<RefusedException>(act);

    static WebhookMessage Read(Received got) => JsonSerializer.Deserialize(got.Body, SkylineJson.Default.WebhookMessage)!;

    /// <summary>As a receiver checks it that knows one secret.</summary>
    static bool IsSignedWith(string secret, Received got)
    {
        var text = $"{got.Headers["webhook-id"]}.{got.Headers["webhook-timestamp"]}.{got.Body}";
        var right = "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), Encoding.UTF8.GetBytes(text)));
        return got.Headers["webhook-signature"].Split(' ').Contains(right);
    }

    static async Task<BuildDetails> Submit(SkylineClient client, string name, bool scratch = true)
    {
        var srpm = Papers.Source(name, "1", "1", exclusiveArch: "x86_64");
        return await client.Submit(srpm.Open(), srpm.FileName, "paper", scratch, Ct);
    }

    static async Task<LeasedRun> Fail(Site site)
    {
        var builder = new PaperBuilder(site.LocalBuilder);
        var run = await builder.Lease();
        await builder.Report(run.RunId, RunOutcome.Failed, "It does not compile.");
        return run;
    }

    [Fact]
    public async Task Who_submits_a_build_is_told_how_it_begins_and_ends_signed_with_their_hooks_secret()
    {
        await using var site = await Site.Open(null, null, Local, "--Skyline:PublicUrl=https://build.example.org/");
        await using var receiver = await Receiver.Open();
        var ann = await site.Person("ann");
        var hook = await ann.AddWebhook(new(new Uri(receiver.Address, "/ann").AbsoluteUri, ["all"]), Ct);
        await Submit(await site.Person("bob"), "other");
        await Fail(site);
        var build = await Submit(ann, "hello");
        await Fail(site);

        // (Two are sent at a time, so either may come first.)
        var got = new[] { await receiver.Next(), await receiver.Next() };

        Assert.Equal(["build.started", "build.failed"], got.Select(one => Read(one).Type).OrderDescending());
        var (started, failed) = (got.Single(one => Read(one).Type == "build.started"), got.Single(one => Read(one).Type == "build.failed"));
        var told = Read(failed);
        Assert.Equal((build.Id, "hello-1-1", BuildState.Failed, "ann", $"https://build.example.org/builds/{build.Id}"), (told.Data.Build!.Id, told.Data.Build.Nvr, told.Data.Build.State, told.Data.Build.Owner, told.Data.Build.Link));
        Assert.Equal((true, true), (IsSignedWith(hook.Secret, started), IsSignedWith(hook.Secret, failed)));
        Assert.NotEqual(started.Headers["webhook-id"], failed.Headers["webhook-id"]);
        Assert.Equal(0, receiver.Left);
    }

    [Fact]
    public async Task The_manuals_example_is_what_is_sent()
    {
        await using var site = await Site.Open(null, null, Local, "--Skyline:PublicUrl=https://build.example.org");
        await using var receiver = await Receiver.Open();
        var ann = await site.Person("ann");
        await ann.AddWebhook(new(receiver.Address.AbsoluteUri, ["build.failed"]), Ct);
        await Submit(ann, "hello");
        await Fail(site);

        var manual = (await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "docs", "notifications.md"), Ct)).Split("```json\n")[1].Split("\n```")[0];
        using var example = JsonDocument.Parse(manual);
        using var sent = JsonDocument.Parse((await receiver.Next()).Body);
        Assert.Equal(Shape(example.RootElement), Shape(sent.RootElement));
        Assert.Equal("hello-1-1", sent.RootElement.GetProperty("data").GetProperty("build").GetProperty("nvr").GetString());

        static string Shape(JsonElement one) => one.ValueKind == JsonValueKind.Object ? "{" + string.Join(",", one.EnumerateObject().Select(part => part.Name + ":" + Shape(part.Value))) + "}" : one.ValueKind is JsonValueKind.True or JsonValueKind.False ? "bool" : one.ValueKind.ToString();
    }

    [Fact]
    public async Task A_tags_hook_is_told_what_comes_into_it_and_of_its_new_state()
    {
        await using var site = await Site.Open(null, null, Local);
        await using var receiver = await Receiver.Open();
        await site.Admin.AddWebhook(new(receiver.Address.AbsoluteUri, ["build.finished", "tag.tagged", "tag.untagged", "snapshot.published"], Tag: "paper"), Ct);
        var build = await Submit(site.Admin, "hello", scratch: false);
        await new PaperBuilder(site.LocalBuilder).Build(Papers.Source("hello", "1", "1.pp1"), Papers.Binary("hello", "1", "1.pp1", "x86_64", "hello-1-1.pp1.src.rpm"));

        var told = new[] { Read(await receiver.Next()), Read(await receiver.Next()), Read(await receiver.Next()) };
        Assert.Equal(["build.finished", "snapshot.published", "tag.tagged"], told.Select(message => message.Type).Order());
        Assert.Equal(("paper", "hello-1-1.pp1", "/tags/paper"), told.Single(message => message.Type == "tag.tagged").Data is var data ? (data.Tag!.Name, data.Build!.Nvr, data.Tag.Link) : default);

        await site.Admin.UntagBuilds("paper", new([$"{build.Id}"]), preview: false, Ct);
        var then = new[] { Read(await receiver.Next()), Read(await receiver.Next()) };
        Assert.Equal(["snapshot.published by ", "tag.untagged by admin"], then.Select(message => $"{message.Type} by {message.Data.By}").Order());
    }

    [Fact]
    public async Task What_happens_in_a_private_tag_is_told_to_who_may_read_it_as_long_as_they_may()
    {
        await using var site = await Site.Open(null, null, Local);
        await using var receiver = await Receiver.Open();
        var (ann, rel) = (await site.Person("ann"), new SkylineClient(site.Http((await site.Admin.AddPerson(new("rel", "release-engineer"), Ct)).Token)));
        await site.Admin.CreateTag(new NewTag("umbra", "paper-1", ["x86_64"], Private: true), Ct);
        await site.Admin.CreateTarget(new NewTarget("umbra", "umbra", "umbra"), Ct);
        await site.Admin.EditAccess("umbra", new TagGrantEdit("ann", Grant: ["build"]), Ct);
        await ann.AddWebhook(new(new Uri(receiver.Address, "/ann").AbsoluteUri, ["build.failed"]), Ct);
        await rel.AddWebhook(new(new Uri(receiver.Address, "/rel").AbsoluteUri, ["build.failed"], Instance: true), Ct);
        await ann.Send("umbra", "moonshot", "1");
        await Fail(site);
        Assert.Equal("/ann", (await receiver.Next()).Path);

        await ann.Send("umbra", "moonshot", "2");
        await site.Admin.EditAccess("umbra", new TagGrantEdit("ann", Revoke: ["build"]), Ct);
        await Fail(site);
        await Submit(await site.Person("bob"), "hello");
        await Fail(site);
        var next = await receiver.Next();
        Assert.Equal(("/rel", "hello-1-1"), (next.Path, Read(next).Data.Build!.Nvr));
        Assert.Equal(0, receiver.Left);
    }

    [Fact]
    public async Task Who_may_not_ask_for_it_is_refused_and_who_may_no_longer_is_told_no_more()
    {
        await using var site = await Site.Open(null, null, Local);
        await using var receiver = await Receiver.Open();
        var (ann, rel) = (await site.Person("ann"), new SkylineClient(site.Http((await site.Admin.AddPerson(new("rel", "release-engineer"), Ct)).Token)));
        Assert.Equal(403, (await Refused(() => ann.AddWebhook(new(receiver.Address.AbsoluteUri, ["all"], Instance: true), Ct))).Status);
        Assert.Equal(403, (await Refused(() => ann.AddWebhook(new(receiver.Address.AbsoluteUri, ["all"], Tag: "paper"), Ct))).Status);
        var hook = await rel.AddWebhook(new(receiver.Address.AbsoluteUri, ["build.started"], Instance: true), Ct);
        Assert.Equal(404, (await Refused(() => ann.RemoveWebhook(hook.Id, Ct))).Status);
        Assert.Equal(404, (await Refused(() => ann.Deliveries(hook.Id, Ct))).Status);
        Assert.Empty(await ann.Webhooks(Ct, all: true));
        await site.Admin.AddWebhook(new(receiver.Address.AbsoluteUri, ["build.failed"], Instance: true), Ct);
        await Submit(ann, "first");
        await Fail(site);
        Assert.Equal(["build.failed first-1-1", "build.started first-1-1"], new[] { await Next(), await Next() }.Order());

        await site.Admin.EditPerson("rel", new(Role: "packager"), Ct);
        await Submit(ann, "second");
        await Fail(site);
        Assert.Equal("build.failed second-1-1", await Next());
        Assert.Single((await site.Admin.Deliveries(hook.Id, Ct)).Deliveries);

        async Task<string> Next() => Read(await receiver.Next()) is var message ? $"{message.Type} {message.Data.Build!.Nvr}" : "";
    }

    [Fact]
    public async Task Of_a_private_tag_who_may_not_see_it_is_told_nothing_and_not_that_it_is_there()
    {
        await using var site = await Site.Open(null, null, Local);
        await using var receiver = await Receiver.Open();
        var rel = new SkylineClient(site.Http((await site.Admin.AddPerson(new("rel", "release-engineer"), Ct)).Token));
        foreach (var (who, path) in new[] { (rel, "/rel"), (site.Admin, "/admin") }) await who.AddWebhook(new(new Uri(receiver.Address, path).AbsoluteUri, ["snapshot.published"], Instance: true), Ct);

        await site.Admin.CreateTag(new NewTag("umbra", "paper-1", ["x86_64"], Private: true), Ct);
        await site.Admin.CreateTag(new NewTag("sol", "paper-1", ["x86_64"]), Ct);

        var told = new[] { await receiver.Next(), await receiver.Next(), await receiver.Next() };
        Assert.Equal(["/admin sol", "/admin umbra", "/rel sol"], told.Select(one => $"{one.Path} {Read(one).Data.Tag!.Name}").Order(StringComparer.Ordinal));
        Assert.Equal(404, (await Refused(() => rel.AddWebhook(new("https://example.org/", ["all"], Tag: "umbra"), Ct))).Status);
    }

    [Fact]
    public async Task An_address_that_nothing_is_told_at_is_refused_at_once()
    {
        await using var site = await Site.Open();
        foreach (var url in new[] { "ftp://example.org/", "https://me:secret@example.org/", "https://example.org/#part", "https://example.org/a b", "http://169.254.169.254/latest/meta-data", "http://[::1]/", "http://2130706433/", "javascript:alert(1)" })
            Assert.Equal((url, 400), (url, (await Refused(() => site.Admin.AddWebhook(new(url, ["all"]), Ct))).Status));
    }

    [Fact]
    public async Task A_hook_is_told_of_what_there_is_and_of_something()
    {
        await using var site = await Site.Open();
        Assert.StartsWith("'build.exploded' is nothing that a webhook of your own things is told of: build.started,", (await Refused(() => site.Admin.AddWebhook(new("https://example.org/", ["build.exploded"]), Ct))).Message);
        Assert.Equal(400, (await Refused(() => site.Admin.AddWebhook(new("https://example.org/", ["tag.tagged"]), Ct))).Status);
        Assert.Equal(400, (await Refused(() => site.Admin.AddWebhook(new("https://example.org/", []), Ct))).Status);
        Assert.Equal(404, (await Refused(() => site.Admin.AddWebhook(new("https://example.org/", ["all"], Tag: "none"), Ct))).Status);
        for (var one = 0; one < 20; one++) await site.Admin.AddWebhook(new("https://example.org/", ["all"]), Ct);
        Assert.Equal(409, (await Refused(() => site.Admin.AddWebhook(new("https://example.org/", ["all"]), Ct))).Status);
    }

    [Fact]
    public async Task For_a_day_after_a_rotation_both_secrets_are_good()
    {
        var later = new LaterTime();
        await using var site = await Site.Open(null, services => services.AddSingleton<TimeProvider>(later), Local);
        await using var receiver = await Receiver.Open();
        var before = await site.Admin.AddWebhook(new(receiver.Address.AbsoluteUri, ["all"]), Ct);
        var after = await site.Admin.RotateWebhook(before.Id, Ct);
        await site.Admin.TestWebhook(before.Id, Ct);
        var got = await receiver.Next();
        Assert.Equal((true, true, "ping", "admin"), (IsSignedWith(before.Secret, got), IsSignedWith(after.Secret, got), Read(got).Type, Read(got).Data.By));

        later.Pass(TimeSpan.FromHours(25));
        await site.Admin.TestWebhook(before.Id, Ct);
        got = await receiver.Next();
        Assert.Equal((false, true), (IsSignedWith(before.Secret, got), IsSignedWith(after.Secret, got)));
    }

    [Fact]
    public async Task What_became_of_a_delivery_is_seen_and_it_is_sent_once_more_under_its_id()
    {
        await using var site = await Site.Open(null, null, Local);
        await using var receiver = await Receiver.Open();
        receiver.Answer = async context => { context.Response.StatusCode = 500; await context.Response.WriteAsync("no room\u0007"); };
        var hook = await site.Admin.AddWebhook(new(receiver.Address.AbsoluteUri, ["all"]), Ct);
        var put = await site.Admin.TestWebhook(hook.Id, Ct);
        var id = (await receiver.Next()).Headers["webhook-id"];

        var tried = await site.Admin.Delivery(hook.Id, put.Id, 30, Ct);
        Assert.Equal((DeliveryState.Waiting, 1, 500, "no room\uFFFD", id), (tried.State, tried.Tries, tried.Status, tried.Answer, tried.MessageId));
        Assert.NotNull((await site.Admin.Webhook(hook.Id, Ct)).FailingSince);

        receiver.Answers(200);
        await site.Admin.Redeliver(hook.Id, put.Id, Ct);
        Assert.Equal(id, (await receiver.Next()).Headers["webhook-id"]);
        Assert.Equal((DeliveryState.Delivered, 200), await site.Admin.Delivery(hook.Id, put.Id, 30, Ct) is var then ? (then.State, then.Status) : default);
        Assert.Null((await site.Admin.Webhook(hook.Id, Ct)).FailingSince);
        Assert.Equal(put.Id, Assert.Single((await site.Admin.Deliveries(hook.Id, Ct)).Deliveries).Id);
        Assert.Equal(404, (await Refused(() => site.Admin.Redeliver(hook.Id, put.Id + 1, Ct))).Status);
    }

    [Theory]
    [InlineData(410, 0, "it answered 410 Gone.")]
    [InlineData(500, 4, "it has taken nothing for 3 days.")]
    public async Task A_hook_that_is_gone_or_takes_nothing_for_days_is_disabled_and_its_owner_is_told(int status, int days, string why)
    {
        var later = new LaterTime();
        await using var site = await Site.Open(null, services => services.AddSingleton<TimeProvider>(later), Local);
        await using var receiver = await Receiver.Open();
        receiver.Answers(status);
        var hook = await site.Admin.AddWebhook(new(receiver.Address.AbsoluteUri, ["all"], Note: "chat"), Ct);
        await site.Admin.Delivery(hook.Id, (await site.Admin.TestWebhook(hook.Id, Ct)).Id, 30, Ct);
        if (days > 0)
        {
            later.Pass(TimeSpan.FromDays(days));
            await site.Admin.Delivery(hook.Id, (await site.Admin.TestWebhook(hook.Id, Ct)).Id, 30, Ct);
        }

        var now = await site.Admin.Webhook(hook.Id, Ct);
        Assert.Equal((true, why), (now.DisabledAt is not null, now.WhyDisabled));
        Assert.Equal((NoticeKind.WebhookDisabled, $"Webhook {hook.Id} (chat) is sent nothing any more: {why} Enable it when it is back: skyline webhook enable {hook.Id}."), (await site.Admin.Notices(Ct)).Notices is [var notice] ? (notice.Kind, notice.Sentence) : default);
        Assert.Null((await site.Admin.EditWebhook(hook.Id, new(Disabled: false), Ct)).DisabledAt);
    }

    [Fact]
    public async Task A_hook_is_added_tried_and_removed_on_pages_that_need_no_script()
    {
        await using var site = await Site.Open(null, null, Local);
        await using var receiver = await Receiver.Open();
        using var browser = SignInTests.Browser(site);
        await SignInTests.SignIn(browser, site.AdminToken);
        var added = await SignInTests.Post(browser, "me/webhooks/add", ("__RequestVerificationToken", await SignInTests.FormToken(browser, "me/webhooks")), ("url", receiver.Address.AbsoluteUri), ("event", "build.failed"), ("scope", "mine"), ("note", "<b>chat</b>"));
        var page = added.Headers.Location!.ToString();
        var shown = await browser.GetStringAsync(page, Ct);
        Assert.Contains("whsec_", shown);
        Assert.Contains("&lt;b&gt;chat&lt;/b&gt;", shown);
        Assert.DoesNotContain("whsec_", await browser.GetStringAsync(page, Ct));

        var own = page.Split('?')[0];
        await SignInTests.Post(browser, $"{own}/act", ("__RequestVerificationToken", await SignInTests.FormToken(browser, own)), ("act", "test"));
        Assert.Equal("ping", Read(await receiver.Next()).Type);
        Assert.Contains("ping", await browser.GetStringAsync(own, Ct));
        await SignInTests.Post(browser, $"{own}/edit", ("__RequestVerificationToken", await SignInTests.FormToken(browser, $"{own}?show=change")), ("url", new Uri(receiver.Address, "/other").AbsoluteUri), ("event", "build.failed"), ("event", "batch.ended"), ("note", "the other"));
        var changed = Assert.Single(await site.Admin.Webhooks(Ct));
        Assert.Equal(("/other", "the other", "batch.ended build.failed"), (new Uri(changed.Url).AbsolutePath, changed.Note, string.Join(' ', changed.Events.Order())));
        using var other = SignInTests.Browser(site);
        await SignInTests.SignIn(other, (await site.Admin.AddPerson(new("eve"), Ct)).Token);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await other.GetAsync(own, Ct)).StatusCode);
        await SignInTests.Post(browser, $"{own}/act", ("__RequestVerificationToken", await SignInTests.FormToken(browser, own)), ("act", "remove"));
        Assert.Empty(await site.Admin.Webhooks(Ct));
    }

    [Fact]
    public async Task A_removed_hook_leaves_nothing_and_where_nobody_listens_nothing_is_noted()
    {
        await using var site = await Site.Open(null, null, Local);
        await using var receiver = await Receiver.Open();
        var hook = await site.Admin.AddWebhook(new(receiver.Address.AbsoluteUri, ["batch.ended"]), Ct);
        await site.Admin.RotateWebhook(hook.Id, Ct);
        await site.Admin.TestWebhook(hook.Id, Ct);
        await receiver.Next();
        await Submit(site.Admin, "hello");
        await Fail(site);
        await site.Admin.RemoveWebhook(hook.Id, Ct);

        Assert.Equal((0, 0, 0, 0, 0), site.Part<Database>().Read(db => (Count("webhooks"), Count("wanted_events"), Count("deliveries"), Count("sealed_secrets"), Count("happenings")) is var all && db is not null ? all : default));

        int Count(string table) => site.Part<Database>().Read(db => db.One<int>($"SELECT count(*) FROM {table}"));
    }

    [Fact]
    public async Task A_builder_that_goes_silent_while_it_builds_is_told_of()
    {
        var later = new LaterTime();
        await using var site = await Site.Open(null, services => services.AddSingleton<TimeProvider>(later), Local, "--Skyline:PublicUrl=https://build.example.org");
        await using var receiver = await Receiver.Open();
        await site.Admin.AddWebhook(new(receiver.Address.AbsoluteUri, ["builder.lost"], Instance: true), Ct);
        await Submit(site.Admin, "hello");
        var run = await new PaperBuilder(site.LocalBuilder).Lease();
        later.Pass(TimeSpan.FromHours(1));

        await site.Part<Skyline.Server.Tasks.ExpireLeases>().Expire(Ct);

        var told = Read(await receiver.Next());
        Assert.Equal(("builder.lost", "local", run.RunId, "https://build.example.org/builders/local"), (told.Type, told.Data.Builder!.Name, told.Data.Builder.Run, told.Data.Builder.Link));
        Assert.Equal(400, (await Refused(() => site.Admin.AddWebhook(new(receiver.Address.AbsoluteUri, ["builder.lost"]), Ct))).Status);
    }

    [Fact]
    public async Task Who_had_a_batch_built_is_told_how_it_ended_and_of_nobody_elses()
    {
        await using var site = await Site.Open(null, null, Local);
        await using var receiver = await Receiver.Open();
        var (ann, bob) = (await site.Person("ann"), await site.Person("bob"));
        await ann.AddWebhook(new(receiver.Address.AbsoluteUri, ["batch.ended"]), Ct);
        foreach (var who in new[] { bob, ann }) await who.CancelBatch((await who.StartChain(await who.Auto(ChainSite.Source(who == ann ? "alpha" : "beta")), Ct)).Id, Ct);

        var told = Read(await receiver.Next());
        Assert.Equal(("batch.ended", "ann", "Cancelled", 0, 1), (told.Type, told.Data.Batch!.Owner, told.Data.Batch.State, told.Data.Batch.Done, told.Data.Batch.Members));
        Assert.Equal(0, receiver.Left);
    }

    [Fact]
    public async Task A_side_tag_that_is_about_to_go_is_told_of_once()
    {
        var later = new LaterTime();
        await using var site = await Site.Open(null, services => services.AddSingleton<TimeProvider>(later), Local);
        await using var receiver = await Receiver.Open();
        var ann = await site.Person("ann");
        await ann.AddWebhook(new(receiver.Address.AbsoluteUri, ["side-tag.expiring"]), Ct);
        var tag = await ann.CreateSideTag(new(Target: "paper"), Ct);
        later.Pass(TimeSpan.FromHours(20));

        await site.Part<Skyline.Server.SideTags.ExpireSideTags>().Run(Ct);
        await site.Part<Skyline.Server.SideTags.ExpireSideTags>().Run(Ct);

        var told = Read(await receiver.Next()).Data.SideTag!;
        Assert.Equal((tag.SideTag.Name, "ann", "it has been empty for a day"), (told.Name, told.Owner, told.Why));
        Assert.Equal(NoticeKind.SideTagExpires, Assert.Single((await ann.Notices(Ct)).Notices).Kind);
        Assert.Equal(0, receiver.Left);
    }
}
