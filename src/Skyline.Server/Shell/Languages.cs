using System.Collections.Concurrent;
using System.Text.Json;

namespace Skyline.Server.Shell;

/// <summary>
/// The languages that pages can be read in: English, and each that the folder "languages" of the data folder has a file for (de.json: an object of English sentences
/// and what they are in German). Not .NET's resources: those want cultures, and cultures 30 MB of an idle server.
/// </summary>
public sealed class Languages(SkylineSettings settings)
{
    public const string English = "en";
    const string Cookie = "language";
    const int MostBytes = 4 << 20;

    /// <summary>A language that nobody speaks: what a page says without asking for words stands out in it, and so does what has no room for longer ones.</summary>
    public const string Pseudo = "qps";

    readonly ConcurrentDictionary<string, Func<string, string>> known = new(StringComparer.Ordinal)
    {
        [English] = english => english,
        [Pseudo] = english => $"⟦{english}⟧",
    };

    string Folder => Path.Combine(settings.Data, "languages");

    /// <summary>The words of all that can be chosen, English first.</summary>
    public IReadOnlyList<string> All() =>
        [English, .. new DirectoryInfo(Folder) is { Exists: true } folder ? folder.EnumerateFiles("*.json").Select(file => Path.GetFileNameWithoutExtension(file.Name)).Where(IsWord).Order(StringComparer.Ordinal).ToArray() : []];

    public (string Language, Func<string, string> Translate) Find(string? language)
    {
        if (language is null || !IsWord(language)) return (English, known[English]);
        if (known.TryGetValue(language, out var translate)) return (language, translate);
        return Read(language) is { } read ? (language, known.GetOrAdd(language, read)) : (English, known[English]);
    }

    /// <summary>What was chosen on a page before what the browser prefers.</summary>
    public string Of(HttpContext http) =>
        http.Request.Cookies[Cookie] is { } chosen && Find(chosen) is { Language: var language } && language == chosen ? chosen :
        http.Request.GetTypedHeaders().AcceptLanguage.OrderByDescending(asked => asked.Quality ?? 1).Select(asked => Find(asked.Value.Value?.Split('-')[0].ToLowerInvariant()).Language)
            .FirstOrDefault(found => found != Pseudo, English);

    Func<string, string>? Read(string language)
    {
        var file = new FileInfo(Path.Combine(Folder, language + ".json"));
        if (!file.Exists || file.Length > MostBytes) return null;
        try
        {
            using var stream = file.OpenRead();
            var said = JsonSerializer.Deserialize(stream, LanguageJson.Default.DictionaryStringString)!;
            return english => said.TryGetValue(english, out var words) && words.Length > 0 && SameHoles(english, words) ? words : english;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A translation that forgets a {0}, or has one too many, would break the sentence: the English is said.</summary>
    static bool SameHoles(string english, string words) =>
        Enumerable.Range(0, 10).All(hole => english.Contains($"{{{hole}}}", StringComparison.Ordinal) == words.Contains($"{{{hole}}}", StringComparison.Ordinal));

    static bool IsWord(string language) => language.Length is >= 2 and <= 8 && language.All(char.IsAsciiLetterLower);
}

[System.Text.Json.Serialization.JsonSerializable(typeof(Dictionary<string, string>))]
sealed partial class LanguageJson : System.Text.Json.Serialization.JsonSerializerContext;
