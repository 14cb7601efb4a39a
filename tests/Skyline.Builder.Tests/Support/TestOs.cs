using Skyline.Protocol;

namespace Skyline.Builder.Tests;

/// <summary>The distribution that tests build on. Its dist is set here, so that names of results are the tests' own.</summary>
static class TestOs
{
    public static string Repo { get; } = Environment.GetEnvironmentVariable("SKYLINE_TESTOS") is { Length: > 0 } folder && Directory.Exists(Path.Combine(folder, "repo", "repodata"))
        ? Path.Combine(folder, "repo")
        : throw new InvalidOperationException("SKYLINE_TESTOS must name a folder with TestOS's repo/ in it: packaging/testos/make makes one, and ./dev test sets it.");

    public static RunLimits Limits { get; } = new(2L << 30, 512, 2L << 30, 2, 120, 60);

    public static BuildrootRecipe Recipe { get; } = new("testos-1", "1", "x86_64", "x86_64", ["@build"],
        [new RecipeRepo("testos", "file://" + Repo, null, null, 99, false, [], false)], new Dictionary<string, string> { ["dist"] = ".tos1" });
}
