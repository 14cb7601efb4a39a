using Skyline.Protocol;
using Skyline.Server.Tests;
using Skyline.Testing.Rpms;

namespace Skyline.Clients.Tests;

/// <summary>Packages put into a tag through the front door, as builds whose results were made beforehand.</summary>
static class Published
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task Tag(Site site, string name)
    {
        await site.Admin.CreateTag(new NewTag(name, "paper-1", [ServedTag.Arch]), Ct);
        await site.Admin.CreateTarget(new NewTarget(name, name, name), Ct);
    }

    public static Task Build(Site site, string target, string srpm, IEnumerable<string> binaries) =>
        Build(site, target, Read(srpm), [.. binaries.Select(Read)]);

    /// <summary>A program with what a debugger reads.</summary>
    public static Task Tool(Site site, string target)
    {
        var source = Papers.Source("tool", "1.0", "1", exclusiveArch: ServedTag.Arch);
        return Build(site, target, source, Papers.Binary("tool", "1.0", "1"), Papers.Binary("tool-debuginfo", "1.0", "1", source: source.FileName));
    }

    /// <summary>Synthetic packages in the shape of a distribution's, all of one source.</summary>
    public static Task Corpus(Site site, string target, int count)
    {
        var source = Papers.Source("corpus", "1.0", "1");
        return Build(site, target, source, [.. SyntheticCorpus.Packages(count, medianPayload: 4 << 10)
            .Select(package => package with { SourceRpm = source.FileName }).Select(package => new Paper(package.FileName, package.Build()))]);
    }

    static async Task Build(Site site, string target, Paper srpm, params Paper[] binaries)
    {
        var build = await site.Admin.Submit(srpm.Open(), srpm.FileName, target, scratch: false, Ct);
        await new PaperBuilder(site.LocalBuilder).Build([srpm, .. binaries]);
        while (build.State is BuildState.Waiting or BuildState.Building or BuildState.Publishing)
            build = await site.Admin.WaitBuild(build.Id, build.Revision, 30, Ct);
        if (build.State != BuildState.Complete) throw new InvalidOperationException($"{srpm.FileName} is {build.State}: {build.Why}");
    }

    static Paper Read(string path) => new(Path.GetFileName(path), File.ReadAllBytes(path));
}
