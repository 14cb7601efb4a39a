using Skyline.Protocol;

namespace Skyline.Server.Tests.Locks;

/// <summary>What every test of locks says first.</summary>
static class LockSite
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<BuildDetails> Submit(this Site site, string name = "hello", bool scratch = false, string version = "2.12", string target = "paper")
    {
        var srpm = Papers.Source(name, version, "1.pp1", exclusiveArch: "x86_64");
        return await site.Admin.Submit(srpm.Open(), srpm.FileName, target, scratch, Ct);
    }

    public static Paper[] Results(string name = "hello", string version = "2.12", string summary = "A package") =>
        [Papers.Source(name, version, "1.pp1"), Papers.Binary(name, version, "1.pp1", summary: summary)];

    /// <summary>Complete, made of these packages.</summary>
    public static async Task<BuildDetails> Built(this Site site, IReadOnlyList<LockedPackage>? packages = null, string name = "hello", bool scratch = false, string version = "2.12", string target = "paper")
    {
        var build = await site.Submit(name, scratch, version, target);
        var builder = new PaperBuilder(site.LocalBuilder);
        if (packages is not null) builder.Lock = packages;
        await builder.Build(Results(name, version));
        return await site.Until(build.Id, now => now.State == BuildState.Complete);
    }

    public static async Task<BuildDetails> Until(this Site site, long id, Func<BuildDetails, bool> wanted)
    {
        var now = await site.Admin.Build(id, Ct);
        while (!wanted(now)) now = await site.Admin.WaitBuild(id, now.Revision, 30, Ct);
        return now;
    }

    /// <summary>The lock, once that is so of it; each step of its keeping is a change of the build.</summary>
    public static async Task<BuildLock> LockWhen(this Site site, long build, Func<BuildLock, bool> wanted)
    {
        while (true)
        {
            var seen = await site.Admin.Build(build, Ct);
            var found = await site.Admin.Lock(build, null, Ct);
            if (wanted(found)) return found;
            await site.Admin.WaitBuild(build, seen.Revision, 30, Ct);
        }
    }

    public static async Task<(RefusedException Refused, int Status)> Refused(Func<Task> act)
    {
        var refused = await Assert.ThrowsAsync<RefusedException>(act);
        return (refused, refused.Status);
    }
}
