using System.Globalization;
using System.Text;

namespace Skyline.Rpm;

/// <summary>What a raised release's changelog says.</summary>
/// <param name="Text">One line or several.</param>
/// <param name="Author">"Name &lt;mail&gt;".</param>
/// <param name="Date">Given, not looked up: the same bump gives the same spec on every machine.</param>
public sealed record ChangelogAdd(string Text, string Author, DateOnly Date);

/// <summary>What becomes of a spec whose release is to be raised.</summary>
public abstract record BumpedSpec
{
    /// <param name="Release">As the spec has it now, macros unexpanded; of %autorelease its number.</param>
    /// <param name="Spec">The whole text.</param>
    public sealed record Raised(string Spec, string Release) : BumpedSpec;

    /// <param name="Why">A sentence for the packager.</param>
    public sealed record NotRaised(string Why) : BumpedSpec;
}

/// <summary>
/// Raises a spec's release by one and writes a changelog entry on top, as rpmdev-bumpspec does: pure text, no macro is expanded and
/// nothing of the spec is run. What it does not understand stays as it is, and is a sentence.
/// </summary>
public static class BumpSpec
{
    /// <summary>The longest spec there is (TeX Live's) has fifteen megabytes.</summary>
    public const int MostBytes = 32 << 20;

    /// <summary>As <see cref="Of"/>, of a file in whatever encoding: every byte that is not changed stays the same.</summary>
    public static (byte[]? Spec, string? Why) OfBytes(byte[] spec, ChangelogAdd add, string? version)
    {
        if (spec.Length > MostBytes) return (null, $"The spec has more than the {MostBytes >> 20} MiB that are read of one; raise its release by hand.");
        // What is added is UTF-8, whatever the rest is.
        var told = add with { Text = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(add.Text)), Author = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(add.Author)) };
        return Of(Encoding.Latin1.GetString(spec), told, version) switch
        {
            BumpedSpec.Raised raised => (Encoding.Latin1.GetBytes(raised.Spec), null),
            BumpedSpec.NotRaised not => (null, not.Why),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <param name="version">"[EPOCH:]VERSION" as the changelog entry has it; null: the entry has no version.</param>
    /// <param name="spec">The whole text.</param>
    /// <param name="add">The entry; nothing is added where the spec writes its changelog by a macro.</param>
    public static BumpedSpec Of(string spec, ChangelogAdd add, string? version)
    {
        var lines = SpecLines.Of(spec);
        return RaiseRelease.In(lines) switch
        {
            (null, var why) => new BumpedSpec.NotRaised(why!),
            var (release, _) => new BumpedSpec.Raised(AddToChangelog.In(lines, add, version is null || Plain(release) is not { } plain ? null : $"{version}-{plain}").ToString(), release),
        };
    }

    /// <summary>The release as changelogs have it: without the distribution's part. Null where macros make it another than can be told.</summary>
    static string? Plain(string release)
    {
        var plain = release.Replace("%{?dist}", "", StringComparison.Ordinal).Replace("%{dist}", "", StringComparison.Ordinal).Replace("%dist", "", StringComparison.Ordinal).Trim();
        return plain.Length > 0 && plain.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '+' or '~' or '^') ? plain : null;
    }
}

/// <summary>A spec's lines, each with its own end, so that what is not changed is written as it was read.</summary>
sealed class SpecLines
{
    readonly List<(string Text, string End)> lines = [];

    public static SpecLines Of(string spec)
    {
        var all = new SpecLines();
        for (var at = 0; at < spec.Length;)
        {
            var end = spec.IndexOf('\n', at);
            var (next, stop) = end < 0 ? (spec.Length, spec.Length) : (end + 1, end > at && spec[end - 1] == '\r' ? end - 1 : end);
            all.lines.Add((spec[at..stop], spec[stop..next]));
            at = next;
        }
        return all;
    }

    public int Count => lines.Count;

    public string this[int at]
    {
        get => lines[at].Text;
        set => lines[at] = (value, lines[at].End);
    }

    /// <summary>As most of the file's lines end.</summary>
    string End => lines.Count > 0 && lines[0].End == "\r\n" ? "\r\n" : "\n";

    public void Insert(int at, IEnumerable<string> some)
    {
        if (at > 0 && at == lines.Count && lines[^1].End.Length == 0) lines[^1] = (lines[^1].Text, End);
        lines.InsertRange(at, some.Select(text => (text, End)));
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (line, end) in lines) text.Append(line).Append(end);
        return text.ToString();
    }
}
