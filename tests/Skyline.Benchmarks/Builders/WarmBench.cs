namespace Skyline.Benchmarks.Builders;

/// <summary>What a build costs beside its rpmbuild, with a kept buildroot and without one, for each isolation at hand.</summary>
public static class WarmBench
{
    const double MostShare = 0.6;

    public static IEnumerable<BenchResult> Run() => BuildShare.Isolations.SelectMany(isolation => BuildShare.Run(isolation, MostShare));
}
