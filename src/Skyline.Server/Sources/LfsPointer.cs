using System.Globalization;
using System.Text;

namespace Skyline.Server.Sources;

/// <summary>What a repository has in the place of a file in Git LFS: which file it is, by the specification of Git LFS, version 1.</summary>
/// <param name="Sha256">Lower-case hex.</param>
sealed record LfsPointer(string Sha256, long Size)
{
    /// <summary>"Pointer files must be less than 1024 bytes in size."</summary>
    const int Longest = 1023;

    static ReadOnlySpan<byte> Begins => "version https://git-lfs.github.com/spec/v1\n"u8;

    /// <returns>Null: it is a file like any.</returns>
    public static LfsPointer? Of(ReadOnlySpan<byte> file)
    {
        if (file.Length > Longest || file.Length <= Begins.Length || !file.StartsWith(Begins) || file[^1] != '\n') return null;
        string? oid = null;
        long? size = null;
        foreach (var line in Encoding.UTF8.GetString(file[Begins.Length..^1]).Split('\n'))
            if (line.Split(' ', 2) is not [var key, var value]) return null;
            else if (key == "oid" && value.StartsWith("sha256:", StringComparison.Ordinal)) oid = value["sha256:".Length..];
            else if (key == "size" && long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var told)) size = told;
        return oid is { Length: 64 } && oid.All(char.IsAsciiHexDigitLower) && size is { } known ? new(oid, known) : null;
    }
}
