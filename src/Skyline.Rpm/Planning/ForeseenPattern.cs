namespace Skyline.Rpm;

/// <summary>
/// What a package may come to offer, as far as a pattern in its %files or its name tells: "libpng*.pc" stands for pkgconfig(libpng), pkgconfig(libpng16) and
/// whatever else of that form is asked for. It has no version, and is taken for any.
/// </summary>
public sealed class ForeseenPattern
{
    /// <summary>In letters.</summary>
    public const int Longest = 300;

    /// <summary>Fewer letters than these tell nothing of what a package is: "*.pc", "lib*.so.*".</summary>
    const int FewLetters = 3;

    readonly string glob;

    /// <param name="before">Of the capability, before its own name: "pkgconfig(".</param>
    /// <param name="name">In it "*" is any letters but "/", "?" one, and "[…]" one, whichever.</param>
    /// <param name="after">Of the capability, behind its own name: ")".</param>
    /// <param name="said">What tells it, for people: "libpng*.pc in its %files".</param>
    internal ForeseenPattern(string before, string name, string after, string said)
    {
        glob = before + WithoutSets(name) + after;
        (Said, Letters) = (said, LettersOf(name));
        var stop = glob.AsSpan().IndexOfAny('*', '?');
        Start = stop < 0 ? glob : glob[..stop];
    }

    /// <summary>What tells it, for people: "libpng*.pc in its %files".</summary>
    public string Said { get; }

    /// <summary>How narrow it is: the letters and digits of the name that it says; a whole name is narrower than any pattern.</summary>
    public int Letters { get; }

    /// <summary>It says next to nothing, and counts only where nobody else has what is asked for.</summary>
    public bool IsWide => Letters < FewLetters;

    /// <summary>What everything that it finds begins with.</summary>
    internal string Start { get; }

    /// <summary>Goes back to its last "*" alone, so that no pattern takes long, whoever wrote it.</summary>
    public bool Finds(string capability)
    {
        var (at, next, star, mark) = (0, 0, -1, 0);
        while (at < capability.Length)
        {
            if (next < glob.Length && glob[next] == '*') (star, mark, next) = (next, at, next + 1);
            else if (next < glob.Length && (glob[next] == capability[at] || glob[next] == '?' && capability[at] != '/')) (at, next) = (at + 1, next + 1);
            else if (star >= 0 && capability[mark] != '/') (mark, at, next) = (mark + 1, mark + 1, star + 1);
            else return false;
        }
        return glob.AsSpan(next).TrimStart('*').IsEmpty;
    }

    static string WithoutSets(string name)
    {
        for (var open = name.IndexOf('[', StringComparison.Ordinal); open >= 0 && name.IndexOf(']', open + 1) is > 0 and var close; open = name.IndexOf('[', open + 1)) name = name[..open] + "?" + name[(close + 1)..];
        return name;
    }

    static int LettersOf(string name)
    {
        var plain = WithoutSets(name);
        if (plain.AsSpan().IndexOfAny('*', '?') < 0) return int.MaxValue;
        var own = plain.StartsWith("lib", StringComparison.Ordinal) ? plain[3..] : plain;
        var soname = own.IndexOf(".so", StringComparison.Ordinal);
        return (soname < 0 ? own : own[..soname]).Count(char.IsLetterOrDigit);
    }
}
