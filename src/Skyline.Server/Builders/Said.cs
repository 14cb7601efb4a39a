using Skyline.Protocol;

namespace Skyline.Server.Builders;

/// <summary>What a builder says of itself, within bounds and harmless to show: one short line each, and numbers that can be.</summary>
static class Said
{
    const int LongestLine = 100, MostNames = 32, MostSlots = 1024, MostCores = 8192;
    const long MostBytes = 1L << 60;

    /// <summary>Without what could turn a page or a terminal round.</summary>
    public static string Line(string? said, int longest = LongestLine) =>
        string.Concat((said ?? "").Where(letter => !char.IsControl(letter) && char.GetUnicodeCategory(letter) is not (System.Globalization.UnicodeCategory.Format or System.Globalization.UnicodeCategory.Surrogate)).Take(longest)).Trim();

    public static IReadOnlyList<string> Names(IReadOnlyList<string>? said) =>
        [.. (said ?? []).Take(MostNames).Select(name => Line(name)).Where(name => name.Length > 0).Distinct(StringComparer.Ordinal)];

    public static BuilderReport? Bounded(BuilderReport? said) => said is null ? null : said with
    {
        ForeignArches = Names(said.ForeignArches),
        Kernel = LineOrNone(said.Kernel),
        Distribution = LineOrNone(said.Distribution),
        Mock = LineOrNone(said.Mock),
        Trouble = LineOrNone(said.Trouble),
        Cores = Math.Clamp(said.Cores, 1, MostCores),
        Slots = Math.Clamp(said.Slots, 1, MostSlots),
        MemoryBytes = Math.Clamp(said.MemoryBytes, 0, MostBytes),
        FreeDiskBytes = Math.Clamp(said.FreeDiskBytes, 0, MostBytes),
        KeepsFreeBytes = Math.Clamp(said.KeepsFreeBytes, 0, MostBytes),
    };

    static string? LineOrNone(string? said) => Line(said) is { Length: > 0 } line ? line : null;
}
