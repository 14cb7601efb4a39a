using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Skyline.Server.Audit;

/// <summary>
/// An entry of the audit log: one JSON object, its members in this order: number, at (UTC, to the millisecond), kind, who, id, with, address, agent, door, act,
/// thing, thingId, before, after; what does not apply is left out. What is hashed is this text in UTF-8, so nobody has to write it the same way again.
/// </summary>
static partial class Entry
{
    /// <summary>In letters: of before and of after, each.</summary>
    const int LongestFields = 16 << 10, ShownOfLong = 2000, LongestText = 1000;

    static readonly JsonWriterOptions written = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Stamp(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public static string Text(long number, DateTimeOffset at, Actor actor, Change change)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, written))
        {
            json.WriteStartObject();
            json.WriteNumber("number", number);
            json.WriteString("at", Stamp(at));
            json.WriteString("kind", change.By is null ? Word(actor.Kind) : Word(ActorKind.Person));
            Put(json, "who", change.By?.Name ?? actor.Name);
            if ((change.By?.Id ?? actor.Id) is { } id) json.WriteNumber("id", id);
            Put(json, "with", actor.With);
            Put(json, "address", actor.Address);
            Put(json, "agent", actor.Agent);
            Put(json, "door", actor.Door);
            Put(json, "act", change.Act);
            Put(json, "thing", change.Thing);
            if (change.ThingId is { } thing) json.WriteNumber("thingId", thing);
            Put(json, "before", change.Before);
            Put(json, "after", change.After);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    static string Word(ActorKind kind) => kind.ToString().ToLowerInvariant();

    static void Put(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null) json.WriteString(name, Safe(text.Length > LongestText ? text[..LongestText] + "…" : text));
    }

    static void Put(Utf8JsonWriter json, string name, JsonObject? fields)
    {
        if (fields is null) return;
        var text = Safe(Text(fields));
        json.WritePropertyName(name);
        if (text.Length <= LongestFields)
        {
            json.WriteRawValue(text, skipInputValidation: true);
            return;
        }
        json.WriteStartObject();
        json.WriteNumber("length", text.Length);
        json.WriteString("sha256", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))));
        json.WriteString("begins", text[..ShownOfLong]);
        json.WriteEndObject();
    }

    public static string Text(JsonNode fields)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, written)) fields.WriteTo(json);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>A token or a session's secret that somebody wrote where it does not belong (a note, a reason) is not kept.</summary>
    static string Safe(string text) => text.Contains("sky_", StringComparison.Ordinal) ? Secret().Replace(text, "sky_…") : text;

    [GeneratedRegex("sky_[A-Za-z0-9_-]{20,}")]
    private static partial Regex Secret();
}
