using System.Globalization;

namespace Skyline.Protocol;

/// <summary>What a build is for: its tag, nobody, or not decided yet.</summary>
public enum BuildKind
{
    /// <summary>It goes into its target's tag.</summary>
    Real,

    /// <summary>It goes into no tag.</summary>
    Scratch,

    /// <summary>Others may have its name, version and release; it is a real build once it is promoted.</summary>
    Draft,
}

/// <summary>In which order builds are listed.</summary>
public enum BuildSort
{
    /// <summary>By their numbers, the newest first.</summary>
    Newest,

    /// <summary>By their numbers, the oldest first.</summary>
    Oldest,

    /// <summary>By the name of their source package, and of one package the newest first.</summary>
    Package,

    /// <summary>Those that took longest from their submission to their end first; those that are not over last.</summary>
    Duration,
}

/// <summary>Which builds are asked for: those that everything here holds of; what is not given is not asked. What whoever asks may not see is never among them.</summary>
public sealed record BuildFilter
{
    /// <summary>As the name of the person who asks.</summary>
    public const string Me = "@me";

    /// <summary>In one of these states; empty: in any.</summary>
    public IReadOnlyList<BuildState> States { get; init; } = [];

    /// <summary>For this target.</summary>
    public string? Target { get; init; }

    /// <summary>Built into this tag, or in it now or once.</summary>
    public string? Tag { get; init; }

    /// <summary>The beginning of their source package's name ("kern" finds kernel and kernel-tools).</summary>
    public string? Package { get; init; }

    /// <summary>Whoever submitted them; "@me": whoever asks.</summary>
    public string? Owner { get; init; }

    /// <summary>With a task for this architecture ("noarch" is one).</summary>
    public string? Arch { get; init; }

    /// <summary>Real ones, scratch builds or drafts.</summary>
    public BuildKind? Kind { get; init; }

    /// <summary>Of this chain, mass rebuild or run by the clock.</summary>
    public long? Batch { get; init; }

    /// <summary>Submitted then or later.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Submitted before then.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Words that their name, version and release hold, each anywhere in it, whatever the case.</summary>
    public string? Search { get; init; }

    /// <summary>In which order they come.</summary>
    public BuildSort Order { get; init; }

    /// <summary>Whether nothing is asked of them: all there are.</summary>
    public bool IsAll => States.Count == 0 && Target is null && Tag is null && Package is null && Owner is null && Arch is null && Kind is null && Batch is null && Since is null && Until is null && Search is null;

    /// <summary>As an address has it: "state=Failed&amp;owner=ann"; empty: nothing is asked, in the usual order.</summary>
    public string Query() => string.Join('&', Parts().Select(part => $"{part.Name}={Uri.EscapeDataString(part.Value)}"));

    /// <summary>Names and values, as an address has them.</summary>
    public IEnumerable<(string Name, string Value)> Parts()
    {
        foreach (var state in States) yield return ("state", state.ToString());
        if (Target is { } target) yield return ("target", target);
        if (Tag is { } tag) yield return ("tag", tag);
        if (Package is { } package) yield return ("package", package);
        if (Owner is { } owner) yield return ("owner", owner);
        if (Arch is { } arch) yield return ("arch", arch);
        if (Kind is { } kind) yield return ("kind", kind.ToString());
        if (Batch is { } batch) yield return ("batch", batch.ToString(CultureInfo.InvariantCulture));
        if (Since is { } since) yield return ("since", Written(since));
        if (Until is { } until) yield return ("until", Written(until, lastDay: true));
        if (Search is { } search) yield return ("q", search);
        if (Order != BuildSort.Newest) yield return ("sort", Order.ToString());
    }

    /// <summary>A day alone stands for its beginning, and as the last one for its end.</summary>
    static string Written(DateTimeOffset time, bool lastDay = false) => time.ToUniversalTime() is var utc && utc.TimeOfDay == TimeSpan.Zero
        ? utc.AddDays(lastDay ? -1 : 0).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : utc.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
