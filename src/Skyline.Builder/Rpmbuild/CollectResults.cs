using System.Security.Cryptography;

namespace Skyline.Builder;

/// <summary>A result of a build, still in its work folder.</summary>
sealed record BuiltFile(string FileName, string Path, string Sha256, long Size);

/// <summary>
/// Takes what rpmbuild left: *.rpm in SRPMS and RPMS/ARCH, regular files only. The work folder was written by strangers, but
/// nothing of theirs lives any more, so what is looked at does not change under the look.
/// </summary>
static class CollectResults
{
    const int MostFiles = 2000;

    /// <returns>Either the files, the source package first; or a sentence for the packager.</returns>
    public static Task<(IReadOnlyList<BuiltFile> Files, string? Why)> From(string work, long mostBytes, CancellationToken ct) =>
        Take([.. Rpms(Path.Combine(work, "build", "SRPMS"), work)], [.. Folders(Path.Combine(work, "build", "RPMS"), work).SelectMany(folder => Rpms(folder, work)).Take(MostFiles + 1)], mostBytes, ct);

    /// <summary>Of a run that makes a source package alone.</summary>
    public static async Task<(IReadOnlyList<BuiltFile> Files, string? Why)> Source(string work, long mostBytes, CancellationToken ct) =>
        Rpms(Path.Combine(work, "build", "SRPMS"), work).Take(2).ToList() is [var only] ? await Take([only], mostBytes, ct) : ([], "There is not one source package where it should be.");

    /// <summary>mock puts all of them into one folder.</summary>
    public static Task<(IReadOnlyList<BuiltFile> Files, string? Why)> FromMock(string work, long mostBytes, CancellationToken ct)
    {
        var results = new MockFolder(work, work).Out;
        var all = Rpms(results, results).Take(MostFiles + 2).ToLookup(path => path.EndsWith(".src.rpm", StringComparison.Ordinal));
        return Take([.. all[true]], [.. all[false]], mostBytes, ct);
    }

    /// <summary>Where mock makes a source package and nothing else.</summary>
    public static async Task<(BuiltFile? File, string? Why)> SourceFromMock(MockFolder folder, long mostBytes, CancellationToken ct)
    {
        var sources = Rpms(folder.Out, folder.Out).Where(path => path.EndsWith(".src.rpm", StringComparison.Ordinal)).Take(2).ToList();
        if (WhyNotOne(sources) is { } many) return (null, many);
        var (files, why) = await Take(sources, mostBytes, ct);
        return (files.SingleOrDefault(), why);
    }

    static string? WhyNotOne(IReadOnlyList<string> sources) => sources.Count == 1 ? null : $"rpmbuild left {sources.Count} source packages where there should be one.";

    static async Task<(IReadOnlyList<BuiltFile> Files, string? Why)> Take(IReadOnlyList<string> sources, IReadOnlyList<string> binaries, long mostBytes, CancellationToken ct)
    {
        if (WhyNotOne(sources) is { } many) return ([], many);
        if (binaries.Count == 0) return ([], "The build made no binary package; its spec has no %files section, or none for this architecture.");
        if (binaries.Count > MostFiles) return ([], $"The build made more than {MostFiles} packages.");
        if (binaries.GroupBy(Path.GetFileName).FirstOrDefault(same => same.Count() > 1) is { } twice) return ([], $"The build made two packages of the name {twice.Key}.");
        return await Take([.. sources, .. binaries], mostBytes, ct);
    }

    static async Task<(IReadOnlyList<BuiltFile> Files, string? Why)> Take(IReadOnlyList<string> paths, long mostBytes, CancellationToken ct)
    {
        var files = new List<BuiltFile>();
        long bytes = 0;
        foreach (var path in paths)
        {
            await using var file = Libc.OpenRegular(path);
            if (file is null) return ([], $"{Path.GetFileName(path)} is not a regular file.");
            if ((bytes += file.Length) > mostBytes) return ([], $"The build's packages are larger than its disk limit of {mostBytes} bytes.");
            files.Add(new(Path.GetFileName(path), path, Convert.ToHexStringLower(await SHA256.HashDataAsync(file, ct)), file.Length));
        }
        return (files, null);
    }

    static IEnumerable<string> Rpms(string folder, string work) =>
        IsOwnFolder(folder, work) ? Directory.EnumerateFileSystemEntries(folder, "*.rpm").Where(path => !Path.GetFileName(path).StartsWith('.')).Order(StringComparer.Ordinal) : [];

    static IEnumerable<string> Folders(string folder, string work) =>
        IsOwnFolder(folder, work) ? Directory.EnumerateDirectories(folder).Where(path => IsOwnFolder(path, work)).Order(StringComparer.Ordinal) : [];

    /// <summary>A real folder, reached from the work folder through real folders only.</summary>
    static bool IsOwnFolder(string folder, string work)
    {
        for (var at = new DirectoryInfo(folder); at.FullName.Length > work.Length; at = at.Parent!)
        {
            if (!at.Exists || at.LinkTarget is not null) return false;
        }
        return true;
    }
}
