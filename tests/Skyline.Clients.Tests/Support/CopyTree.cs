using System.Security.Cryptography;

namespace Skyline.Clients.Tests;

/// <summary>Folders, copied and compared.</summary>
static class CopyTree
{
    public static void Copy(string from, string to)
    {
        foreach (var file in Files(from))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(to, file))!);
            File.Copy(Path.Combine(from, file), Path.Combine(to, file));
        }
    }

    public static IReadOnlyList<string> Digests(string folder) =>
        [.. Files(folder).Order(StringComparer.Ordinal).Select(file => $"{file} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, file))))}")];

    static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file));
}
