using System.Text.RegularExpressions;
using Skyline.Protocol;
using Skyline.Testing.Rpms;

namespace Skyline.Builder.Tests;

/// <summary>
/// A spec of this folder. Comments at its top say what it tries, how its run must end ("#: ends"), what the report says then ("#: says",
/// a regular expression), a line that shows it got as far as trying ("#: log"), limits other than the usual small ones, and a source
/// of so many zeros.
/// </summary>
sealed record HostilePackage(string Name, string Spec, RunOutcome Ends, string? Says, string? Log, RunLimits Limits, string? Source)
{
    public const long MaxLog = 1 << 20;
    static readonly RunLimits small = new(200 << 20, 60, 50 << 20, 2, 60, 30);
    static string Folder => Path.Combine(AppContext.BaseDirectory, "Hostile");

    public static IEnumerable<string> Names => Directory.EnumerateFiles(Folder, "*.spec").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal);

    public static HostilePackage Read(string name)
    {
        var path = Path.Combine(Folder, name + ".spec");
        var told = File.ReadLines(path).Where(line => line.StartsWith("#: ", StringComparison.Ordinal)).Select(line => line[3..].Split(' ', 2, StringSplitOptions.TrimEntries)).ToLookup(pair => pair[0], pair => pair[1]);
        var limits = told["limits"].Select(text => text.Split(' ')).Aggregate(small, (limits, pair) => pair[0] switch
        {
            "wall" => limits with { WallSeconds = int.Parse(pair[1], null) },
            "silence" => limits with { SilenceSeconds = int.Parse(pair[1], null) },
            var other => throw new InvalidOperationException($"{path}: no limit is called {other}"),
        });
        Assert.NotEmpty(told["tries"]);
        return new(name, path, Enum.Parse<RunOutcome>(told["ends"].Single()), told["says"].SingleOrDefault(), told["log"].SingleOrDefault(), limits, told["source"].SingleOrDefault());
    }

    /// <returns>Path of its source package.</returns>
    public string Pack() => Name == "forged-paths" ? ForgedPaths(Spec) : Srpm.Of(Spec, Source is null ? [] : [Zeros(Source.Split(' '))]);

    static string Zeros(string[] source)
    {
        var path = Path.Combine(Scratch.Folder("source"), source[0]);
        using var file = File.Create(path);
        file.SetLength(long.Parse(source[1], null));
        return path;
    }

    /// <summary>No rpmbuild would make it: beside its spec, files that lead out of the folder they belong into.</summary>
    static string ForgedPaths(string spec) => new SyntheticRpm("hostile-forged-paths", "1.0", "3")
    {
        IsSource = true,
        Files = [new("hostile-forged-paths.spec", File.ReadAllBytes(spec)), new("../../../usr/bin/forged", "x"u8.ToArray()), new("../../../../../../../../tmp/skyline-forged", "x"u8.ToArray()), new("/builddir/.bashrc", "x"u8.ToArray())],
    }.WriteTo(Scratch.Folder("forged"));

    /// <summary>Fails with all that is known, if its run did not end as it must.</summary>
    public void MustHaveEndedSo(RunReport report, string log)
    {
        var seen = $"{Name}: {report.Outcome}: {report.Why}\n{log[^Math.Min(log.Length, 3000)..]}";
        Assert.True(report.Outcome == Ends, seen);
        if (Says is { } says) Assert.True(Regex.IsMatch(report.Why ?? "", $@"\A(?:{says})\z"), seen);
        if (Log is { } line) Assert.True(log.Split('\n').Any(said => said == line), seen);
        Assert.False(log.Split('\n').Any(said => said.StartsWith("ESCAPED", StringComparison.Ordinal)), seen);
    }
}
