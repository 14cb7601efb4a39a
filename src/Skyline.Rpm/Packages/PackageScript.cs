namespace Skyline.Rpm;

/// <summary>A program that a package has run when it is installed or removed (a scriptlet), or when something else is (a trigger).</summary>
/// <param name="Kind">As a spec file calls it, without the per cent sign: "post", "preun", "triggerin", "filetriggerpostun".</param>
/// <param name="Program">What runs it, with its arguments: "/bin/sh", "&lt;lua>".</param>
/// <param name="Text">The script; empty where the program alone is run.</param>
/// <param name="Watches">Of a trigger: the packages, or the beginnings of paths, that set it off.</param>
public sealed record PackageScript(string Kind, string Program, string Text, IReadOnlyList<string> Watches)
{
    const uint In = 1 << 16, Un = 1 << 17, PostUn = 1 << 18, PreIn = 1 << 25;

    static readonly (string Kind, RpmTag Text, RpmTag Program)[] plain =
    [
        ("pretrans", RpmTag.PreTrans, RpmTag.PreTransProg), ("pre", RpmTag.PreIn, RpmTag.PreInProg), ("post", RpmTag.PostIn, RpmTag.PostInProg), ("preun", RpmTag.PreUn, RpmTag.PreUnProg),
        ("postun", RpmTag.PostUn, RpmTag.PostUnProg), ("posttrans", RpmTag.PostTrans, RpmTag.PostTransProg), ("preuntrans", RpmTag.PreUnTrans, RpmTag.PreUnTransProg),
        ("postuntrans", RpmTag.PostUnTrans, RpmTag.PostUnTransProg), ("verifyscript", RpmTag.VerifyScript, RpmTag.VerifyScriptProg),
    ];

    sealed record Triggers(string Kind, RpmTag Texts, RpmTag Programs, RpmTag Names, RpmTag Versions, RpmTag Flags, RpmTag Indexes);

    static readonly Triggers[] triggers =
    [
        new("trigger", RpmTag.TriggerScripts, RpmTag.TriggerScriptProg, RpmTag.TriggerName, RpmTag.TriggerVersion, RpmTag.TriggerFlags, RpmTag.TriggerIndex),
        new("filetrigger", RpmTag.FileTriggerScripts, RpmTag.FileTriggerScriptProg, RpmTag.FileTriggerName, RpmTag.FileTriggerVersion, RpmTag.FileTriggerFlags, RpmTag.FileTriggerIndex),
        new("transfiletrigger", RpmTag.TransFileTriggerScripts, RpmTag.TransFileTriggerScriptProg, RpmTag.TransFileTriggerName, RpmTag.TransFileTriggerVersion, RpmTag.TransFileTriggerFlags, RpmTag.TransFileTriggerIndex),
    ];

    internal static IReadOnlyList<PackageScript> Of(RpmHeader header) =>
    [
        .. plain.Where(one => header.Has(one.Text) || header.Has(one.Program)).Select(one => new PackageScript(one.Kind, string.Join(' ', header.Strings(one.Program)), header.String(one.Text) ?? "", [])),
        .. triggers.SelectMany(kind => TriggersOf(header, kind)),
    ];

    /// <summary>What sets one off is in lists of their own, each with the number of its script. Nobody has checked that those agree: what has no partner is left out.</summary>
    static IEnumerable<PackageScript> TriggersOf(RpmHeader header, Triggers kind)
    {
        var (texts, programs, names, versions) = (header.Strings(kind.Texts), header.Strings(kind.Programs), header.Strings(kind.Names), header.Strings(kind.Versions));
        var (flags, indexes) = (header.Integers(kind.Flags), header.Integers(kind.Indexes));
        var watched = Enumerable.Range(0, Math.Min(names.Count, indexes.Count)).ToLookup(at => indexes[at]);
        for (var script = 0; script < texts.Count; script++)
        {
            var first = watched[script].Select(at => (uint)(flags.ElementAtOrDefault(at))).FirstOrDefault();
            yield return new(kind.Kind + When(first), programs.ElementAtOrDefault(script) ?? "", texts[script],
                [.. watched[script].Select(at => new Dependency(names[at], (DependencyFlags)(uint)flags.ElementAtOrDefault(at), versions.ElementAtOrDefault(at) ?? "").ToString())]);
        }
    }

    static string When(uint flags) => (flags & PreIn) != 0 ? "prein" : (flags & In) != 0 ? "in" : (flags & Un) != 0 ? "un" : (flags & PostUn) != 0 ? "postun" : "";
}
