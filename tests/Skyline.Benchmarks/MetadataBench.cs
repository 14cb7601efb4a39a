using Skyline.Testing.Rpms;

namespace Skyline.Benchmarks;

/// <summary>Reading headers and making metadata, beside createrepo_c on the same files: CPU time of whole processes, in turns.</summary>
static class MetadataBench
{
    const int Packages = 2_000;
    const int MedianPayload = 60 << 10;
    const int Pairs = 7;

    public static IEnumerable<BenchResult> Run()
    {
        using var temp = new TempFolder();
        foreach (var package in SyntheticCorpus.Packages(Packages, MedianPayload))
            package.WriteTo(Path.Combine(temp["rpms"], package.Name[..1]));
        foreach (var result in Beside(temp, Packages, Pairs)) yield return result;
    }

    /// <summary>The packages are in the folder "rpms".</summary>
    public static IEnumerable<BenchResult> Beside(TempFolder temp, int packages, int pairs)
    {
        var ratios = new List<(double Cpu, double Wall)>();
        var (ours, theirs) = (new List<double>(), new List<double>());
        for (var i = -1; i < pairs; i++)
        {
            var (mine, reference) = (Ours(temp), Createrepo(temp));
            if (i < 0)
                continue; // The first pair fetched files into the kernel's cache, for both.
            ratios.Add((mine.Cpu / reference.Cpu, mine.Wall / reference.Wall));
            ours.Add(mine.Cpu.TotalSeconds);
            theirs.Add(reference.Cpu.TotalSeconds);
        }
        var cpu = Median(ratios.Select(r => r.Cpu));
        yield return new($"metadata of {packages} packages, CPU time: ours / createrepo_c's", cpu, "ratio", "≤ 1.0", cpu <= 1.0);
        yield return new($"metadata of {packages} packages, wall time: ours / createrepo_c's", Median(ratios.Select(r => r.Wall)), "ratio", "none", true);
        yield return new($"metadata of {packages} packages, CPU time: ours", Median(ours), "s", "none", true);
        yield return new($"metadata of {packages} packages, CPU time: createrepo_c's", Median(theirs), "s", "none", true);
    }

    static ChildCost Ours(TempFolder temp) => ChildProcess.Run(Path.Combine(AppContext.BaseDirectory, "skyline-bench"), MetadataWorker.Name, temp["rpms"], temp["written"]);

    static ChildCost Createrepo(TempFolder temp)
    {
        Directory.CreateDirectory(temp["compared"]);
        return ChildProcess.Run("createrepo_c", "--no-database", "--quiet", "--workers", "2", "--outputdir", temp["compared"], temp["rpms"]);
    }

    static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
