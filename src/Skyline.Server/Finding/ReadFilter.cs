using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Skyline.Protocol;
using Skyline.Server.Shell;

namespace Skyline.Server.Finding;

/// <summary>A filter as an address has it, in words.</summary>
public sealed class AskedBuilds
{
    [FromQuery(Name = "state")] public string[]? State { get; init; }
    [FromQuery(Name = "target")] public string? Target { get; init; }
    [FromQuery(Name = "tag")] public string? Tag { get; init; }
    [FromQuery(Name = "package")] public string? Package { get; init; }
    [FromQuery(Name = "owner")] public string? Owner { get; init; }
    [FromQuery(Name = "arch")] public string? Arch { get; init; }
    [FromQuery(Name = "kind")] public string? Kind { get; init; }
    [FromQuery(Name = "batch")] public string? Batch { get; init; }
    [FromQuery(Name = "since")] public string? Since { get; init; }
    [FromQuery(Name = "until")] public string? Until { get; init; }
    [FromQuery(Name = "q")] public string? Search { get; init; }
    [FromQuery(Name = "sort")] public string? Sort { get; init; }
}

/// <summary>Makes a filter of what an address says; what is empty is not asked, as a form sends what nobody filled in.</summary>
static class ReadFilter
{
    const int Longest = 200;

    public static (BuildFilter Filter, Refusal? Why) Of(AskedBuilds asked)
    {
        var whys = new List<string>();
        string[] texts = [asked.Target ?? "", asked.Tag ?? "", asked.Package ?? "", asked.Owner ?? "", asked.Arch ?? "", asked.Search ?? "", .. asked.State ?? []];
        if (texts.Any(text => text.Length > Longest) || texts.Length > 30) return (new(), new(400, $"What is looked for is at most {Longest} characters long; shorten it."));
        var filter = new BuildFilter
        {
            States = [.. (asked.State ?? []).Where(state => state.Length > 0).SelectMany(state => Words<BuildState>(state, "state", whys)).Distinct()],
            Target = Text(asked.Target), Tag = Text(asked.Tag), Package = Text(asked.Package), Owner = Text(asked.Owner), Arch = Text(asked.Arch), Search = Text(asked.Search),
            Kind = Text(asked.Kind) is { } kind && Words<BuildKind>(kind, "kind", whys) is [var one] ? one : null,
            Batch = Text(asked.Batch) is not { } batch ? null : long.TryParse(batch, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : Wrong($"'{Shown(batch)}' is no batch's number.", whys),
            Since = Time(asked.Since, whys), Until = Time(asked.Until, whys, ofDay: 1),
            Order = Text(asked.Sort) is { } sort && Words<BuildSort>(sort, "order", whys) is [var order] ? order : BuildSort.Newest,
        };
        return (filter, whys.Count > 0 ? new(400, string.Join(" ", whys)) : null);
    }

    static string? Text(string? given) => string.IsNullOrWhiteSpace(given) ? null : given.Trim();

    static string Shown(string given) => given.Length > 40 ? given[..40] + "…" : given;

    static T[] Words<T>(string given, string thing, List<string> whys) where T : struct, Enum
    {
        if (char.IsAsciiLetter(given[0]) && Enum.TryParse<T>(given, ignoreCase: true, out var word) && Enum.IsDefined(word)) return [word];
        whys.Add($"There is no {thing} '{Shown(given)}'; there are: {string.Join(", ", Enum.GetNames<T>())}.");
        return [];
    }

    static long? Wrong(string why, List<string> whys)
    {
        whys.Add(why);
        return null;
    }

    /// <summary>A day alone is its beginning, or, where it is the last that is meant, its end.</summary>
    static DateTimeOffset? Time(string? given, List<string> whys, int ofDay = 0)
    {
        if (Text(given) is not { } text) return null;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is > 1969 and < 2100) return new DateTimeOffset(day.AddDays(ofDay), default, default);
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && time.Year is > 1969 and < 2100) return time;
        whys.Add($"'{Shown(text)}' is no time: write a day as 2026-11-30, or a time as 2026-11-30T12:00:00Z.");
        return null;
    }
}
