using System.Globalization;

namespace Skyline.Server.Backups;

/// <summary>A line of `contents`: bytes below `store/`, and what they are in a data folder.</summary>
/// <param name="Path">Below the data folder; null: a blob.</param>
/// <param name="ChangedAt">Of a file, in 100 ns since year 1; so that one that is as it was need not be read again.</param>
sealed record Kept(string Sha256, long Size, string? Path, long ChangedAt)
{
    public string Where => Path ?? $"blobs/{Sha256[..2]}/{Sha256[2..]}";
}

/// <summary>The list of a backup's bytes: `SHA-256 SIZE` of a blob, `SHA-256 SIZE CHANGED PATH` of another file. Read a line at a time, for it may have millions.</summary>
static class Contents
{
    public static string Line(Kept kept) => string.Create(CultureInfo.InvariantCulture, $"{kept.Sha256} {kept.Size}{(kept.Path is null ? "" : $" {kept.ChangedAt} {kept.Path}")}");

    public static IEnumerable<Kept> Read(string file) => File.ReadLines(file).Select(line => Parse(line) ?? throw new DamagedBackupException(file, $"the line '{(line.Length > 80 ? line[..80] : line)}' is none of a list of contents"));

    static Kept? Parse(string line) => line.Split(' ', 4) switch
    {
        [var sha256, var size] when IsName(sha256) && Number(size) is { } bytes => new(sha256, bytes, null, 0),
        [var sha256, var size, var at, var path] when IsName(sha256) && Number(size) is { } bytes && Number(at) is { } changed && BackedUp.IsPath(path) => new(sha256, bytes, path, changed),
        _ => null,
    };

    static long? Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    static bool IsName(string sha256) => sha256.Length == 64 && sha256.All(char.IsAsciiHexDigitLower);
}

/// <summary>A backup is not what it was when it was made.</summary>
sealed class DamagedBackupException(string file, string why) : InvalidOperationException($"{file}: {why}.");
