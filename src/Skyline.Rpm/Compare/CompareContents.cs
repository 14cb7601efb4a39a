using System.Globalization;

namespace Skyline.Rpm;

/// <summary>What a package brings to those who install it that another does not: files, what it runs, what it depends on. Either may be null: then all of the other is new, or goes.</summary>
/// <param name="Dependencies">"+ requires: glibc >= 2.38", "- provides: …".</param>
/// <param name="Files">By path, in order.</param>
/// <param name="Scriptlets">Those that differ, triggers among them.</param>
public sealed record PackageContents(IReadOnlyList<FileDifference> Files, IReadOnlyList<ScriptletDifference> Scriptlets, IReadOnlyList<string> Dependencies)
{
    /// <summary>Nothing differs.</summary>
    public bool Same => Files.Count + Scriptlets.Count + Dependencies.Count == 0;
}

/// <param name="Name">"%post", "trigger 1".</param>
/// <param name="Before">With what runs it, on a line of its own; null: there is none.</param>
/// <param name="After">As Before.</param>
public sealed record ScriptletDifference(string Name, string? Before, string? After);

/// <summary>What a package brings, purely: of two packages' headers alone, without unpacking either.</summary>
public static class CompareContents
{
    const int LongestScriptlet = 8000;

    static readonly (string Name, int Script, int Program)[] scriptlets =
    [
        ("%pretrans", 1151, 1153), ("%pre", 1023, 1085), ("%post", 1024, 1086), ("%posttrans", 1152, 1154), ("%preun", 1025, 1087), ("%postun", 1026, 1088), ("%preuntrans", 5104, 5106), ("%postuntrans", 5105, 5107), ("%verify", 1079, 1091),
    ];

    /// <summary>Of these each has several.</summary>
    static readonly (string Name, int Scripts)[] triggers = [("trigger", 1065), ("file trigger", 5066), ("transaction's file trigger", 5076)];

    /// <summary>Null stands for no package: the other is new, or goes.</summary>
    public static PackageContents Of(RpmPackage? before, RpmPackage? after) => new(Files(before, after), Scriptlets(before, after), Dependencies(before, after));

    static List<FileDifference> Files(RpmPackage? before, RpmPackage? after)
    {
        var (first, second) = (ByPath(before), ByPath(after));
        var found = new List<FileDifference>();
        foreach (var path in first.Keys.Union(second.Keys).Order(StringComparer.Ordinal))
        {
            var what = !second.TryGetValue(path, out var now) ? "gone" : !first.TryGetValue(path, out var then) ? New(now) : What(then, now);
            if (what.Length > 0) found.Add(new(HeaderValueText.Harmless(path), what));
        }
        return found;
    }

    static Dictionary<string, PackageFile> ByPath(RpmPackage? package) => (package?.Files ?? []).DistinctBy(file => file.Path).ToDictionary(file => file.Path, StringComparer.Ordinal);

    /// <summary>What one looks for first: what runs as somebody else.</summary>
    static string New(PackageFile file) => IsSpecial(file) ? string.Create(CultureInfo.InvariantCulture, $"new, mode {Convert.ToString(file.Mode & 4095, 8)}, of {HeaderValueText.Harmless(file.Owner)}:{HeaderValueText.Harmless(file.Group)}") : "new";

    static bool IsSpecial(PackageFile file) => (file.Mode & 3072) != 0 || file.Owner is not ("root" or "") || file.Group is not ("root" or "");

    /// <summary>When a file was made is left out: a build again makes all of them anew.</summary>
    static string What(PackageFile then, PackageFile now)
    {
        var differs = new List<string>();
        if (then.Digest != now.Digest) differs.Add("content");
        Note("size", then.Size, now.Size);
        Note("mode", Convert.ToString(then.Mode, 8), Convert.ToString(now.Mode, 8));
        Note("link target", then.LinkTarget, now.LinkTarget);
        Note("owner", $"{then.Owner}:{then.Group}", $"{now.Owner}:{now.Group}");
        Note("flags", (uint)then.Flags, (uint)now.Flags);
        return string.Join(", ", differs);

        void Note<T>(string name, T one, T other)
        {
            if (!Equals(one, other)) differs.Add(string.Create(CultureInfo.InvariantCulture, $"{name} {HeaderValueText.Harmless($"{one}")} → {HeaderValueText.Harmless($"{other}")}"));
        }
    }

    static List<ScriptletDifference> Scriptlets(RpmPackage? before, RpmPackage? after)
    {
        var (first, second) = (Scripts(before), Scripts(after));
        return [.. first.Keys.Union(second.Keys).Where(name => first.GetValueOrDefault(name) != second.GetValueOrDefault(name)).Select(name => new ScriptletDifference(name, first.GetValueOrDefault(name), second.GetValueOrDefault(name)))];
    }

    static Dictionary<string, string> Scripts(RpmPackage? package)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        if (package is null) return found;
        foreach (var (name, script, program) in scriptlets)
            if (package.Header.String((RpmTag)script) is var text && (text is not null || package.Header.Has((RpmTag)program)))
                found[name] = Shown($"{string.Join(' ', package.Header.Strings((RpmTag)program))}\n{text}");
        foreach (var (name, tag) in triggers)
        {
            var texts = package.Header.Strings((RpmTag)tag);
            for (var i = 0; i < texts.Count; i++) found[string.Create(CultureInfo.InvariantCulture, $"{name} {i + 1}")] = Shown(texts[i]);
        }
        return found;
    }

    /// <summary>Lines stay lines; nothing else in it is more than text.</summary>
    static string Shown(string text) => string.Join('\n', (text.Length > LongestScriptlet ? text[..LongestScriptlet] + "…" : text).Split('\n').Select(line => TextLines.Harmless(line)));

    static List<string> Dependencies(RpmPackage? before, RpmPackage? after)
    {
        var found = new List<string>();
        foreach (var kind in Enum.GetValues<DependencyKind>())
        {
            var (first, second) = (Of(before, kind), Of(after, kind));
            found.AddRange(first.Except(second).Select(one => $"- {kind.ToString().ToLowerInvariant()}: {one}"));
            found.AddRange(second.Except(first).Select(one => $"+ {kind.ToString().ToLowerInvariant()}: {one}"));
        }
        return found;
    }

    static IEnumerable<string> Of(RpmPackage? package, DependencyKind kind) =>
        package is null ? [] : package.Dependencies(kind).Select(one => HeaderValueText.Harmless(one.Operator.Length == 0 ? one.Name : $"{one.Name} {one.Operator} {one.Evr}")).Distinct();
}
