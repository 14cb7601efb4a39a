using Skyline.Testing;

namespace Skyline.Server.Tests.Signing;

/// <summary>Asks rpm and gpg whether all of a served repository is signed with these keys, and they know no others.</summary>
static class SignatureChecks
{
    /// <param name="part">"x86_64", or "@HASH/x86_64" for a fixed snapshot.</param>
    /// <param name="keys">Armored, one or several.</param>
    /// <returns>How many packages there are.</returns>
    public static async Task<int> AllSignedWith(HttpClient http, string tag, string part, string keys, CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("skyline-signatures-").FullName;
        try
        {
            var packages = await RepositoryChecks.IsWhole(http, tag, part, ct);
            foreach (var file in packages.Append("repodata/repomd.xml").Append("repodata/repomd.xml.asc"))
                await File.WriteAllBytesAsync(Path.Combine(folder, Path.GetFileName(file)), await http.GetByteArrayAsync($"repos/{tag}/{part}/{file}", ct), ct);
            await File.WriteAllTextAsync(Path.Combine(folder, "keys.asc"), keys, ct);
            await Metadata(folder, ct);
            if (packages.Count > 0) await Packages(folder, packages, ct);
            return packages.Count;
        }
        finally
        {
            await Tool.Run("gpgconf", ["--homedir", folder, "--kill", "gpg-agent"], CancellationToken.None);
            Directory.Delete(folder, recursive: true);
        }
    }

    static async Task Metadata(string folder, CancellationToken ct)
    {
        (await Tool.Run("gpg", ["--homedir", folder, "--batch", "--quiet", "--import", Path.Combine(folder, "keys.asc")], ct)).Ok("gpg --import");
        (await Tool.Run("gpg", ["--homedir", folder, "--batch", "--verify", Path.Combine(folder, "repomd.xml.asc"), Path.Combine(folder, "repomd.xml")], ct)).Ok("gpg --verify");
    }

    static async Task Packages(string folder, IEnumerable<string> packages, CancellationToken ct)
    {
        var db = Path.Combine(folder, "rpmdb");
        (await Tool.Run("rpmkeys", ["--dbpath", db, "--import", Path.Combine(folder, "keys.asc")], ct)).Ok("rpmkeys --import");
        (await Tool.Run("rpmkeys", ["--dbpath", db, "--define", "_pkgverify_level all", "--checksig", .. packages.Select(file => Path.Combine(folder, Path.GetFileName(file)))], ct)).Ok("rpmkeys --checksig");
    }
}
