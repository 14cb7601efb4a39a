using System.Text;

namespace Skyline.Rpm;

/// <summary>Symbol versions of the C library, of which a package requires many and metadata keeps the highest: it implies the others.</summary>
static class LibcSymbols
{
    /// <summary>"libc.so.6(GLIBC_2.34)(64bit)" is higher than "libc.so.6(GLIBC_2.4)(64bit)", and that than "libc.so.6()(64bit)".</summary>
    public static bool IsHigher(ReadOnlySpan<byte> name, ReadOnlySpan<byte> than)
    {
        var (rank, version) = Read(name);
        var (otherRank, otherVersion) = Read(than);
        return rank != otherRank ? rank > otherRank : VersionOrder.Compare(version, otherVersion) > 0;
    }

    /// <summary>How much the name tells: no parentheses, open ones, empty ones, a word in them, a word with a version; and that version.</summary>
    static (int Rank, string Version) Read(ReadOnlySpan<byte> name)
    {
        var open = name.IndexOf((byte)'(');
        if (open < 0)
            return (0, "");
        var symbol = name[(open + 1)..];
        var close = symbol.IndexOf((byte)')');
        if (close < 0)
            return (1, "");
        symbol = symbol[..close];
        var digit = symbol.IndexOfAnyInRange((byte)'0', (byte)'9');
        return digit >= 0 ? (4, Encoding.Latin1.GetString(symbol[digit..])) : (symbol.IsEmpty ? 2 : 3, "");
    }
}
