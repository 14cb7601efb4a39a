using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Skyline.Server.Modules;

/// <summary>One document of a modules.yaml: its text as it came, and what it says it is.</summary>
/// <param name="Facts">"document", "data.name", "data.stream" and so on.</param>
sealed record ModuleText(string Yaml, IReadOnlyDictionary<string, string> Facts)
{
    const int DeepestNesting = 50;

    static readonly UTF8Encoding strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>By what the documents of a kind are told apart.</summary>
    static readonly Dictionary<string, string[]> kinds = new()
    {
        ["modulemd"] = ["data.name", "data.stream", "data.version", "data.context", "data.arch"],
        ["modulemd-defaults"] = ["data.module"],
        ["modulemd-obsoletes"] = ["data.module", "data.stream", "data.modified", "data.context"],
        ["modulemd-translations"] = ["data.module", "data.stream"],
    };

    /// <summary>Of two documents with the same key only one counts.</summary>
    public string Key => KeyOf(Facts["document"], [.. kinds[Facts["document"]].Select(fact => Facts.GetValueOrDefault(fact, ""))]);

    /// <summary>In a line: "modulemd hello 1.0 20260301 deadbeef x86_64".</summary>
    public string Title => Key.Replace('\n', ' ').TrimEnd();

    static string KeyOf(string document, IReadOnlyList<string> facts) => string.Join('\n', [document, .. facts]);

    /// <exception cref="BadModulesException">They are no module documents.</exception>
    public static IReadOnlyList<ModuleText> Read(byte[] bytes)
    {
        var text = Decoded(bytes);
        // Some readers take U+2028 and U+2029 for ends of lines, some do not.
        foreach (var odd in text.Where(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t') || c is '\u2028' or '\u2029' or '\ufffe' or '\uffff'))
            throw new BadModulesException($"This modules.yaml has the character U+{(int)odd:X4}, which has no place in it.");
        List<ModuleText> documents = [.. Split(text).Select((yaml, at) => One(yaml, at + 1))];
        return documents.Count > 0 ? documents : throw new BadModulesException("This modules.yaml has no document in it.");
    }

    /// <summary>At the start of a line, `---` and `...` are marks between documents wherever they stand, also within what would be a text.</summary>
    static IEnumerable<string> Split(string text)
    {
        var document = new StringBuilder();
        foreach (var line in text.Split('\n'))
        {
            var (starts, ends) = (IsMark(line, "---"), IsMark(line, "..."));
            if ((starts || ends) && HasContent(document)) yield return Closed(document);
            if (starts || ends) document.Clear();
            if (!ends && (starts || line.Length > 0 || document.Length > 0)) document.Append(line).Append('\n');
        }
        if (HasContent(document)) yield return Closed(document);
    }

    static bool IsMark(string line, string mark) => line.StartsWith(mark, StringComparison.Ordinal) && (line.Length == 3 || char.IsWhiteSpace(line[3]));

    static bool HasContent(StringBuilder document) =>
        document.ToString().Split('\n').Any(line => line.Trim() is { Length: > 0 } said && said != "---" && !said.StartsWith('#'));

    static string Closed(StringBuilder document)
    {
        var text = document.ToString().TrimEnd('\n', '\r', ' ') + "\n";
        return (IsMark(text, "---") ? "" : "---\n") + text + "...\n";
    }

    static ModuleText One(string yaml, int number)
    {
        try
        {
            var parser = new Parser(new StringReader(yaml));
            parser.Consume<StreamStart>();
            parser.Consume<DocumentStart>();
            var facts = new Dictionary<string, string>();
            Value(parser, "", facts, 0);
            parser.Consume<DocumentEnd>();
            parser.Consume<StreamEnd>();
            return new(yaml, Checked(facts));
        }
        // The parser throws the last of them for an escape that is no letter (\UFFFFFFFF).
        catch (Exception fault) when (fault is YamlException or BadModulesException or InvalidOperationException or ArgumentException)
        {
            throw new BadModulesException($"Document {number} of this modules.yaml cannot be taken: {fault.Message}", fault);
        }
    }

    static Dictionary<string, string> Checked(Dictionary<string, string> facts)
    {
        if (!facts.TryGetValue("document", out var kind) || !kinds.TryGetValue(kind, out var names))
            throw new BadModulesException($"its 'document' is '{kind}', not one of {string.Join(", ", kinds.Keys)}.");
        if (!int.TryParse(facts.GetValueOrDefault("version"), out var version) || version < 1)
            throw new BadModulesException($"its 'version' is '{facts.GetValueOrDefault("version")}', not a number from 1.");
        if (names.FirstOrDefault(name => facts.GetValueOrDefault(name)?.Any(char.IsControl) == true) is { } broken)
            throw new BadModulesException($"its '{broken}' is more than one line.");
        var needed = kind == "modulemd" ? names[..2] : names[..1];
        return needed.FirstOrDefault(name => string.IsNullOrWhiteSpace(facts.GetValueOrDefault(name))) is { } missing
            ? throw new BadModulesException($"it does not say '{missing}'.")
            : facts;
    }

    /// <summary>Walks over one value as it is parsed; nothing is built of it but the facts. What refers to another part of the document could be told in no bounded space, and no module needs it.</summary>
    static void Value(Parser parser, string name, Dictionary<string, string> facts, int depth)
    {
        if (depth > DeepestNesting) throw new BadModulesException($"it is nested deeper than {DeepestNesting}.");
        if (parser.Current is AnchorAlias or NodeEvent { Anchor.IsEmpty: false }) throw new BadModulesException("it has anchors or aliases (& and *), which modules have no need of.");
        if (parser.TryConsume<Scalar>(out var scalar))
        {
            if (name.Length > 0) facts.TryAdd(name, scalar.Value);
        }
        else if (parser.TryConsume<SequenceStart>(out _))
        {
            while (!parser.TryConsume<SequenceEnd>(out _)) Value(parser, "", facts, depth + 1);
        }
        else
        {
            parser.Consume<MappingStart>();
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                var key = parser.Current is Scalar said && depth == 0 ? said.Value : parser.Current is Scalar inner && depth == 1 && name == "data" ? $"data.{inner.Value}" : "";
                Value(parser, "", facts, depth + 1);
                Value(parser, key, facts, depth + 1);
            }
        }
    }

    static string Decoded(byte[] bytes)
    {
        try
        {
            return strict.GetString(bytes).TrimStart('\ufeff');
        }
        catch (DecoderFallbackException fault)
        {
            throw new BadModulesException("This is no modules.yaml: it is not UTF-8.", fault);
        }
    }
}

/// <summary>A file is not the modules.yaml that it was given for. The message is a sentence for whoever gave it.</summary>
sealed class BadModulesException(string message, Exception? inner = null) : Exception(message, inner);
