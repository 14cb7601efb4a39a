using System.Data;
using System.Security.Cryptography;
using System.Text.Json;
using Skyline.Protocol;
using Skyline.Server.Storage;

namespace Skyline.Server.Locks;

/// <summary>
/// A buildroot's recipe, kept with the run that was given it: chroot definitions are files that change. Where packages came from is
/// left out, so that a tag's runs share one; which packages those were the run's lock says.
/// </summary>
static class KeptRecipe
{
    /// <returns>The name of it.</returns>
    public static string Keep(IDbTransaction tx, BuildrootRecipe recipe)
    {
        var kept = recipe with { Repos = [.. recipe.Repos.Select(repo => repo with { BaseUrl = null, Metalink = null, MirrorList = null })] };
        var json = JsonSerializer.SerializeToUtf8Bytes(kept, SkylineJson.Default.BuildrootRecipe);
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(json));
        tx.Execute("INSERT INTO recipes (sha256, engine, json) VALUES (@sha256, @Needs, @json) ON CONFLICT DO NOTHING", new { sha256, kept.Needs, json = System.Text.Encoding.UTF8.GetString(json) });
        return sha256;
    }

    /// <summary>As of a run.</summary>
    public static BuildrootRecipe Of(IDbConnection db, long run) => JsonSerializer.Deserialize(
        db.One<string>("SELECT p.json FROM task_runs r JOIN recipes p ON p.sha256 = r.recipe_sha256 WHERE r.id = @run", new { run })!, SkylineJson.Default.BuildrootRecipe)!;
}
