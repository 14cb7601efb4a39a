using System.Text.Json;
using Skyline.Protocol;

namespace Skyline.Server.Tasks;

/// <summary>A run's failing lines as its row keeps them: each a text, or a text and its place in the log.</summary>
static class FailingLinesKept
{
    const int Most = 50, LongestLine = 1000;

    sealed record Placed(string Text, long Line, long Offset);

    public static string Json(RunReport report)
    {
        var texts = report.FailingLines.Take(Most).Select(line => line.Length > LongestLine ? line[..LongestLine] : line);
        return report.FailingPlaces is { } places && places.Count == report.FailingLines.Count
            ? JsonSerializer.Serialize(texts.Zip(places, (text, place) => new Placed(text, place.Line, place.Offset)), JsonSerializerOptions.Web)
            : JsonSerializer.Serialize(texts);
    }

    public static (IReadOnlyList<string> Lines, IReadOnlyList<LogPlace>? Places) Read(string? json)
    {
        if (json is null) return ([], null);
        using var kept = JsonDocument.Parse(json);
        var items = kept.RootElement.EnumerateArray().ToList();
        if (items.All(item => item.ValueKind == JsonValueKind.String)) return ([.. items.Select(item => item.GetString()!)], null);
        var placed = items.ConvertAll(item => item.Deserialize<Placed>(JsonSerializerOptions.Web)!);
        return ([.. placed.Select(line => line.Text)], [.. placed.Select(line => new LogPlace(line.Line, line.Offset))]);
    }
}
