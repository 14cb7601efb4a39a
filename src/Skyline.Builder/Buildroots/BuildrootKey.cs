using System.Security.Cryptography;
using System.Text;
using Skyline.Protocol;

namespace Skyline.Builder;

/// <summary>The name of a kept buildroot: a hash of all that it is made of, so that the same name is the same root.</summary>
static class BuildrootKey
{
    /// <summary>Where rpm keeps its database, unless the chroot says otherwise.</summary>
    const string UsualDatabase = "/usr/lib/sysimage/rpm";

    /// <param name="madeBy">What fills the root, where that is not this agent.</param>
    public static string Of(BuildrootRecipe recipe, IEnumerable<RootPackage> packages, string? madeBy = null)
    {
        // A root whose packages were not checked against a key is not one whose were, though it holds the same.
        var keysOf = recipe.Repos.Where(repo => repo.GpgCheck).ToDictionary(repo => repo.Id, repo => " signed by " + string.Join(' ', repo.GpgKeys));
        var text = new StringBuilder("skyline-buildroot/1\n")
            .Append("chroot ").Append(recipe.Chroot).Append('\n')
            .Append("database ").Append(DatabasePath(recipe)).Append('\n')
            .Append(madeBy is null ? "" : $"made by {madeBy}\n")
            .AppendJoin('\n', packages.Select(package => $"{package.Nevra} {package.Sha256}{keysOf.GetValueOrDefault(package.Repo)}").Order(StringComparer.Ordinal));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..32];
    }

    public static string DatabasePath(BuildrootRecipe recipe) => recipe.Macros.GetValueOrDefault("_dbpath", UsualDatabase);
}
