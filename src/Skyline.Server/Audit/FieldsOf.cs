using System.Collections;
using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;

namespace Skyline.Server.Audit;

/// <summary>The fields of an object as JSON: plain values, lists and records of them. (The serializer would compile itself for each shape, for seconds of a start.)</summary>
static class FieldsOf
{
    const int Deepest = 5, LongestList = 500;
    static readonly ConcurrentDictionary<Type, PropertyInfo[]> known = new();

    /// <summary>Nothing by such a name is ever in the log, whoever passed it.</summary>
    static readonly string[] secrets = ["token", "secret", "password", "passphrase", "hash", "cookie"];

    public static (JsonObject? Before, JsonObject? After) Changed(object? before, object? after)
    {
        var (was, now) = (Of(before), Of(after));
        if (was is not null && now is not null)
            foreach (var name in was.Select(field => field.Key).ToList())
                if (now.TryGetPropertyValue(name, out var other) && JsonNode.DeepEquals(was[name], other))
                {
                    was.Remove(name);
                    now.Remove(name);
                }
        return (was is { Count: > 0 } ? was : null, now is { Count: > 0 } ? now : null);
    }

    static JsonObject? Of(object? given) => given is null ? null : given as JsonObject ?? Fields(given, 0);

    static JsonObject Fields(object given, int depth)
    {
        var fields = new JsonObject();
        foreach (var property in known.GetOrAdd(given.GetType(), type => [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.GetIndexParameters().Length == 0)]))
        {
            var name = char.ToLowerInvariant(property.Name[0]) + property.Name[1..];
            if (secrets.Contains(name)) continue;
            fields[name] = Value(property.GetValue(given), depth + 1);
        }
        return fields;
    }

    static JsonNode? Value(object? value, int depth) => value switch
    {
        null => null,
        JsonNode node => node.DeepClone(),
        string text => JsonValue.Create(text),
        bool yes => JsonValue.Create(yes),
        int number => JsonValue.Create(number),
        long number => JsonValue.Create(number),
        double number => JsonValue.Create(number),
        DateTimeOffset at => JsonValue.Create(Entry.Stamp(at)),
        Enum word => JsonValue.Create(word.ToString()),
        Uri address => JsonValue.Create(address.ToString()),
        _ when depth > Deepest => JsonValue.Create(value.ToString()),
        IDictionary map => new JsonObject(map.Cast<DictionaryEntry>().Take(LongestList).Select(one => KeyValuePair.Create(Convert.ToString(one.Key, CultureInfo.InvariantCulture) ?? "", Value(one.Value, depth + 1)))),
        IEnumerable list => List(list, depth),
        _ => Fields(value, depth),
    };

    static JsonArray List(IEnumerable list, int depth)
    {
        var (array, left) = (new JsonArray(), 0);
        foreach (var one in list)
            if (array.Count < LongestList) array.Add(Value(one, depth + 1));
            else left++;
        if (left > 0) array.Add(JsonValue.Create($"and {left} more"));
        return array;
    }
}
