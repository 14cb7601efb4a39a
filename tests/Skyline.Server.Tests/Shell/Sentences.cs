using System.Text;
using System.Text.RegularExpressions;

namespace Skyline.Server.Tests.Shell;

/// <summary>The sentences among a source file's literals, as <see cref="FormattableString.Format"/> has them: what stands in $"{name} is lost" is "{0} is lost".</summary>
static partial class Sentences
{
    public static IEnumerable<string> Of(string source)
    {
        foreach (Match match in Literal().Matches(source))
        {
            if (match.Groups["text"] is not { Success: true, Value: var text }) continue;
            var sentence = match.Groups["dollar"].Success ? Numbered(text) : Regex.Unescape(text);
            if (IsSentence(sentence)) yield return sentence;
        }
    }

    /// <summary>Words for people: more than one, or one that begins with a capital.</summary>
    static bool IsSentence(string text) => (text.Trim().Contains(' ', StringComparison.Ordinal) || (text.Length > 2 && char.IsUpper(text[0]) && text.All(char.IsLetter))) && !Statement().IsMatch(text) && !text.StartsWith('/') && text.Any(char.IsLower);

    static string Numbered(string text)
    {
        var (said, hole) = (new StringBuilder(), 0);
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] != '{') said.Append(text[at]);
            else if (text[at + 1] == '{') 
            {
                said.Append("{{");
                at++;
            }
            else
            {
                var end = End(text, at);
                said.Append('{').Append(hole++).Append(Form(text[(at + 1)..end])).Append('}');
                at = end;
            }
        }
        return Regex.Unescape(said.ToString());
    }

    /// <summary>Where the hole that begins here ends: what stands in its own literals and brackets is its.</summary>
    static int End(string text, int at)
    {
        var depth = 0;
        for (var quoted = false; at < text.Length; at++)
        {
            if (text[at] == '"' && text[at - 1] != '\\') quoted = !quoted;
            if (quoted) continue;
            if (text[at] == '{') depth++;
            if (text[at] == '}' && --depth == 0) return at;
        }
        throw new FormatException($"A hole has no end: {text}");
    }

    static string Form(string hole) => Format().Match(hole) is { Success: true } format ? format.Value : "";

    /// <summary>":yyyy-MM-dd" at the end; in brackets a colon is a choice's.</summary>
    [GeneratedRegex(@":[0#yMdHhms][^()""\]]*$")]
    private static partial Regex Format();

    [GeneratedRegex(@"^\s*(SELECT|INSERT|UPDATE|DELETE|PRAGMA|FROM|WHERE)\b")]
    private static partial Regex Statement();

    /// <summary>Comments, and raw and verbatim literals (of patterns), which are looked past; and literals, with holes whose own literals are theirs.</summary>
    [GeneratedRegex(""""
        //[^\n]*|\$*"""(?s:.*?)"""|@"(?:[^"]|"")*"|'(?:[^'\\]|\\.)+'|(?<dollar>\$)"(?<text>(?:[^"{\\]|\\.|\{\{|\{(?>[^{}"]|"(?:[^"\\]|\\.)*"|(?<open>\{)|(?<-open>\}))*(?(open)(?!))\})*)"|"(?<text>(?:[^"\\]|\\.)*)"
        """", RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Literal();
}
