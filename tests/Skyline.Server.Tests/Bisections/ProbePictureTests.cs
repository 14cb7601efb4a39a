using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Skyline.Protocol;
using Skyline.Server.Bisections;
using Skyline.Server.Shell;

namespace Skyline.Server.Tests.Bisections;

/// <summary>Which updates each build had, at a glance.</summary>
public sealed class ProbePictureTests
{
    static readonly DateTimeOffset then = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

    static IRenderedComponent<ProbePicture> Draw(BunitContext context, int updates, params BisectionProbe[] probes)
    {
        context.Services.AddSingleton(new Words(new Languages(new SkylineSettings())));
        var details = new BisectionDetails(new(1, 1, "paper", "hello", 10, 20, BisectionState.Running, null, "ann", then, null, updates, probes.Length, []), [.. Enumerable.Range(0, updates).Select(at => new BuildrootUpdate($"tool{at} 1 → 2", []))], probes);
        return context.Render<ProbePicture>(parameters => parameters.Add(one => one.Of, details));
    }

    [Fact]
    public void The_good_build_had_none_the_bad_one_all_and_a_probe_what_it_was_tried_with()
    {
        using var context = new BunitContext();

        var picture = Draw(context, 3, new BisectionProbe(30, [1], ProbeOutcome.Bad, null), new BisectionProbe(31, [0, 2], null, null));

        Assert.Equal(["10 ··· good", "20 ●●● bad", "30 ·●· bad", "31 ●·● running"], picture.FindAll("tbody tr").Select(row =>
            $"{row.QuerySelector("th")!.TextContent} {string.Concat(row.QuerySelectorAll("td.with, td.without").Select(cell => cell.ClassName == "with" ? "●" : "·"))} {row.QuerySelector(".state")!.TextContent}"));
        Assert.All(picture.FindAll("td.with, td.without"), cell => Assert.Contains("with", cell.QuerySelector(".hidden")!.TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Too_many_updates_for_a_picture_are_left_to_the_tables()
    {
        using var context = new BunitContext();

        Assert.Empty(Draw(context, 41, new BisectionProbe(30, [1], ProbeOutcome.Bad, null)).FindAll("table"));
    }
}
