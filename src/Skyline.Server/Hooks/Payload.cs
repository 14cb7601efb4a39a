using System.Text.Json;
using Skyline.Server.Sources;

namespace Skyline.Server.Hooks;

/// <summary>Reads what is expected of a payload, and takes nothing on trust: what has another kind is as if it were missing.</summary>
static class Payload
{
    const int LongestWord = 250, MostFiles = 20_000;

    public static JsonElement? At(this JsonElement element, params ReadOnlySpan<string> path)
    {
        var now = element;
        foreach (var name in path)
            if (now.ValueKind != JsonValueKind.Object || !now.TryGetProperty(name, out now)) return null;
        return now.ValueKind == JsonValueKind.Null ? null : now;
    }

    public static string? Text(this JsonElement element, params ReadOnlySpan<string> path) =>
        element.At(path) is { ValueKind: JsonValueKind.String } found && found.GetString() is { } text && text.Length <= 2000 ? text : null;

    public static bool IsTrue(this JsonElement element, params ReadOnlySpan<string> path) => element.At(path)?.ValueKind == JsonValueKind.True;

    public static long? Number(this JsonElement element, params ReadOnlySpan<string> path) => element.At(path) is { ValueKind: JsonValueKind.Number } found && found.TryGetInt64(out var number) ? number : null;

    public static IEnumerable<JsonElement> Each(this JsonElement element, params ReadOnlySpan<string> path) => element.At(path) is { ValueKind: JsonValueKind.Array } found ? found.EnumerateArray() : [];

    public static IReadOnlyList<string> Texts(this JsonElement element, params ReadOnlySpan<string> names)
    {
        var all = new List<string>();
        foreach (var name in names)
            if (element.Text(name) is { } text) all.Add(text);
        return all;
    }

    /// <summary>Short, and without anything that would be no letter on a page or in a log.</summary>
    public static string Word(string? text) => text is null ? "?" : new string([.. text.Take(LongestWord).Select(letter => char.IsControl(letter) ? '?' : letter)]);

    /// <summary>A commit, named whole. All zeros are how forges say that there is none.</summary>
    public static string? Commit(string? text) => text is not null && GitRef.IsCommit(text) && text.Any(letter => letter != '0') ? text : null;

    public static string MustCommit(string? text) => Commit(text) ?? throw new BadPayloadException("The delivery names no commit where its kind of event has one.");

    /// <summary>"refs/heads/main" taken apart.</summary>
    public static (bool IsTag, string Name) Ref(string? text)
    {
        var (isTag, name) = text switch
        {
            _ when text?.StartsWith("refs/heads/", StringComparison.Ordinal) == true => (false, text["refs/heads/".Length..]),
            _ when text?.StartsWith("refs/tags/", StringComparison.Ordinal) == true => (true, text["refs/tags/".Length..]),
            _ => throw new BadPayloadException("The delivery names neither a branch nor a tag where its kind of event has one."),
        };
        return name.Length > 0 && GitRef.WhyNot(name) is null ? (isTag, name) : throw new BadPayloadException("The delivery names a branch or a tag as git does not let any be called.");
    }

    /// <summary>Of GitHub, GitLab, Forgejo and Gitea: what each commit added, changed and removed. Null: the list has an end that it does not say.</summary>
    public static IReadOnlyList<string>? Files(IEnumerable<JsonElement> commits)
    {
        var files = new List<string>();
        foreach (var commit in commits)
            foreach (var kind in new[] { "added", "modified", "removed" })
                foreach (var file in commit.Each(kind))
                {
                    if (file.ValueKind != JsonValueKind.String || files.Count == MostFiles) return null;
                    files.Add(file.GetString()!);
                }
        return files;
    }
}
