using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Skyline.Protocol;
using Skyline.Server.Advisories;
using Skyline.Server.Histories;
using Skyline.Server.People;
using Skyline.Server.SecondFactors;
using Skyline.Testing;

namespace Skyline.Server.Tests.Shell;

/// <summary>What translators are given holds every sentence that pages say, and no other. `./dev words` writes it anew.</summary>
public sealed partial class WordsTemplateTests
{
    static string Server => Path.Combine(Checkout.Root, "src", "Skyline.Server");
    static string Template => Path.Combine(Server, "Words", "template.json");

    /// <summary>Where sentences stand that are looked up elsewhere: `@T[place.Title]`.</summary>
    static readonly string[] lists = ["Shell/MenuPlaces.cs", "Finding/Places.cs", "Finding/FoundWords.cs", "Batches/BatchWords.cs", "MassRebuilds/FailureWords.cs"];

    /// <summary>Where sentences are made before it is known who reads them (`T.Say(…)`), or stand in lists of what there is (`T[setting.Does]`): all of their literals that are for people.</summary>
    static readonly string[] told =
    [
        "Home/Attention.cs", "Health/CheckBuilders.cs", "Health/CheckCertificates.cs", "Health/CheckPublishing.cs", "Health/CheckStorage.cs", "Health/CheckTelling.cs", "Health/ReadHealth.cs",
        "Builds/WhyWaiting.cs", "Externals/WhyUnpinned.cs", "Builders/WhyNoWork.cs", "Builders/VersionNotice.cs", "Keeping/Retention.cs", "People/RightWords.cs", "People/WhyRefused.cs", "People/Rights.cs",
        "Settings/KnownSettings.cs", "Settings/ReadValue.cs", "Mail/MailKinds.cs", "Told/EventNames.cs", "Tags/TagRule.cs",
    ];

    /// <summary>Words that are names in the program, and are said as they are there; and refusals that pages show before anybody has signed in.</summary>
    static IEnumerable<string> Named =>
    [
        .. Enum.GetNames<AdvisorySeverity>(), .. Enum.GetValues<AdvisoryType>().Select(OneAdvisoryPage.NameOf), .. Enum.GetNames<RunPhase>().Select(phase => phase.ToLowerInvariant()), .. Enum.GetNames<PackageResult>().Select(result => result.ToLowerInvariant()),
        FinishSignIn.Over.Sentence, SetUpSecondFactor.Wrong.Sentence, AcceptInvitation.Over.Sentence,
    ];

    [Fact]
    public void What_stands_in_a_sentences_places_is_numbered_and_statements_are_none()
    {
        var found = Sentences.Of(""""
            // "This is a comment."
            new("builders", $"Nobody builds for {string.Join(", ", all)} since {at:yyyy-MM-dd HH:mm}, {{so}}.", $"/builders/{name}", "SELECT name FROM builders", @"^\s*$", $"{one} of {two switch { 1 => "x", _ => "y" }}");
            """");

        Assert.Equal(["Nobody builds for {0} since {1:yyyy-MM-dd HH:mm}, {{so}}.", "{0} of {1}"], found.Where(text => text.Contains('{', StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_template_for_translators_has_every_sentence_of_the_pages_and_no_others()
    {
        var said = All();
        if (Environment.GetEnvironmentVariable("SKYLINE_WRITE_WORDS") is "1") await File.WriteAllTextAsync(Template, Written(said), TestContext.Current.CancellationToken);

        var known = JsonSerializer.Deserialize<SortedDictionary<string, string>>(await File.ReadAllTextAsync(Template, TestContext.Current.CancellationToken))!.Keys;

        Assert.True(known.ToHashSet(StringComparer.Ordinal).SetEquals(said),
            $"`./dev words` writes it anew.\nnot in it: {string.Join("\n  ", said.Except(known).Take(20))}\nsaid no more: {string.Join("\n  ", known.Except(said).Take(20))}");
    }

    static readonly JsonSerializerOptions asFile = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    static string Written(IEnumerable<string> said) => JsonSerializer.Serialize(said.Order(StringComparer.Ordinal).ToDictionary(sentence => sentence, _ => ""), asFile) + "\n";

    static HashSet<string> All()
    {
        var said = new HashSet<string>(Named, StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(Server, "*.*", SearchOption.AllDirectories).Where(IsSource))
        {
            var (text, path) = (File.ReadAllText(file), Path.GetRelativePath(Server, file));
            said.UnionWith(Asked().Matches(text).Select(match => Unescaped(match.Groups[1].Value)));
            foreach (Match match in Counted().Matches(text)) said.UnionWith([Unescaped(match.Groups[1].Value), Unescaped(match.Groups[2].Value)]);
            if (lists.Contains(path)) said.UnionWith(Listed().Matches(text).Select(match => Unescaped(match.Groups[1].Value + match.Groups[2].Value + match.Groups[3].Value + match.Groups[4].Value)));
            if (told.Contains(path)) said.UnionWith(Sentences.Of(text));
            if (path == "Shell/StateBadge.razor") said.UnionWith(State().Matches(text).Select(match => match.Groups[1].Value));
        }
        said.Remove("");
        return said;
    }

    static bool IsSource(string file) => Path.GetExtension(file) is ".razor" or ".cs" && !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal);

    static string Unescaped(string literal) => Regex.Unescape(literal);

    /// <summary>`T["…"`, `words["…"`, `Said["…"`, also of a choice between two: `T[x ? "…" : "…"`.</summary>
    [GeneratedRegex("""(?<=\b(?:T|words|Words|Said)\[(?:[^\]"]*\?\s*(?:"(?:[^"\\]|\\.)*"\s*:\s*)?)?)"((?:[^"\\]|\\.)*)"(?=[\],\s:])""")]
    private static partial Regex Asked();

    [GeneratedRegex("""\b(?:T|words|Words|Said)\.Count\([^"]*"((?:[^"\\]|\\.)*)",\s*"((?:[^"\\]|\\.)*)"\)""")]
    private static partial Regex Counted();

    /// <summary>The first literal of a record, the title of a part, and what a kind is called.</summary>
    [GeneratedRegex("""new\("((?:[^"\\]|\\.)+)",|^\s+\("((?:[^"\\]|\\.)+)",$|=> "((?:[^"\\]|\\.)+)",|\bAt\([^)"]*"[^"]+", [\w.]+, "((?:[^"\\]|\\.)+)"\)""", RegexOptions.Multiline)]
    private static partial Regex Listed();

    [GeneratedRegex("\"([a-z]+)\"(?= or | =>)")]
    private static partial Regex State();
}
