using System.Text.RegularExpressions;

namespace Skyline.Rpm;

/// <summary>
/// Reads a spec's text line by line, as far as planning needs it: packages, Provides, BuildRequires, files that stand in it by name, conditions. Nothing
/// is run. Of a condition that only rpm can decide, both sides are read.
/// </summary>
sealed partial class ReadSpec
{
    const int MostLines = 50_000, MostNotes = 20, MostFound = 20_000;

    /// <summary>"name(x86-64)", as BuildRequires with %{?_isa} come out of the source package's header.</summary>
    static readonly string[] isas = ["x86-64", "x86-32", "aarch-64", "armv7hl-32", "ppc-64", "s390-64", "riscv-64"];

    readonly Nevra nevra;
    readonly bool bootstrap;
    readonly SpecMacros macros = new();
    readonly Dictionary<string, bool> conditions = new(StringComparer.Ordinal);
    readonly Dictionary<string, (List<Dependency> Provides, List<string> Files, List<ForeseenPattern> Patterns)> packages = new(StringComparer.Ordinal);
    readonly Stack<(bool? Holds, bool Taken, bool Before)> branches = new();
    readonly List<string> buildRequires = [], notes = [];
    bool isRead = true;
    string? preamble, files;
    int found;

    public ReadSpec(Nevra nevra, bool bootstrap)
    {
        (this.nevra, this.bootstrap, preamble) = (nevra, bootstrap, nevra.Name);
        packages[nevra.Name] = ([], [], []);
        macros.Define("name", nevra.Name);
        macros.Define("version", nevra.Version);
        macros.Define("release", nevra.Release);
    }

    public IReadOnlyList<ForeseenPackage> Packages => [.. packages.Select(package => new ForeseenPackage(package.Key, [.. Implied(package.Key), .. package.Value.Provides], package.Value.Files)
    {
        Patterns = [.. package.Value.Patterns, .. ForeseeFiles.Named(package.Key)],
    })];

    public IReadOnlyList<string> BuildRequires => buildRequires;

    public IReadOnlyList<string> NotUnderstood => notes;

    public bool HasBootstrap => conditions.ContainsKey("bootstrap");

    public string Release { get; private set; } = "";

    public string ExpandedRelease { get; private set; } = "";

    IEnumerable<Dependency> Implied(string package)
    {
        var evr = nevra.Evr.ToString();
        yield return new(package, DependencyFlags.Equal, evr);
        foreach (var isa in isas) yield return new($"{package}({isa})", DependencyFlags.Equal, evr);
    }

    public void Read(string spec)
    {
        var before = "";
        foreach (var raw in spec.Split('\n').Take(MostLines))
        {
            var line = before + raw.TrimEnd('\r').TrimStart();
            before = "";
            if (line.EndsWith('\\') && line.Length < 10_000) before = line[..^1];
            else if (line.Length > 0 && line[0] != '#') Line(line);
        }
    }

    void Line(string line)
    {
        if (Branch(line) || !isRead) return;
        if (Definition().Match(line) is { Success: true } definition) macros.Define(definition.Groups[1].Value, definition.Groups[2].Value.Trim());
        else if (line.StartsWith("%bcond", StringComparison.Ordinal)) Condition(line);
        else if (Section().Match(line) is { Success: true } section) Begin(section.Groups[1].Value, section.Groups[2].Value.Trim());
        else if (preamble is not null && Tag().Match(line) is { Success: true } tag) Preamble(tag.Groups[1].Value, tag.Groups[2].Value.Trim(), line);
        else if (files is not null) FileLine(line);
    }

    void Condition(string line)
    {
        var words = line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 2) return;
        var isOn = words[0] switch { "%bcond_without" => true, "%bcond" => words.ElementAtOrDefault(2) is not (null or "0"), _ => false };
        conditions[words[1]] = words[1] == "bootstrap" ? bootstrap : isOn;
        if (conditions[words[1]]) macros.Define("with_" + words[1], "1");
    }

    /// <returns>Whether it was a line of a condition.</returns>
    bool Branch(string line)
    {
        var word = line.Split((char[])[' ', '\t'], 2)[0];
        switch (word)
        {
            case "%if" or "%ifarch" or "%ifnarch" or "%ifos" or "%ifnos":
                var holds = word == "%if" ? Holds(line[3..].Trim()) : null;
                branches.Push((holds, holds == true, isRead));
                isRead &= holds ?? true;
                return true;
            case "%elif" or "%elifarch" or "%elifos" when branches.TryPop(out var at):
                var next = word == "%elif" ? Holds(line[5..].Trim()) : null;
                isRead = at.Before && !at.Taken && (next ?? true);
                branches.Push((next, at.Taken || next == true, at.Before));
                return true;
            case "%else" when branches.TryPop(out var at):
                isRead = at.Before && !at.Taken;
                branches.Push((null, true, at.Before));
                return true;
            case "%endif" when branches.TryPop(out var at):
                isRead = at.Before;
                return true;
            default:
                return false;
        }
    }

    /// <returns>Null if only rpm can tell.</returns>
    bool? Holds(string expression)
    {
        expression = expression.Trim();
        if (Split(expression, "||") is { Count: > 1 } any) return any.Select(Holds).ToList() is var one && one.Contains(true) ? true : one.Contains(null) ? null : false;
        if (Split(expression, "&&") is { Count: > 1 } all) return all.Select(Holds).ToList() is var each && each.Contains(false) ? false : each.Contains(null) ? null : true;
        if (expression.StartsWith('(') && expression.EndsWith(')')) return Holds(expression[1..^1]);
        if (expression.StartsWith('!')) return !Holds(expression[1..]);
        if (With().Match(expression) is { Success: true } with)
            return conditions.TryGetValue(with.Groups[2].Value, out var isOn) ? isOn == (with.Groups[1].Value == "with") : null;
        if (Number().Match(expression) is { Success: true } number) return number.Groups[1].Value.Trim('0').Length > 0;
        // "0%{?with_x}", "%{?bootstrap}1": of a macro that the spec itself does not define, rpm's configuration may be the one that does.
        if (Asked().Matches(expression) is { Count: > 0 } asked && asked.Any(name => !macros.Has(name.Groups[1].Value) && !name.Groups[1].Value.StartsWith("with_", StringComparison.Ordinal))) return null;
        return macros.Expand(expression) is { } text && Number().Match(text.Trim()) is { Success: true } value ? value.Groups[1].Value.Trim('0').Length > 0 : null;
    }

    /// <summary>At the top level: brackets are not cut.</summary>
    static List<string> Split(string expression, string by)
    {
        var (parts, deep, start) = (new List<string>(), 0, 0);
        for (var at = 0; at < expression.Length; at++)
        {
            if (expression[at] is '(' or '{') deep++;
            else if (expression[at] is ')' or '}') deep--;
            else if (deep == 0 && string.CompareOrdinal(expression, at, by, 0, by.Length) == 0)
            {
                parts.Add(expression[start..at]);
                start = at + by.Length;
                at++;
            }
        }
        parts.Add(expression[start..]);
        return parts;
    }

    void Begin(string section, string rest)
    {
        (preamble, files) = (null, null);
        if (section is not ("package" or "files")) return;
        if (PackageOf(rest) is not { } package) Note($"%{section} {rest}");
        else if (section == "files") files = packages.ContainsKey(package) ? package : null;
        else packages.TryAdd(preamble = package, ([], [], []));
    }

    string? PackageOf(string rest)
    {
        var words = rest.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries).ToList();
        if (words.IndexOf("-f") is >= 0 and var list) words.RemoveRange(list, Math.Min(2, words.Count - list));
        var text = words switch { [] => nevra.Name, ["-n", var whole, ..] => whole, [var suffix, ..] => $"{nevra.Name}-{suffix}" };
        return macros.Expand(text) is { Length: > 0 } name && !name.Contains('%') ? name : null;
    }

    void Preamble(string tag, string value, string line)
    {
        var word = tag.ToLowerInvariant();
        if (word == "release" && preamble == nevra.Name) (Release, ExpandedRelease) = (value, macros.Expand(value) ?? value);
        if (word is not ("provides" or "buildrequires")) return;
        if (macros.Expand(value) is not { } text)
        {
            if (word == "buildrequires") buildRequires.Add(value);
            else Note(line);
            return;
        }
        foreach (var one in ParseList.Of(text))
        {
            if (++found > MostFound) return;
            if (word == "buildrequires") buildRequires.Add(one.ToString());
            else packages[preamble!].Provides.Add(one);
        }
    }

    void FileLine(string line)
    {
        var path = line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries).LastOrDefault(word => !Attribute().IsMatch(word));
        if (path is null || !path.Contains('/') && !path.StartsWith('%') || line.StartsWith("%doc", StringComparison.Ordinal) || line.StartsWith("%license", StringComparison.Ordinal) || line.Contains("%exclude", StringComparison.Ordinal)) return;
        if ((macros.Expand(path) ?? macros.ExpandLoosely(path)) is not { } whole)
        {
            // A development file's name decides what its package is asked for by.
            if (path.Contains(".pc", StringComparison.Ordinal) || path.Contains("bindir", StringComparison.Ordinal)) Note(line);
            return;
        }
        foreach (var one in ForeseeFiles.Alternatives(whole)) File(one, path);
    }

    void File(string path, string written)
    {
        if (++found > MostFound) return;
        var (provides, paths, patterns) = packages[files!];
        if (ForeseeFiles.IsPattern(path) || path.EndsWith('/')) patterns.AddRange(ForeseeFiles.Perhaps(path, written));
        else
        {
            if (PackageCapabilities.IsAskedFor(path)) paths.Add(path);
            var sure = ForeseeFiles.Sure(path).ToList();
            provides.AddRange(sure.Select(one => new Dependency(one, DependencyFlags.None, "")));
            // A library's soname is mostly its file's name; a folder holds what its name says.
            if (sure.Count == 0 && !PackageCapabilities.IsAskedFor(path)) patterns.AddRange(ForeseeFiles.Perhaps(path, written));
        }
    }

    void Note(string line)
    {
        if (notes.Count < MostNotes && !notes.Contains(line)) notes.Add(line.Length <= 200 ? line : line[..200] + "…");
    }

    [GeneratedRegex(@"^%(?:global|define)\s+([A-Za-z_]\w*)\s+(.*)$")]
    private static partial Regex Definition();

    [GeneratedRegex(@"^%(package|files|description|prep|generate_buildrequires|conf|build|install|check|clean|changelog|sourcelist|patchlist|verifyscript|pre|post|preun|postun|pretrans|posttrans|preuntrans|postuntrans|\w*trigger\w*)(?![\w{(])(.*)$")]
    private static partial Regex Section();

    [GeneratedRegex(@"^([A-Za-z]+)(?:\([^)]*\))?\s*:(.*)$")]
    private static partial Regex Tag();

    [GeneratedRegex(@"^%\{(with|without)\s+(\w+)\}$")]
    private static partial Regex With();

    [GeneratedRegex(@"^(\d+)$")]
    private static partial Regex Number();

    [GeneratedRegex(@"%\{[?!]+(\w+)")]
    private static partial Regex Asked();

    [GeneratedRegex(@"^%(attr|dir|config|verify|lang|ghost|exclude|caps|missingok|artifact|readme|pubkey|doc|license)")]
    private static partial Regex Attribute();
}
