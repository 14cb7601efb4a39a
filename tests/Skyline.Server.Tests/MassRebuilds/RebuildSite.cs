using System.Net.Http.Json;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Tests.Tags;
using Skyline.Testing.Rpms;

namespace Skyline.Server.Tests.MassRebuilds;

/// <summary>A tag of packages that need each other, as a distribution has them.</summary>
static class RebuildSite
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static Dependency Dep(string text) => text.Split(' ') is [var name, "=", var evr] ? new(name, DependencyFlags.Equal, evr) : new(text, DependencyFlags.None, "");

    static IReadOnlyList<(DependencyKind, Dependency)> Dependencies(string[] provides, string[] requires) =>
        [.. provides.Select(one => (DependencyKind.Provides, Dep(one))), .. requires.Select(one => (DependencyKind.Requires, Dep(one)))];

    public static Paper Source(string name, string release = "1", string version = "1", params string[] buildRequires)
    {
        var rpm = new SyntheticRpm(name, version, release) { IsSource = true, Compressor = "none", Files = [new($"{name}.spec", "Name: x\n"u8.ToArray())], Dependencies = Dependencies([], buildRequires), Header = header => header.Texts(RpmTag.ExclusiveArch, ["x86_64"]) };
        return new(rpm.FileName, rpm.Build());
    }

    public static Paper Binary(string name, string release = "1", string version = "1", string[]? provides = null, string[]? requires = null)
    {
        var rpm = new SyntheticRpm(name, version, release) { SourceRpm = $"{name}-{version}-{release}.src.rpm", Files = [new($"/usr/share/{name}/words", "x\n"u8.ToArray())], Dependencies = Dependencies([$"{name} = {version}-{release}", .. provides ?? []], requires ?? []) };
        return new(rpm.FileName, rpm.Build());
    }

    public static async Task Import(this Site site, Paper paper, string? tag = "paper") =>
        (await site.Http(site.AdminToken).PostAsync(tag is null ? "api/rpms" : $"api/tags/{tag}/rpms", new ByteArrayContent(paper.Bytes), Ct)).EnsureSuccessStatusCode();

    /// <summary>A package with its source, imported: "name: provides | requires | build requires", each with commas between.</summary>
    public static async Task Import(this Site site, string text, string? tag = "paper", string release = "1", string version = "1")
    {
        var (name, lists) = (text.Split(':')[0], text.Split(": ", 2)[1].Split('|').Select(list => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).ToList());
        await site.Import(Source(name, release, version, lists.ElementAtOrDefault(2) ?? []), tag);
        await site.Import(Binary(name, release, version, lists[0], lists.ElementAtOrDefault(1)), tag);
    }

    /// <summary>A library, what is linked to it, and what is only built with that.</summary>
    public static async Task<Site> Distribution()
    {
        var site = await Site.Open();
        await site.Import("lib: lib.so.1()(64bit) | |");
        await site.Import("curl: | lib.so.1()(64bit) | lib");
        await site.Import("git: | curl | curl");
        await site.Import("tool: | lib.so.1()(64bit) | lib, git");
        await site.Import("other: | | gcc");
        await site.UpToDate("paper");
        return site;
    }

    public static string NameOf(LeasedRun run) => run.Nvr[..run.Nvr.IndexOf('-', StringComparison.Ordinal)];

    /// <summary>What a rebuild of a package comes to: the next release, linked to what there is now.</summary>
    public static Paper[] Rebuilt(LeasedRun run, string library = "lib.so.2()(64bit)") => NameOf(run) switch
    {
        "lib" => [Source("lib", "1.pp1", "2"), Binary("lib", "1.pp1", "2", provides: [library])],
        "git" => [Source("git", "2.pp1", "1", "curl"), Binary("git", "2.pp1", requires: ["curl"])],
        var name and ("curl" or "tool") => [Source(name, "2.pp1", "1", "lib"), Binary(name, "2.pp1", requires: [library])],
        var name => [Source(name, "2.pp1"), Binary(name, "2.pp1")],
    };

    public static async Task<MassRebuildDetails> UntilRebuild(this Site site, long id, Func<MassRebuildDetails, bool> wanted)
    {
        var batch = await site.Admin.Batch(id, Ct);
        while (true)
        {
            var now = await site.Admin.MassRebuild(id, Ct);
            if (wanted(now)) return now;
            batch = await site.Admin.WaitBatch(id, now.Batch.Revision, 30, Ct);
        }
    }

    /// <summary>Builds all that comes until the mass rebuild is over.</summary>
    /// <returns>The packages, in the order in which they were leased.</returns>
    public static async Task<IReadOnlyList<string>> BuildAll(this Site site, int count, Func<LeasedRun, Paper[]?>? results = null)
    {
        var (builder, names) = (new PaperBuilder(site.LocalBuilder), new List<string>());
        for (var i = 0; i < count; i++)
        {
            var run = await builder.Lease();
            names.Add(NameOf(run));
            if ((results is null ? Rebuilt(run) : results(run)) is { } papers) await builder.Deliver(run, papers);
            else await builder.Report(run.RunId, RunOutcome.Failed, "%build failed: hello.c:3: error: expected ';'");
        }
        return names;
    }

    public static NewMassRebuild Everything(Func<PackageQuery, PackageQuery>? but = null) => new("paper", but is null ? new(All: true) : but(new()));

    /// <summary>What the tag holds, of each package its latest.</summary>
    public static async Task<IReadOnlyList<string>> Held(this Site site) => [.. (await site.Admin.PlanMassRebuild(Everything(), Ct)).Packages.Select(package => package.Nvr).Order(StringComparer.Ordinal)];

    public static async Task<Problem> Refused(this Site site, string path, object body)
    {
        var answer = await site.Http(site.AdminToken).PostAsJsonAsync(path, body, Ct);
        var problem = (await answer.Content.ReadFromJsonAsync(SkylineJson.Default.Problem, Ct))!;
        Assert.False(answer.IsSuccessStatusCode);
        return problem;
    }
}
