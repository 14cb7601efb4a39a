namespace Skyline.Server.Verdicts;

/// <summary>One file of a run's result, as the server itself digested it.</summary>
public sealed record ResultRpm(
    long RunId, string TaskArch, string FileName, string Sha256, long Size,
    string Name, long Epoch, string Version, string Release, string Arch, string? SourceRpm, string ContentHash, string? NoarchHash)
{
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
        var once = new List<ResultRpm>();
        foreach (var same in all.GroupBy(rpm => rpm.FileName))
        {
            var first = same.First();
            if (!first.IsSource && same.FirstOrDefault(rpm => (rpm.NoarchHash ?? rpm.ContentHash) != (first.NoarchHash ?? first.ContentHash)) is { } other)
                return new Misfit($"{first.FileName} came out differently on {first.TaskArch} and {other.TaskArch}; a noarch package must not depend on where it is built.");
            once.Add(first);
        }
        return new Rpms(nvr, once);
    }
}
