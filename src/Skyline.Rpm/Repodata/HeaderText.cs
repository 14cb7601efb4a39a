using System.Diagnostics.CodeAnalysis;

namespace Skyline.Rpm;

/// <summary>A string of a header, by where it lies in the header's bytes: as small as a number, and no copy.</summary>
readonly record struct HeaderText(int Start, int Length);

/// <summary>One dependency, by where its strings lie in the header.</summary>
readonly record struct HeaderDependency(HeaderText Name, uint Sense, HeaderText Evr)
{
    /// <summary>"LT", "EQ" … as metadata writes it; empty if any version will do.</summary>
    public ReadOnlySpan<byte> Comparison => (Sense & 0xf) switch
    {
        2 => "LT"u8,
        4 => "GT"u8,
        8 => "EQ"u8,
        10 => "LE"u8,
        12 => "GE"u8,
        _ => default,
    };

    public bool Pre => (Sense & (uint)DependencyFlags.Pre) != 0;

    public bool Has(DependencyFlags flag) => (Sense & (uint)flag) != 0;
}

/// <summary>
/// Compares strings of one header by their bytes. Hashes are seeded by the process, so that nobody can make a package whose
/// names all fall together.
/// </summary>
sealed class HeaderTextComparer : IEqualityComparer<HeaderText>, IEqualityComparer<HeaderDependency>, IAlternateEqualityComparer<ReadOnlySpan<byte>, HeaderText>
{
    public ReadOnlyMemory<byte> Header { get; set; }

    public ReadOnlySpan<byte> this[HeaderText text] => Header.Span.Slice(text.Start, text.Length);

    public bool Equals(HeaderText x, HeaderText y) => x == y || this[x].SequenceEqual(this[y]);

    public int GetHashCode([DisallowNull] HeaderText text) => GetHashCode(this[text]);

    public bool Equals(HeaderDependency x, HeaderDependency y) =>
        x.Comparison.SequenceEqual(y.Comparison) && Equals(x.Name, y.Name) && Equals(x.Evr, y.Evr);

    public int GetHashCode([DisallowNull] HeaderDependency dependency) => GetHashCode(this[dependency.Name]);

    public bool Equals(ReadOnlySpan<byte> alternate, HeaderText other) => alternate.SequenceEqual(this[other]);

    public int GetHashCode(ReadOnlySpan<byte> bytes)
    {
        var hash = new HashCode();
        hash.AddBytes(bytes);
        return hash.ToHashCode();
    }

    public HeaderText Create(ReadOnlySpan<byte> alternate) => throw new NotSupportedException("Strings of a header are where they are.");
}
