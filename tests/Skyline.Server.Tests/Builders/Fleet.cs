using Skyline.Protocol;

namespace Skyline.Server.Tests.Builders;

/// <summary>What these tests have in common: a build that waits, and machines that say how they stand.</summary>
static class Fleet
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>A sound machine of 16 processors and 64 GiB, with 8 slots.</summary>
    public static BuilderReport Sound => new([], "6.12.0", "Fedora Linux 43", null, 16, 64L << 30, 500L << 30, 2L << 30, 8, TimeProvider.System.GetUtcNow());

    public static async Task<BuildDetails> Submit(this Site site, string name = "hello", string target = "paper", string? arch = "x86_64", string? buildArch = null)
    {
        var srpm = Papers.Source(name, "1", "1", buildArch: buildArch, exclusiveArch: arch);
        return await site.Admin.Submit(srpm.Open(), srpm.FileName, target, scratch: false, Ct);
    }

    public static async Task<PaperBuilder> Machine(this Site site, string name, BuilderReport? says = null, params string[] arches) =>
        new(await site.Enrol(name), arches) { Says = says };

    /// <summary>A tag and target of two architectures.</summary>
    public static async Task<string> MakeTwoArches(this Site site)
    {
        await site.Admin.CreateTag(new NewTag("two", "paper-1", ["x86_64", "aarch64"]), Ct);
        await site.Admin.CreateTarget(new NewTarget("two", "two", "two"), Ct);
        return "two";
    }
}
