using Bunit;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Skyline.Protocol;
using Skyline.Server.Builds;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tests.Locks;

namespace Skyline.Server.Tests.Builds;

/// <summary>The components of a build's page: states, what is shown to whom, and their end.</summary>
public sealed class BuildPageTests
{
    static CancellationToken Ct => Xunit.TestContext.Current.CancellationToken;
    static readonly DateTimeOffset noon = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

    static BunitContext Context()
    {
        var context = new BunitContext();
        context.JSInterop.Mode = JSRuntimeMode.Loose;
        context.Services.AddSingleton(new Languages(new SkylineSettings())).AddScoped<Words>().AddSingleton(TimeProvider.System);
        return context;
    }

    static RunDetails Run(long id, RunState state, IReadOnlyList<PhaseTiming>? phases = null, IReadOnlyList<string>? failing = null, IReadOnlyList<LogPlace>? places = null) =>
        new(id, "local", state, state == RunState.Running ? RunPhase.Rpmbuild : RunPhase.Done, null, failing ?? [], noon.AddSeconds(10), state == RunState.Running ? null : noon.AddSeconds(40), 0, phases ?? [], null, null, places, noon);

    static BuildDetails Build(BuildState state, params RunDetails[] runs) => new(17, 3, "hello-2.12-1", "paper", false, state, null, "kim", noon, state is BuildState.Building or BuildState.Waiting ? null : noon.AddSeconds(45), null,
        [new(1, "buildArch", "x86_64", TaskState.Running, null, runs)], [], new Dictionary<string, double> { ["publish"] = 2 });

    [Fact]
    public void A_log_shows_the_lines_that_failed_and_leads_to_the_first()
    {
        using var context = Context();

        var shown = context.Render<LogPane>(parameters => parameters.Add(pane => pane.Run, Run(5003, RunState.Failed, failing: ["<b>x.c:1: error", "make: *** Error 1"], places: [new(1234, 98765), new(1240, 99999)])).Add(pane => pane.Build, 17));

        Assert.Equal("1234  <b>x.c:1: error\n1240  make: *** Error 1", shown.Find("pre.failing").TextContent);
        Assert.Equal("/builds/17?run=5003#log-5003-98765", shown.Find("pre.failing a").GetAttribute("href"));
        Assert.Equal("98765", shown.Find("a.button.danger").GetAttribute("data-log-at"));
        Assert.Equal("off", shown.Find("[role=log]").GetAttribute("aria-live"));
    }

    [Fact]
    public void A_log_without_failing_lines_has_no_way_to_an_error_and_its_tabs_are_links()
    {
        using var context = Context();
        var (one, other) = (Run(1, RunState.Running), Run(2, RunState.Running));

        var shown = context.Render<LogPane>(parameters => parameters.Add(pane => pane.Run, other).Add(pane => pane.Build, 17).Add(pane => pane.Runs, [("x86_64", one), ("aarch64", other)]));

        Assert.Empty(shown.FindAll("pre.failing, a.danger"));
        Assert.Equal(["/builds/17?run=1", "/builds/17?run=2"], shown.FindAll("nav a").Select(link => link.GetAttribute("href")));
        Assert.Equal("page", shown.Find("nav a[href$='run=2']").GetAttribute("aria-current"));
        Assert.Equal("2", shown.Find("[data-run-log]").GetAttribute("data-run-log"));
    }

    [Fact]
    public void A_timeline_is_to_scale_and_has_its_numbers_behind_it()
    {
        using var context = Context();
        var timeline = Timeline.Of(Build(BuildState.Complete, Run(1, RunState.Succeeded, [new(RunPhase.Fetch, 5), new(RunPhase.Rpmbuild, 25)])), noon.AddHours(1));

        var shown = context.Render<TimelineView>(parameters => parameters.Add(view => view.Of, timeline));

        Assert.Equal(["--from:0;--to:10", "--from:10;--to:15", "--from:15;--to:40", "--from:43;--to:45"], shown.FindAll(".bar").Select(bar => bar.GetAttribute("style")));
        Assert.Equal("--whole:45", shown.Find("figure").GetAttribute("style"));
        Assert.False(shown.Find("figure").HasAttribute("data-goes"));
        Assert.Equal(["10.0 s", "5.00 s", "–", "–", "25.0 s", "–", "–", "40.0 s"], shown.FindAll("tbody tr")[0].QuerySelectorAll("td").Select(cell => cell.TextContent));
    }

    [Fact]
    public void A_phase_that_goes_on_ends_where_the_picture_ends()
    {
        var run = Run(1, RunState.Running) with { PhaseStarts = [new(RunPhase.Buildroot, noon.AddSeconds(12)), new(RunPhase.Rpmbuild, noon.AddSeconds(20))] };

        var timeline = Timeline.Of(Build(BuildState.Building, run), noon.AddSeconds(50));

        Assert.True(timeline.Goes);
        Assert.Equal([("queue", 0, 10), ("fetch", 10, 12), ("buildroot", 12, 20), ("rpmbuild", 20, null)], timeline.Rows[0].Spans.Select(span => (span.Step, span.From, span.To)));
    }

    [Fact]
    public void A_wait_of_hours_does_not_hide_a_build_of_seconds()
    {
        var run = Run(1, RunState.Succeeded, [new(RunPhase.Rpmbuild, 30)]) with { QueuedAt = noon.AddHours(-3) };

        var timeline = Timeline.Of(Build(BuildState.Complete, run) with { SubmittedAt = noon.AddHours(-3) }, noon.AddHours(1));

        Assert.InRange(timeline.Whole, 40, 60);
        Assert.True(timeline.Rows[0].Spans[0] is { Clipped: true, From: 0, Seconds: > 10_000 });
    }

    [Fact]
    public async Task Acts_are_shown_to_who_may_and_what_cannot_be_taken_back_asks()
    {
        await using var site = await Site.Open();
        var build = await site.Submit();

        async Task<string> Page(string? token)
        {
            var request = new HttpRequestMessage(HttpMethod.Get, $"builds/{build.Id}");
            if (token is not null) request.Headers.Add("Cookie", $"skyline-person={await site.Session(token)}");
            return await (await site.Http().SendAsync(request, Ct)).Content.ReadAsStringAsync(Ct);
        }

        var mine = await Page(site.AdminToken);
        var nobodys = await Page(null);
        Assert.Contains("popovertarget=\"ask-cancel\"", mine);
        Assert.Contains($"action=\"/builds/{build.Id}/cancel\"", mine);
        Assert.Contains($"action=\"/builds/{build.Id}/priority\"", mine);
        Assert.DoesNotContain("<form method=\"post\" action=\"/builds", nobodys);
        Assert.Contains("Sign in to cancel it", nobodys);
    }

    [Fact]
    public async Task A_build_that_two_look_at_is_read_once_and_the_page_follows_until_it_is_left()
    {
        await using var site = await Site.Open();
        var build = await site.Submit();
        var sights = site.Part<BuildSights>();
        Assert.Same(sights.Of(build.Id), sights.Of(build.Id));
        using var context = new BunitContext();
        context.JSInterop.Mode = JSRuntimeMode.Loose;
        context.Services.AddSingleton(sights).AddSingleton(site.Part<Database>()).AddSingleton(site.Part<Bells>()).AddSingleton(TimeProvider.System).AddSingleton(site.Part<SkylineSettings>())
            .AddSingleton(site.Part<InstanceName>()).AddSingleton(site.Part<Languages>()).AddScoped<Words>();
        context.AddBunitPersistentComponentState();
        var page = context.Render<OneBuildPage>(parameters => parameters.Add(one => one.Id, build.Id));
        Assert.Equal("Waiting", page.Find("[data-build-state]").GetAttribute("data-build-state"));

        await site.Admin.Cancel(build.Id, Ct);

        page.WaitForAssertion(() => Assert.Equal("Cancelled", page.Find("[data-build-state]").GetAttribute("data-build-state")), TimeSpan.FromSeconds(10));
        await page.Instance.DisposeAsync();
    }

    [Fact]
    public void What_is_not_meant_to_be_seen_is_seen()
    {
        Assert.Equal("\u241b[31mred ‹U+202E›text", Visible.Text("\u001b[31mred \u202etext"));
        Assert.Equal("two lines", Visible.Text("two\nlines"));
        Assert.Equal("two\nlines\t", Visible.Text("two\r\nlines\t", lines: true));
        Assert.Equal("", Visible.Text(null));
    }
}
