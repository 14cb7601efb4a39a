using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Skyline.Protocol;
using Skyline.Server.Shell;
using Skyline.Server.Home;
using Skyline.Server.Storage;

namespace Skyline.Server.Tests.Home;

public sealed class HomeTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static async Task<string> Page(Site site, string address = "/", string? session = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (session is not null) request.Headers.Add("Cookie", $"skyline-person={session}");
        return WebUtility.HtmlDecode(await (await site.Http().SendAsync(request, Ct)).Content.ReadAsStringAsync(Ct));
    }

    [Fact]
    public async Task A_site_on_which_nothing_was_built_says_what_to_do()
    {
        await using var site = await Site.Open();

        var page = await Page(site);

        Assert.Contains("Nothing has been built yet.", page, StringComparison.Ordinal);
        Assert.Contains("skyline build --wait", page, StringComparison.Ordinal);
        Assert.Contains("href=\"/welcome\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_runs_waits_and_failed_is_told_with_why_and_who_and_what_to_do()
    {
        var time = new LaterTime();
        await using var site = await Site.Open(change: services => services.AddSingleton<TimeProvider>(time));
        await site.Part<Database>().Write(tx => tx.Execute("UPDATE builders SET slots = 2"), Ct);
        var builder = new PaperBuilder(site.LocalBuilder);
        foreach (var name in new[] { "failing", "running", "waiting" })
        {
            var srpm = Papers.Source(name, "1", "1", exclusiveArch: "x86_64");
            await site.Admin.Submit(srpm.Open(), srpm.FileName, "paper", scratch: true, Ct);
        }
        await builder.Report((await builder.Lease()).RunId, RunOutcome.Failed, "It does not.");
        await builder.Lease();

        var view = site.Part<ShowHome>().For(null);
        var (home, wall) = (await Page(site, session: await site.Session(site.AdminToken)), await Page(site, "/wall"));

        Assert.Equal(("running-1-1", "x86_64", "local"), view.Running.Runs.Select(run => (run.Nvr, run.Arch, run.Builder!)).Single());
        Assert.Equal((1, "x86_64", "paper", 1), (view.Queue.Waiting, view.Queue.Lines[0].What, view.Queue.Lines[0].Target, view.Queue.Lines[0].Runs));
        Assert.StartsWith("Waiting for a free builder for x86_64", view.Queue.Lines[0].Why.English(), StringComparison.Ordinal);
        Assert.Equal((0, 1, 0.0), (view.Today.Complete, view.Today.Failed, view.Today.Success));
        Assert.Contains("Your build failing-1-1 failed: its log leads to the line that says why.", home, StringComparison.Ordinal);
        Assert.DoesNotContain("Your build", await Page(site), StringComparison.Ordinal);
        foreach (var page in new[] { home, wall })
        {
            Assert.Contains("running-1-1", page, StringComparison.Ordinal);
            Assert.Contains("Waiting for a free builder for x86_64", page, StringComparison.Ordinal);
        }
        Assert.DoesNotContain("<nav", wall, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_builder_that_is_not_heard_of_is_lost_and_one_that_never_came_is_not()
    {
        var time = new LaterTime();
        await using var site = await Site.Open(change: services => services.AddSingleton<TimeProvider>(time));
        await new PaperBuilder(site.LocalBuilder).TryLease();
        await site.Enrol("fresh");
        var before = site.Part<ShowHome>().For(null);

        time.Pass(TimeSpan.FromMinutes(5));

        var after = site.Part<ShowHome>().For(null);
        Assert.Equal([BuilderNow.Idle, BuilderNow.Off], before.Fleet.Builders.Select(builder => builder.State));
        Assert.Equal([BuilderNow.Lost, BuilderNow.Off], after.Fleet.Builders.Select(builder => builder.State));
        Assert.Contains("Builder local is lost", await Page(site), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Builds_are_counted_by_the_hour_in_which_they_ended_also_those_that_are_told_of_late_and_what_was_imported_is_none()
    {
        var time = new LaterTime();
        await using var site = await Site.Open(change: services => services.AddSingleton<TimeProvider>(time));
        var (counted, now) = (site.Part<CountOutcomes>(), time.Stamp());
        await Ended(site, "Complete", now - 3_600_000, 3);
        await Ended(site, "Failed", now - (25 * 3_600_000), 2);
        await Ended(site, "Cancelled", now - (40L * 24 * 3_600_000), 1);
        Assert.Equal((3, 0), (counted.LastHours()[^2].Complete, counted.LastHours().Sum(hour => hour.Failed)));
        Assert.Equal((3, 2, 0), (counted.LastDays().Sum(day => day.Complete), counted.LastDays().Sum(day => day.Failed), counted.LastDays().Sum(day => day.Cancelled)));

        // Of the hour before, which was counted: a write that took long.
        await Ended(site, "Complete", now - 3_600_000, 1);
        time.Pass(TimeSpan.FromHours(1));
        await Ended(site, "Failed", time.Stamp(), 5);

        Assert.Equal((4, 5), (counted.LastHours().Sum(hour => hour.Complete), counted.LastHours()[^1].Failed));
        Assert.Equal(30, counted.LastDays().Count);
        time.Pass(TimeSpan.FromDays(31));
        Assert.Equal(0, counted.LastDays().Sum(day => day.All));
    }

    static Task Ended(Site site, string state, long at, int builds) => site.Part<Database>().Write(tx =>
    {
        for (var n = 0; n < builds; n++)
            tx.Execute("INSERT INTO builds (nvr, target_id, srpm_nvr, srpm_file, srpm_sha256, srpm_size, scratch, state, owner_id, submitted_at, ended_at) VALUES ('a-1-1', (SELECT id FROM targets), 'x', 'x', 'x', 1, 1, @state, 1, @at, @at)", new { state, at });
        tx.Execute("INSERT INTO builds (nvr, scratch, state, owner_id, submitted_at, ended_at) VALUES ('imported-1-' || @at || (SELECT max(id) FROM builds), 0, @state, 1, @at, @at)", new { state, at });
    }, Ct);
}
