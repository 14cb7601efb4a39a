using System.Globalization;
using System.Text.Json;

namespace Skyline.Server.Audit;

/// <summary>One field of a change, for people to read.</summary>
/// <param name="Before">Null: it was not there.</param>
/// <param name="After">Null: it is not there any more.</param>
readonly record struct FieldChange(string Field, string? Before, string? After)
{
    /// <summary>What is true or false says.</summary>
    public const string Yes = "yes", No = "no";

    /// <summary>Purely: all fields of both, in the order in which they come.</summary>
    public static IReadOnlyList<FieldChange> Of(JsonElement? before, JsonElement? after)
    {
        var fields = Names(before).Concat(Names(after)).Distinct(StringComparer.Ordinal);
        return [.. fields.Select(field => new FieldChange(field, Text(before, field), Text(after, field))).Where(one => one.Before is not null || one.After is not null)];
    }

    static IEnumerable<string> Names(JsonElement? of) => of is { ValueKind: JsonValueKind.Object } known ? known.EnumerateObject().Select(one => one.Name) : [];

    static string? Text(JsonElement? of, string field) => of is { ValueKind: JsonValueKind.Object } known && known.TryGetProperty(field, out var value) ? Text(value) : null;

    static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        JsonValueKind.True => Yes,
        JsonValueKind.False => No,
        JsonValueKind.String => IsTime(value, out var at) ? at.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture) : value.GetString(),
        JsonValueKind.Array when value.EnumerateArray().All(one => one.ValueKind is JsonValueKind.String or JsonValueKind.Number) => string.Join(", ", value.EnumerateArray().Select(one => one.ToString())),
        _ => value.GetRawText(),
    };

    /// <summary>A word that could be read as a time is none: those are written out in full.</summary>
    static bool IsTime(JsonElement value, out DateTime at) => value.TryGetDateTime(out at) && value.GetString()!.Length >= "2026-11-03T08:00:00".Length;
}
