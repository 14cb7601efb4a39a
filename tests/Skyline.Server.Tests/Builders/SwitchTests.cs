using System.Net;
using Skyline.Protocol;

namespace Skyline.Server.Tests.Builders;

public sealed class SwitchTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_drained_builder_finishes_what_it_runs_gets_nothing_new_and_both_sides_say_so()
    {
        await using var site = await Site.Open();
        var builder = await site.Machine("worn");
        await site.Submit("first");
        var run = await builder.Lease();
        var waiting = builder.TryLease(waitSeconds: 50);

        await site.Admin.DrainBuilder("worn", "new kernel", Ct);

        // Told at once, not at the end of its wait.
        Assert.Null(await waiting);
        Assert.Equal("Builder 'worn' is being drained (new kernel): it gets no new work, and finishes what it runs.", builder.Notice);
        Assert.Equal((BuilderState.Draining, "new kernel"), await StateOf(site, "worn"));
        await site.Submit("second");
        Assert.Null(await builder.TryLease());
        await builder.Deliver(run, Papers.Source("first", "1", "1"), Papers.Binary("first", "1", "1"));
        Assert.Null(await builder.TryLease());
        Assert.Equal("Builder 'worn' is drained (new kernel): nothing of it runs, so it may be stopped.", builder.Notice);
        Assert.Equal((BuilderState.Drained, "new kernel"), await StateOf(site, "worn"));
        Assert.Contains("It is being drained (new kernel)", WebUtility.HtmlDecode(await site.Http().GetStringAsync("/builders/worn", Ct)));

        await site.Admin.SetBuilderEnabled("worn", true, Ct);

        Assert.Equal("second-1-1", (await builder.Lease()).Nvr);
        Assert.Null(builder.Notice);
        Assert.Equal((BuilderState.Enabled, null), await StateOf(site, "worn"));
    }

    [Fact]
    public async Task A_disabled_builders_run_goes_on_and_its_reason_is_shown()
    {
        await using var site = await Site.Open();
        var builder = await site.Machine("worn");
        var build = await site.Submit();
        var run = await builder.Lease();

        await site.Admin.SetBuilderEnabled("worn", false, Ct, "<b>loud</b>\u001b fan");

        Assert.Equal((BuilderState.Disabled, "<b>loud</b> fan"), await StateOf(site, "worn"));
        Assert.Contains("&lt;b&gt;loud&lt;/b&gt; fan", await site.Http().GetStringAsync("/builders", Ct));
        await builder.Contract.Beat(run.RunId, RunPhase.Rpmbuild, Ct);
        await builder.Deliver(run, Papers.Source("hello", "1", "1"), Papers.Binary("hello", "1", "1"));
        Assert.Equal(TaskState.Succeeded, (await site.Admin.Build(build.Id, Ct)).Tasks[0].State);
    }

    [Fact]
    public async Task Only_an_administrator_switches_and_what_cannot_be_is_refused()
    {
        await using var site = await Site.Open();
        var stranger = new SkylineClient(site.Http(site.BuilderToken));

        foreach (var attempt in new Func<Task>[]
        {
            () => stranger.DrainBuilder("local", null, Ct), () => stranger.SetBuilderEnabled("local", false, Ct), () => stranger.EditBuilder("local", new BuilderEdit(5), Ct),
            () => stranger.CreateChannel(new NewChannel("own"), Ct), () => stranger.AddToChannel("default", "local", Ct), () => stranger.EditTarget("paper", new TargetEdit("default"), Ct),
        })
            Assert.Equal(403, (await Assert.ThrowsAsync<RefusedException>(attempt)).Status);
        Assert.Equal(400, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.DrainBuilder("local", new string('x', 201), Ct))).Status);
        Assert.Equal(400, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.EditBuilder("local", new BuilderEdit(101), Ct))).Status);
        Assert.Equal(404, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.DrainBuilder("none", null, Ct))).Status);
        Assert.Equal((BuilderState.Enabled, null), await StateOf(site, "local"));
        Assert.Equal(HttpStatusCode.NoContent, (await site.Http(site.AdminToken).PostAsync("/api/builders/local/disable", null, Ct)).StatusCode);
    }

    static async Task<(BuilderState, string?)> StateOf(Site site, string name) => (await site.Admin.Builder(name, Ct)).Builder is var builder ? (builder.State, builder.Reason) : default;
}
