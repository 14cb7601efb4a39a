namespace Skyline.Server.Verdicts;

/// <summary>One file of a run's result, as the server itself digested it.</summary>
public sealed record ResultRpm(
    long RunId, string TaskArch, string FileName, string Sha256, long Size,
    string Name, long Epoch, string Version, string Release, string Arch, string? SourceRpm, string ContentHash, string? NoarchHash, string TaskKind = "buildArch")
{
    /// <summary>Made to be compared, not to be published.</summary>
    public bool IsCheck => TaskKind == Tasks.CheckNoarch.Kind;

    public bool IsSource => SourceRpm is null;

    public string Nvr => $"{Name}-{Version}-{Release}";

    public Rpm.Nevra Nevra => new(Name, (int)Epoch, Version, Release, Arch);
}

/// <summary>What several architectures' results come to: every package once, or why they do not fit together.</summary>
public abstract record Merged
{
    public sealed record Rpms(string Nvr, IReadOnlyList<ResultRpm> Files) : Merged;

    public sealed record Misfit(string Why) : Merged;

    /// <summary>
    /// A noarch package comes out of every architecture's build and is published once, so all must have made the same. The source
    /// package is the first architecture's; its name says the build's NVR.
    /// </summary>
    public static Merged Of(IReadOnlyList<ResultRpm> all)
    {
        if (all.Where(rpm => rpm.IsSource).Select(rpm => rpm.Nvr).Distinct().ToList() is not [var nvr])
            return new Misfit("The architectures' builds do not come from one source package of one version and release; the spec must give the same on every architecture.");
        if (all.FirstOrDefault(rpm => !rpm.IsSource && rpm.SourceRpm != $"{nvr}.src.rpm") is { } stranger)
            return new Misfit($"{stranger.FileName} says that it comes from {stranger.SourceRpm}, not from {nvr}.src.rpm.");
        var groups = all.GroupBy(rpm => rpm.FileName).ToList();
        if (groups.Select(Difference).OfType<(string First, string Other)>().FirstOrDefault() is { First: not null } arches)
            return new Misfit($"noarch differs between {arches.First} and {arches.Other}: {Names(groups.Where(same => Difference(same) is not null).Select(same => same.Key))} came out differently; a noarch package must not depend on where it is built.");
        if (all.FirstOrDefault(rpm => rpm.IsCheck) is { } check && Unmatched(all) is { Count: > 0 } unmatched)
            return new Misfit($"noarch differs between {all[0].TaskArch} and {check.TaskArch}: {Names(unmatched)} came out on one of them only; a noarch package must not depend on where it is built.");
        return new Rpms(nvr, [.. groups.Select(same => same.First()).Where(rpm => !rpm.IsCheck)]);
    }

    const int MostNames = 10;

    static string Names(IEnumerable<string> all)
    {
        var names = all.ToList();
        return string.Join(", ", names.Take(MostNames)) + (names.Count > MostNames ? $" and {names.Count - MostNames} more" : "");
    }

    /// <returns>The architectures on which files of one name are not the same; null: they are.</returns>
    static (string First, string Other)? Difference(IEnumerable<ResultRpm> same)
    {
        var first = same.First();
        return !first.IsSource && same.FirstOrDefault(rpm => (rpm.NoarchHash ?? rpm.ContentHash) != (first.NoarchHash ?? first.ContentHash)) is { } other ? (first.TaskArch, other.TaskArch) : null;
    }

    /// <summary>Packages that the build made and its check did not, or the other way round.</summary>
    static IReadOnlyList<string> Unmatched(IReadOnlyList<ResultRpm> all) =>
        [.. all.Where(rpm => !rpm.IsSource).GroupBy(rpm => rpm.FileName).Where(same => same.Select(rpm => rpm.IsCheck).Distinct().Count() == 1).Select(same => same.Key)];
}
