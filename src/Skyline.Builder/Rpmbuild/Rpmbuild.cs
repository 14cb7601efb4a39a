using System.Globalization;
using Skyline.Protocol;

namespace Skyline.Builder;

/// <summary>One rpmbuild in one chamber, with every limit watched.</summary>
sealed class Rpmbuild(IIsolation isolation, RunLog log, TimeProvider time)
{
    const int NoSource = 80, CannotUnpack = 81, BadSpec = 82, OtherRequires = 83, BuildFailed = 84, NotOneSpec = 85, LacksRequires = 86;
    const int MaxRequiresBytes = 1 << 20;
    /// <summary>With less than this left, a failure is the disk's, not the build's.</summary>
    const long LeastFree = 64 << 20;

    /// <summary>How long the binary build itself took, by the build's own clock, and how long the whole chamber.</summary>
    public (TimeSpan Binary, TimeSpan Whole) Took { get; private set; }

    /// <param name="requires">What the buildroot was resolved for; null: it was made from a lock, and must have what the spec wants.</param>
    /// <param name="before">Of what is required, what the spec asked for in earlier rounds.</param>
    /// <exception cref="BuilderBrokeException">The engine, or the machine, broke.</exception>
    public async Task<RpmbuildEnd> Run(RunFolder folder, LeasedRun lease, HeldBuildroot root, IReadOnlyList<string>? requires, IReadOnlyList<string> before, CancellationToken ct)
    {
        if (await folder.PrepareWork(BuildMacros.FileText(lease.Buildroot, lease.Options), requires, before, lease.Limits.DiskBytes, ct) is { } noDisk) log.Say($"what the build writes to disk is watched, for it has no disk of its own: {noDisk}");
        var command = Chamber.WithEnvironment(["/bin/bash", "-c", Script.Build, "build", lease.Buildroot.TargetArch, .. lease.Options is { NoCheck: true } ? ["--nocheck"] : Array.Empty<string>()]);
        var started = time.GetTimestamp();
        var logStart = log.Length;
        var (exit, breach) = await RunChamber(new(lease.RunId, folder.Slot, root.Root, folder.Work, command, lease.Limits), folder, ct);
        Took = (BinaryTime(folder.Work, time.GetElapsedTime(started)), time.GetElapsedTime(started));
        if (breach is not null) return Found(logStart).Blamed(breach.Sentence);
        return exit switch
        {
            0 => new RpmbuildEnd.Built(),
            LacksRequires => new RpmbuildEnd.Lacks(ReadLines(folder.Work, "requires.lacking") ?? ["more than can be told"]),
            OtherRequires => ReadLines(folder.Work, "requires.now") is { } wanted ? new RpmbuildEnd.Wants(wanted) : new RpmbuildEnd.Failed("The package's BuildRequires could not be read from its source package.", []),
            CannotUnpack or BadSpec or BuildFailed or NotOneSpec => await Blame(exit, Found(logStart), folder, lease.Limits, ct),
            NoSource => throw new BuilderBrokeException($"{isolation.Name} does not show the build the run's folder {folder.Work}."),
            _ => throw new BuilderBrokeException($"The build's chamber ({isolation.Name}) ended with {exit} before the build did: {log.LastLine() ?? "it said nothing"}"),
        };
    }

    /// <summary>Another command than a build's, in a work folder that is prepared for it.</summary>
    public async Task<(int Exit, Breach? Breach, FailingLines Found)> InChamber(IReadOnlyList<string> command, RunFolder folder, LeasedRun lease, HeldBuildroot root, CancellationToken ct)
    {
        var logStart = log.Length;
        var (exit, breach) = await RunChamber(new(lease.RunId, folder.Slot, root.Root, folder.Work, command, lease.Limits), folder, ct);
        return (exit, breach, Found(logStart));
    }

    public string? LastLine() => log.LastLine();

    async Task<(int Exit, Breach? Breach)> RunChamber(Chamber chamber, RunFolder folder, CancellationToken ct)
    {
        await using var build = await isolation.Start(chamber, log.Append, ct);
        var breach = await new LimitWatch(chamber.Limits, log, time, folder.HasDisk).Watch(build, folder.Work, ct);
        return (breach is null ? await build.Exit : -1, breach);
    }

    static async Task<RpmbuildEnd> Blame(int exit, FailingLines found, RunFolder folder, RunLimits limits, CancellationToken ct) => await Blame(exit switch
    {
        CannotUnpack => "The source package cannot be unpacked",
        NotOneSpec => "The source package does not have exactly one spec file",
        BadSpec => "The spec does not parse",
        _ => found.Section is { } section ? $"{section} failed" : "rpmbuild failed",
    }, found, folder, limits, ct);

    /// <summary>It said no. Is it the packager's fault?</summary>
    /// <param name="what">What went wrong, if it is.</param>
    public static async Task<RpmbuildEnd.Failed> Blame(string what, FailingLines found, RunFolder folder, RunLimits limits, CancellationToken ct)
    {
        if (await IsFull(folder, limits, ct) is { } full) return found.Blamed(full.Sentence);
        if (folder.FreeBytes < LeastFree) throw new BuilderBrokeException($"The builder's own disk is full ({folder.FreeBytes >> 20} MiB left below {folder.Work}).");
        // What did not fit was removed by whoever wrote it, before anybody looked.
        if (found.Spaceless && folder.HasDisk) return found.Blamed(Breach.Disk(limits.DiskBytes).Sentence);
        if (found.Forkless) return found.Blamed(Breach.Processes(limits.Processes).Sentence);
        return found.Blamed(found.Lines.Count > 0 ? $"{what}: {found.Lines[0]}" : what + ".");
    }

    static async Task<Breach?> IsFull(RunFolder folder, RunLimits limits, CancellationToken ct) =>
        folder.HasDisk ? RunDisk.Full(folder.Work, limits.DiskBytes)
        : await DiskUse.Of(folder.Work, ct) >= limits.DiskBytes ? Breach.Disk(limits.DiskBytes) : null;

    FailingLines Found(long from) => FailingLines.Find(log.LinesFrom(from));

    /// <summary>The build's own words: any line it likes, so bounded, and not through a link.</summary>
    internal static IReadOnlyList<string>? ReadLines(string work, string name)
    {
        using var file = Libc.OpenRegular(Path.Combine(work, name));
        if (file is null || file.Length > MaxRequiresBytes) return null;
        using var text = new StreamReader(file);
        return [.. text.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    static TimeSpan BinaryTime(string work, TimeSpan most)
    {
        using var file = Libc.OpenRegular(Path.Combine(work, "timing"));
        if (file is null || file.Length > 100) return most;
        using var text = new StreamReader(file);
        var stamps = text.ReadToEnd().Split(' ');
        return stamps.Length == 2 && Seconds(stamps[0]) is { } start && Seconds(stamps[1]) is { } end && end >= start && end - start <= most.TotalSeconds
            ? TimeSpan.FromSeconds(end - start) : most;
    }

    static double? Seconds(string text) => double.TryParse(text.Trim(), CultureInfo.InvariantCulture, out var seconds) && double.IsFinite(seconds) ? seconds : null;
}
