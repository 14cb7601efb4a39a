using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Skyline.Server.Sources;

/// <summary>Where one file in LFS is, as its server says.</summary>
/// <param name="Why">It is nowhere: why.</param>
sealed record LfsAction(string? Address, IReadOnlyList<KeyValuePair<string, string>> Headers, string? Why = null);

/// <summary>The words of the batch API of Git LFS (docs/api/batch.md of its project), for downloads, purely.</summary>
static partial class LfsBatch
{
    public const long LargestAnswer = 4 << 20;
    const int MostHeaders = 20, LongestHeader = 8192;
    const string Type = "application/vnd.git-lfs+json";

    /// <summary>What is ours to say of a request, and no other server's.</summary>
    static readonly HashSet<string> ours = new(StringComparer.OrdinalIgnoreCase) { "Host", "Connection", "Upgrade", "TE", "Expect", "Cookie", "Transfer-Encoding", "Range", "Forwarded", "User-Agent", "Accept-Encoding" };

    public static HttpContent Question(IReadOnlyList<LfsPointer> pointers)
    {
        var text = new JsonObject
        {
            ["operation"] = "download", ["transfers"] = new JsonArray("basic"), ["hash_algo"] = "sha256",
            ["objects"] = new JsonArray([.. pointers.Select(pointer => new JsonObject { ["oid"] = pointer.Sha256, ["size"] = pointer.Size })]),
        }.ToJsonString();
        return new StringContent(text, new MediaTypeHeaderValue(Type));
    }

    /// <returns>By SHA-256; of what was asked alone.</returns>
    /// <exception cref="JsonException">It is no such answer.</exception>
    public static IReadOnlyDictionary<string, LfsAction> Read(byte[] answer, IReadOnlyList<LfsPointer> asked)
    {
        using var document = JsonDocument.Parse(answer, new() { MaxDepth = 16 });
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("objects", out var objects) || objects.ValueKind != JsonValueKind.Array) throw new JsonException("what answers there is no server of Git LFS.");
        if (root.TryGetProperty("transfer", out var transfer) && transfer.ValueKind == JsonValueKind.String && transfer.GetString() != "basic") throw new JsonException("its server sends files in another way than the basic one.");
        var actions = new Dictionary<string, LfsAction>(StringComparer.Ordinal);
        foreach (var one in objects.EnumerateArray())
            if (Text(one, "oid") is { } oid && asked.FirstOrDefault(pointer => pointer.Sha256 == oid) is { } pointer) actions[oid] = Action(one, pointer);
        return actions;
    }

    static LfsAction Action(JsonElement one, LfsPointer pointer)
    {
        if (Inner(one, "error") is { } error) return Not($"its server says: {Short(Text(error, "message") ?? "error")}");
        if (!one.TryGetProperty("size", out var size) || size.ValueKind != JsonValueKind.Number || !size.TryGetInt64(out var told) || told != pointer.Size) return Not($"its server says that it has another size than {pointer.Size} bytes, which the repository says");
        if (Inner(one, "actions") is not { } actions || Inner(actions, "download") is not { } download || Text(download, "href") is not { } href) return Not("its server does not have it");
        var headers = Inner(download, "header") is { } header ? header.EnumerateObject().Where(field => field.Value.ValueKind == JsonValueKind.String).Select(field => KeyValuePair.Create(field.Name, field.Value.GetString()!)).ToList() : [];
        return headers.Count > MostHeaders || headers.Any(field => !Names().IsMatch(field.Key) || ours.Contains(field.Key) || field.Key.StartsWith("Proxy-", StringComparison.OrdinalIgnoreCase) || field.Key.StartsWith("Content-", StringComparison.OrdinalIgnoreCase) || field.Value.Length > LongestHeader || field.Value.Any(letter => letter is < ' ' or > '~'))
            ? Not("its server wants a header sent that is not its to want") : new(href, headers);
    }

    static LfsAction Not(string why) => new(null, [], why);

    static JsonElement? Inner(JsonElement of, string name) => of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var inner) && inner.ValueKind == JsonValueKind.Object ? inner : null;

    static string? Text(JsonElement of, string name) => of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;

    static string Short(string said) => new([.. said.Where(letter => !char.IsControl(letter)).Take(200)]);

    [GeneratedRegex(@"\A[A-Za-z0-9-]{1,64}\z")]
    private static partial Regex Names();
}
