namespace Skyline.Server.Backups;

/// <summary>Which files of a data folder are part of a backup beside the database and the blobs. What is in flight, scratch or can be made anew is not.</summary>
static class BackedUp
{
    /// <summary>Whoever has these can sign as this server, and be its administrator.</summary>
    public static readonly IReadOnlyList<string> Secrets = ["keys", "admin.token", "builder.token"];

    static readonly string[] open = ["logs", "languages"];

    public static IEnumerable<string> Of(string data, bool keys) => (keys ? [.. open, .. Secrets] : open).SelectMany(name => Below(data, name)).Order(StringComparer.Ordinal);

    static IEnumerable<string> Below(string data, string name) => Path.Combine(data, name) switch
    {
        var file when File.Exists(file) => [name],
        var folder when Directory.Exists(folder) => Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
            .Select(path => Path.GetRelativePath(data, path)).Where(IsPath),
        _ => [],
    };

    /// <summary>Below a data folder, and one of those: a list of contents is never led elsewhere by.</summary>
    public static bool IsPath(string path) =>
        path.Length is > 0 and < 500 && !path.Any(char.IsControl) && path.Split('/') is var parts && parts.All(part => part is not ("" or "." or "..")) && (open.Contains(parts[0]) || Secrets.Contains(parts[0]));

    public static bool IsSecret(string path) => Secrets.Contains(path.Split('/')[0]);
}
