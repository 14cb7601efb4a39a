using System.Text;

namespace Skyline.Rpm;

/// <summary>The few macros that a spec's dependencies are written with, expanded; what would need rpm itself is not expanded at all.</summary>
sealed class SpecMacros
{
    const int Deepest = 20, Longest = 8192;

    readonly Dictionary<string, string> known = new(StringComparer.Ordinal)
    {
        ["_prefix"] = "/usr", ["_exec_prefix"] = "/usr", ["_bindir"] = "/usr/bin", ["_sbindir"] = "/usr/sbin", ["_libdir"] = "/usr/lib64", ["_libexecdir"] = "/usr/libexec", ["_datadir"] = "/usr/share",
        ["_includedir"] = "/usr/include", ["_sysconfdir"] = "/etc", ["_mandir"] = "/usr/share/man", ["_infodir"] = "/usr/share/info", ["_docdir"] = "/usr/share/doc", ["nil"] = "",
        ["_unitdir"] = "/usr/lib/systemd/system", ["_localstatedir"] = "/var", ["perl_vendorlib"] = "/usr/share/perl5/vendor_perl", ["perl_vendorarch"] = "/usr/lib64/perl5/vendor_perl", ["perl_privlib"] = "/usr/share/perl5", ["perl_archlib"] = "/usr/lib64/perl5",
        ["python3_sitelib"] = "/usr/lib/python3*/site-packages", ["python3_sitearch"] = "/usr/lib64/python3*/site-packages", ["python_sitelib"] = "/usr/lib/python3*/site-packages", ["python_sitearch"] = "/usr/lib64/python3*/site-packages",
    };
    string? unknown;

    public void Define(string name, string value) => known[name] = value;

    public bool Has(string name) => known.ContainsKey(name);

    /// <returns>Null if something in it cannot be expanded here.</returns>
    public string? Expand(string text) => Expand(text, 0);

    /// <summary>Of a path: a macro that only rpm's configuration knows is a "*".</summary>
    public string? ExpandLoosely(string path)
    {
        unknown = "*";
        var loosely = Expand(path);
        unknown = null;
        return loosely;
    }

    string? Expand(string text, int depth)
    {
        if (depth > Deepest || text.Length > Longest) return null;
        var result = new StringBuilder();
        for (var at = 0; at < text.Length;)
        {
            if (text[at] != '%')
            {
                result.Append(text[at++]);
                continue;
            }
            if (at + 1 < text.Length && text[at + 1] == '%')
            {
                result.Append('%');
                at += 2;
                continue;
            }
            if (One(text, ref at, depth) is not { } value || result.Length + value.Length > Longest) return null;
            result.Append(value);
        }
        return result.ToString();
    }

    string? One(string text, ref int at, int depth)
    {
        if (at + 1 < text.Length && text[at + 1] == '{')
        {
            var end = Closing(text, at + 1);
            if (end < 0) return null;
            var inside = text[(at + 2)..end];
            at = end + 1;
            return Braced(inside, depth);
        }
        var start = at + 1;
        var isAsked = start < text.Length && text[start] == '?';
        if (isAsked) start++;
        var stop = start;
        while (stop < text.Length && (char.IsAsciiLetterOrDigit(text[stop]) || text[stop] == '_')) stop++;
        if (stop == start) return null;
        var name = text[start..stop];
        at = stop;
        return known.TryGetValue(name, out var value) ? Expand(value, depth + 1) : isAsked ? "" : unknown;
    }

    /// <summary>"name", "?name", "!?name", and either of the last two with ":what to put".</summary>
    string? Braced(string inside, int depth)
    {
        var marks = inside.Length - inside.TrimStart('?', '!').Length;
        var (negated, asked) = (inside[..marks].Contains('!'), inside[..marks].Contains('?'));
        var colon = inside.IndexOf(':');
        var name = colon < 0 ? inside[marks..] : inside[marks..colon];
        if (name.Length == 0 || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_')) return null;
        var has = known.TryGetValue(name, out var value);
        if (colon >= 0) return !asked ? null : has != negated ? Expand(inside[(colon + 1)..], depth + 1) : "";
        if (negated) return "";
        return has ? Expand(value!, depth + 1) : asked ? "" : unknown;
    }

    static int Closing(string text, int open)
    {
        var deep = 0;
        for (var at = open; at < text.Length; at++)
        {
            if (text[at] == '{') deep++;
            else if (text[at] == '}' && --deep == 0) return at;
        }
        return -1;
    }
}
