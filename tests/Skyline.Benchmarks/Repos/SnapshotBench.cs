using System.Diagnostics;
using System.Globalization;
using Skyline.Testing.Rpms;

namespace Skyline.Benchmarks.Repos;

/// <summary>The next snapshot after one more build, and a cold import, beside createrepo_c on the same packages.</summary>
static class SnapshotBench
{
    const int Rounds = 7;

    public static IEnumerable<BenchResult> Run() => At10000().Concat(At60000());

    static IEnumerable<BenchResult> At10000()
    {
        using var temp = new TempFolder();
        const int packages = 10_000, median = 30 << 10;
        Write(temp, packages, median);
        var ours = Ours(temp);
        var cold = Createrepo(temp);
        var updates = new List<ChildCost>();
        foreach (var more in Directory.GetFiles(temp["more"]).Order(StringComparer.Ordinal).Take(3))
        {
            File.Copy(more, Path.Combine(temp["rpms"], Path.GetFileName(more)));
            updates.Add(Createrepo(temp, "--update"));
        }
        var next = Median(ours.Where(step => step.Word == "next").Select(step => step.Wall));
        var update = Median(updates.Select(cost => cost.Wall.TotalSeconds));
        yield return new($"next snapshot at {packages} packages: createrepo_c --update / ours, wall time", update / next, "×", "≥ 100", update / next >= 100);
        yield return BenchResult.Beside($"next snapshot at {packages} packages: ours", next * 1000, "ms");
        yield return BenchResult.Beside($"createrepo_c --update at {packages} packages", update * 1000, "ms");
        // What createrepo_c does, all of it and no more; then what an import does besides: three digests instead of one, a copy that is
        // on the disk when it is answered, a signature, rows.
        foreach (var result in MetadataBench.Beside(temp, packages, 3)) yield return result;
        var import = ours.Single(step => step.Word == "import");
        var first = ours.Single(step => step.Word == "first");
        yield return BenchResult.AtMost($"cold import of {packages} packages, verified, kept, signed and published, CPU time: ours / createrepo_c's", (import.Cpu + first.Cpu) / cold.Cpu.TotalSeconds, "ratio", 1.0);
        yield return BenchResult.Beside($"cold import of {packages} packages, CPU time of verifying and keeping", import.Cpu, "s");
        yield return BenchResult.Beside($"cold import of {packages} packages, CPU time of signing, metadata and publishing", first.Cpu, "s");
        yield return BenchResult.Beside($"createrepo_c cold, {packages} packages, CPU time", cold.Cpu.TotalSeconds, "s");
        foreach (var result in LiveRepo.Visible(temp["data"], SyntheticCorpus.Packages(21, median, seed: 3))) yield return result;
    }

    static IEnumerable<BenchResult> At60000()
    {
        using var temp = new TempFolder();
        const int packages = 60_000, median = 4 << 10;
        Write(temp, packages, median);
        var ours = Ours(temp);
        yield return BenchResult.AtMost($"next snapshot at {packages} packages", Median(ours.Where(step => step.Word == "next").Select(step => step.Wall)) * 1000, "ms", 250);
        yield return BenchResult.Beside($"first snapshot of {packages} packages, CPU time", ours.Single(step => step.Word == "first").Cpu, "s");
        foreach (var result in LiveRepo.Memory(temp["data"], SyntheticCorpus.Packages(5, median, seed: 3))) yield return result;
    }

    static void Write(TempFolder temp, int packages, int median)
    {
        foreach (var package in SyntheticCorpus.Packages(packages, median)) package.WriteTo(temp["rpms"]);
        foreach (var package in SyntheticCorpus.Packages(Rounds, median, seed: 2)) package.WriteTo(temp["more"]);
    }

    sealed record Step(string Word, double Cpu, double Wall);

    static List<Step> Ours(TempFolder temp)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "skyline-bench"), [RepoWorker.Name, temp["data"], temp["rpms"], temp["more"]]) { RedirectStandardOutput = true };
        using var worker = Process.Start(start)!;
        var lines = worker.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        worker.WaitForExit();
        if (worker.ExitCode != 0) throw new InvalidOperationException($"The worker ended with {worker.ExitCode}: {string.Join('\n', lines)}");
        return [.. lines.Select(line => line.Split(' ')).Where(words => words is ["import" or "first" or "next", _, _])
            .Select(words => new Step(words[0], double.Parse(words[1], CultureInfo.InvariantCulture), double.Parse(words[2], CultureInfo.InvariantCulture)))];
    }

    static ChildCost Createrepo(TempFolder temp, params string[] options)
    {
        Directory.CreateDirectory(temp["theirs"]);
        return
        ChildProcess.Run("createrepo_c", ["--no-database", "--quiet", "--workers", "2", .. options, "--outputdir", temp["theirs"], temp["rpms"]]);
    }

    static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
