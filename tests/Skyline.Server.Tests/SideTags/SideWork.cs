using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Testing.Rpms;

namespace Skyline.Server.Tests.SideTags;

/// <summary>Builds on paper, into side tags, of packages that need and provide something.</summary>
static class SideWork
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<string> MakeSideTag(this SkylineClient person, string target = "paper", string? note = null, int? days = null) =>
        (await person.CreateSideTag(new(note, days, target), Ct)).SideTag.Name;

    /// <summary>A package as a builder makes it, with the capabilities that it provides and requires, "NAME" or "NAME = EVR".</summary>
    public static Paper Made(string name, string version, string[]? provides = null, string[]? requires = null, string release = "1")
    {
        var rpm = new SyntheticRpm(name, version, release)
        {
            Files = [new($"/usr/share/{name}/words", "hello\n"u8.ToArray())],
            Dependencies = [.. Each(DependencyKind.Provides, [$"{name} = {version}-{release}", .. provides ?? []]), .. Each(DependencyKind.Requires, requires ?? [])],
        };
        return new(rpm.FileName, rpm.Build());
    }

    static IEnumerable<(DependencyKind, Dependency)> Each(DependencyKind kind, IEnumerable<string> capabilities) => capabilities.Select(text =>
        text.Split(" = ") is [var name, var evr] ? (kind, new Dependency(name, DependencyFlags.Equal, evr)) : (kind, new Dependency(text, DependencyFlags.None, "")));

    public static Task<BuildDetails> Send(this SkylineClient person, string target, string name, string version, string release = "1")
    {
        var source = Papers.Source(name, version, release, exclusiveArch: "x86_64");
        return person.Submit(source.Open(), source.FileName, target, scratch: false, Ct);
    }

    /// <summary>Submitted, built and published.</summary>
    public static async Task<BuildDetails> Build(this Site site, SkylineClient person, string target, string name, string version, params Paper[] results)
    {
        var build = await person.Send(target, name, version);
        await site.Deliver(name, version, results);
        return await Published(person, build.Id);
    }

    /// <summary>The builder's part: of what waits first, with its source package.</summary>
    public static Task Deliver(this Site site, string name, string version, params Paper[] results) =>
        new PaperBuilder(site.LocalBuilder).Build([Papers.Source(name, version, "1", exclusiveArch: "x86_64"), .. results.Length > 0 ? results : [Made(name, version)]]);

    /// <summary>As it is when it is over; woken.</summary>
    public static async Task<BuildDetails> Published(this SkylineClient person, long id)
    {
        var build = await person.Build(id, Ct);
        while (build.State is not (BuildState.Complete or BuildState.Failed or BuildState.Cancelled)) build = await person.WaitBuild(id, build.Revision, 30, Ct);
        return build;
    }

    public static async Task<string> Refused(Task act, int status)
    {
        var refused = await Assert.ThrowsAsync<RefusedException>(() => act);
        Assert.Equal(status, refused.Status);
        return refused.Message;
    }

    public static PromoteGate Gate(this SideTagPromotion outcome, string rule) => Assert.Single(outcome.Gates, gate => gate.Rule == rule);
}
