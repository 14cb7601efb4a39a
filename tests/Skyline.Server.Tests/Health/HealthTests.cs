using System.Net;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Skyline.Protocol;
using Skyline.Server.Health;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tests.People;

namespace Skyline.Server.Tests.Health;

/// <summary>How it stands with the server, for its administrators.</summary>
public sealed class HealthTests
{
    static CancellationToken Ct => Xunit.TestContext.Current.CancellationToken;
    static readonly DateTimeOffset now = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

    static StorageFacts Sound => new(1 << 20, 0, null, false, 50L << 30, 5L << 30, null, new(now.AddHours(-9), now.AddHours(-9), null, 0), now.AddDays(-5), now);

    [Fact]
    public void Storage_is_judged_by_its_facts_and_every_fault_has_its_cure()
    {
        Assert.All(CheckStorage.Judge(Sound), finding => Assert.Equal(HealthState.Ok, finding.State));
        Assert.Equal(HealthState.Fault, State(Sound with { RoomLeft = 0 }, "disk"));
        Assert.Equal(HealthState.Warning, State(Sound with { RoomLeft = 1L << 30 }, "disk"));
        Assert.Equal(HealthState.Fault, State(Sound with { Damage = "row 7 missing from index" }, "database"));
        Assert.Equal(HealthState.Fault, State(Sound with { Checked = new(now.AddDays(-1), now.AddDays(-1), null, 3) }, "files"));
        Assert.Equal(HealthState.Warning, State(Sound with { Checked = new(now.AddDays(-200), now.AddDays(-200), null, 0) }, "files"));
        Assert.Equal(HealthState.Warning, State(Sound with { Retention = new(now.AddDays(-4), now.AddDays(-4), null, 0) }, "nightly work"));
        Assert.Equal(HealthState.Warning, State(Sound with { Retention = new(now.AddDays(-1), now.AddHours(-3), "the disk went away", 0) }, "nightly work"));
        Assert.Contains(CheckStorage.Judge(Sound with { LogBytes = 2L << 30 }), finding => finding is { Check: "database", State: HealthState.Warning });
    }

    static HealthState State(StorageFacts facts, string check)
    {
        var finding = CheckStorage.Judge(facts).Single(finding => finding.Check == check);
        Assert.NotNull(finding.Cure);
        return finding.State;
    }

    [Fact]
    public async Task A_run_that_nobody_can_take_is_a_fault_until_a_builder_comes()
    {
        await using var site = await Site.Open();
        var srpm = Papers.Source("hello", "2.12", "1.pp1", exclusiveArch: "x86_64");
        await site.Admin.Submit(srpm.Open(), srpm.FileName, "paper", scratch: false, Ct);

        var before = await site.Admin.Health(Ct);
        await new PaperBuilder(site.LocalBuilder).Lease();
        var after = await site.Admin.Health(Ct);

        Assert.Equal(HealthState.Fault, before.State);
        var fault = before.Findings.Single(finding => finding.State == HealthState.Fault);
        Assert.Equal(("builders", "No builder for x86_64 is at work, so what is to be built for it stands still. Runs that wait: 1.", "/builders"), (fault.Check, fault.Says, fault.Page));
        Assert.Contains("skyline builder add", fault.Cure);
        Assert.DoesNotContain(after.Findings, finding => finding.State == HealthState.Fault);
        Assert.Contains(after.Findings, finding => finding is { Check: "builders", State: HealthState.Ok } && finding.Says.Contains("x86_64", StringComparison.Ordinal));
        Assert.All(after.Findings.Where(finding => finding.State != HealthState.Ok), finding => Assert.NotNull(finding.Cure));
    }

    [Fact]
    public async Task What_is_stuck_elsewhere_is_found_and_says_where()
    {
        await using var site = await Site.Open(null, null, "--Skyline:Mail:Host=mail.example.org");
        var old = TimeProvider.System.GetUtcNow().AddHours(-2).ToUnixTimeMilliseconds();
        await site.Part<Database>().Write(tx =>
        {
            tx.Execute("INSERT INTO deliveries (name, kind, receiver, address, method, headers, body, created_at, next_at, gives_up_at, tries, last_at, last_answer) VALUES ('msg_1', 'Webhook', 'far:443', 'https://far.example/', 'POST', '{}', '', @old, @later, @later, 4, @old, 'connection refused')", new { old, later = old + 90_000_000 });
            tx.Execute("INSERT INTO externals (name, kind, url, release_version, keys, signed_metadata, priority, created_at) VALUES ('up', 'BaseUrl', 'https://up.example/', '1', '', 0, 99, @old)", new { old });
            tx.Execute("INSERT INTO external_arches (external_id, arch, tried_at, fault) SELECT id, 'x86_64', @old, 'it answered with 404' FROM externals WHERE name = 'up'", new { old });
            tx.Execute("UPDATE builders SET clock_skew = 95000, last_seen_at = @now", new { now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() });
        }, Ct);

        var findings = (await site.Admin.Health(Ct)).Findings.Where(finding => finding.State != HealthState.Ok).DistinctBy(finding => finding.Check).ToDictionary(finding => finding.Check);

        Assert.Contains("connection refused", findings["webhooks"].Says);
        Assert.Equal((HealthState.Fault, "/externals/up"), (findings["external repositories"].State, findings["external repositories"].Page));
        Assert.Contains("95 seconds", findings["clock"].Says);
        Assert.Equal(HealthState.Fault, findings["mail"].State);
    }

    [Fact]
    public async Task The_page_is_for_administrators_and_tells_the_worst_first()
    {
        await using var site = await Site.Open();
        using var browser = SignInTests.Browser(site);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("health", Ct)).StatusCode);
        await SignInTests.SignIn(browser, site.AdminToken);

        var page = await browser.GetStringAsync("health", Ct);

        Assert.True(page.IndexOf("What needs attention", StringComparison.Ordinal) is > 0 and var at && at < page.IndexOf("As it should be", StringComparison.Ordinal));
        Assert.Contains("<code>skyline tag set TAG --arches …</code>", WebUtility.HtmlDecode(page));
        Assert.Equal(HttpStatusCode.Forbidden, (await site.Http((await site.Admin.AddPerson(new NewPerson("pat", "release-engineer"), Ct)).Token).GetAsync("api/health", Ct)).StatusCode);
    }

    [Fact]
    public async Task A_page_that_is_open_looks_again_when_its_minute_is_over_and_ends_with_it()
    {
        await using var site = await Site.Open();
        using var context = new BunitContext();
        foreach (var part in new object[] { site.Part<Database>(), site.Part<Bells>(), site.Part<InstanceName>(), site.Part<Languages>() }) context.Services.AddSingleton(part.GetType(), part);
        context.Services.AddSingleton(site.Part<ReadHealth>());
        context.Services.AddSingleton(TimeProvider.System).AddScoped<Words>();
        var page = context.Render<HealthPage>();
        Assert.Contains("No builder for x86_64 is at work", page.Markup);

        await new PaperBuilder(site.LocalBuilder).TryLease();
        site.Part<Bells>().Ring(Bells.Health);

        page.WaitForAssertion(() => Assert.DoesNotContain("No builder for x86_64 is at work", page.Markup), TimeSpan.FromSeconds(10));
        await page.Instance.DisposeAsync();
    }
}
