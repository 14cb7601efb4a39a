using Microsoft.Extensions.DependencyInjection;
using Skyline.Protocol;
using Skyline.Server.Builders;
using Skyline.Server.Storage;

namespace Skyline.Server.Tests.Builders;

/// <summary>How busy builders were is remembered, and how they stand is one word.</summary>
public sealed class LoadTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_builder_had_to_do_is_a_mean_of_ten_minutes_and_goes_after_a_week()
    {
        var later = new LaterTime();
        await using var site = await Site.Open(null, services => services.AddSingleton<TimeProvider>(later), "--Skyline:LeaseSeconds=100000000");
        var builder = await site.Machine("busy", Fleet.Sound);
        await site.Submit();
        var run = await builder.Lease();
        later.Pass(TimeSpan.FromMinutes(5));
        await builder.Deliver(run, Papers.Source("hello", "1", "1"), Papers.Binary("hello", "1", "1"));
        later.Pass(TimeSpan.FromMinutes(4));

        await site.Part<NoteLoad>().Note(Ct);

        // It had one run for five of the ten minutes; the other builder was never heard of.
        Assert.InRange(Load(site, "busy").Single(point => point.Running is not null).Running!.Value, 0.45, 0.55);
        Assert.Empty(Load(site, "local"));
        later.Pass(TimeSpan.FromDays(8));
        await site.Part<NoteLoad>().Note(Ct);
        Assert.Empty(Load(site, "busy"));
        Assert.Equal(0, site.Part<Database>().Read(db => db.One<int>("SELECT count(*) FROM builder_load")));
    }

    static IReadOnlyList<LoadPoint> Load(Site site, string builder) => site.Part<Database>().Read(db => BuilderLoad.Of(db, builder, site.Part<TimeProvider>().Stamp(), 168));

    [Theory]
    [InlineData(BuilderState.Enabled, null, 0, null, "New")]
    [InlineData(BuilderState.Enabled, 1, 0, null, "Idle")]
    [InlineData(BuilderState.Enabled, 1, 2, null, "Building")]
    [InlineData(BuilderState.Enabled, 1, 0, "its disk is full", "Unwilling")]
    [InlineData(BuilderState.Enabled, 180, 2, null, "Lost")]
    [InlineData(BuilderState.Draining, 1, 2, null, "Draining")]
    [InlineData(BuilderState.Drained, 180, 0, null, "Drained")]
    public void How_a_builder_stands_is_what_was_said_of_it_then_what_it_does(BuilderState state, int? seenSecondsAgo, int running, string? noWork, string standing)
    {
        var now = new DateTimeOffset(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);
        var builder = new BuilderSummary("worn", "ann", state == BuilderState.Enabled, ["x86_64"], "1", "docker", seenSecondsAgo is { } ago ? now.AddSeconds(-ago) : null, running, state, NoWork: noWork);

        Assert.Equal(standing, HowItStands.Of(builder, now).ToString());
    }
}
