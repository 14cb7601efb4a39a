using Skyline.Protocol;
using Skyline.Testing;

namespace Skyline.Scenarios;

/// <summary>Rebuild exactly as then: the same packages come out though the tag has moved on, or it is said what is missing.</summary>
public sealed class LockTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(Timeout = 300_000)]
    public async Task A_locked_rebuild_on_another_builder_is_bit_identical_though_what_it_was_built_with_has_a_newer_version()
    {
        await using var site = await Appliance.Start(Ct);
        var first = await site.StartLocalBuilder();
        await Built(site, Tool("1"));
        var original = await Built(site, User);
        await Built(site, Tool("2"));
        await first.Terminate(Ct);
        // While it counts as at work, one that lost a run leaves the next one to it.
        await site.Admin.SetBuilderEnabled("local", enabled: false, Ct);
        // One that has neither the buildroot nor a package of it.
        await site.StartBuilder("second", freshData: true);

        var locked = await site.UntilComplete((await site.Admin.Rebuild(original.Id, new(Locked: true), Ct)).Id);
        var today = await site.UntilComplete((await site.Admin.Rebuild(original.Id, new(), Ct)).Id);

        Assert.Equivalent(new RebuildDetails(original.Id, true, true, []), locked.Rebuild, strict: true);
        Assert.Equal((await site.Admin.Lock(original.Id, null, Ct)).Sha256, locked.Tasks[0].Runs[0].LockSha256);
        Assert.Equal("second", locked.Tasks[0].Runs[0].Builder);
        Assert.Equal(original.Tasks[0].Runs[0].Vote, locked.Tasks[0].Runs[0].Vote);
        Assert.Equivalent(new RebuildDetails(original.Id, false, false, ["noarch/user-1-1.tos1.noarch.rpm"]), today.Rebuild, strict: true);
        var differ = Assert.Single((await site.Admin.Compare(original.Id, today.Id, Ct)).Differ);
        Assert.Equal("/usr/share/user/made-with", Assert.Single(differ.Differences!.Files).Path);
    }

    [Fact(Timeout = 300_000)]
    public async Task A_lock_whose_package_was_removed_ends_as_lost_with_its_name_after_all_tries()
    {
        await using var site = await Appliance.Start(Ct, settings: new Dictionary<string, string> { ["Skyline__KeepLocks"] = "None", ["--Skyline:KeepUntaggedDays"] = "0", ["Skyline__RetryLostAfterSeconds"] = "0" });
        var first = await site.StartLocalBuilder();
        await Built(site, Tool("1"));
        var original = await Built(site, User);
        await Built(site, Tool("2"));
        await first.Terminate(Ct);
        // While it counts as at work, one that lost a run leaves the next one to it.
        await site.Admin.SetBuilderEnabled("local", enabled: false, Ct);
        await site.Admin.UntagBuilds("testos", new(["tool-1-1.tos1"]), preview: false, Ct);
        await site.Admin.SetRetention("testos", new(1, 0), Ct);
        Assert.Contains((await site.Admin.ApplyRetention(dryRun: false, Ct)).Builds, removed => removed.Nvr == "tool-1-1.tos1");

        var rebuild = await site.Admin.Rebuild(original.Id, new(Locked: true), Ct);
        await site.StartBuilder("second", freshData: true);

        var ended = await site.Until(rebuild.Id, now => now.State == BuildState.Failed);
        var tool = (await site.Admin.Lock(original.Id, null, Ct)).Packages.Single(package => package.Nevra == "tool-1-1.tos1.noarch");
        Assert.Equal(3, ended.Tasks[0].Runs.Count);
        Assert.All(ended.Tasks[0].Runs, run => Assert.Equal((RunState.Lost, $"tool-1-1.tos1.noarch (SHA-256 {tool.Sha256}) of the lock is not kept any more. It was in the tag testos, and was removed by retention."), (run.State, run.Why)));
        Assert.Contains("3 runs were lost through no fault of the package", ended.Why);
        Assert.False(tool.Kept);
    }

    static async Task<BuildDetails> Built(Appliance site, string spec) =>
        await site.UntilComplete((await site.Submit(await SourcePackage.Make(site.Folder, spec, Ct, Array.Empty<(string, string)>()))).Id);

    static string Tool(string version) => $$"""
        Name: tool
        Version: {{version}}
        Release: 1%{?dist}
        Summary: A tool
        License: MIT
        BuildArch: noarch
        %description
        A tool.
        %install
        mkdir -p %{buildroot}/usr/share/tool
        echo {{version}} > %{buildroot}/usr/share/tool/version
        %files
        /usr/share/tool
        %changelog
        * Sat Jan 06 2024 T Ester <t@example.org> - {{version}}-1
        - first
        """;

    const string User = """
        Name: user
        Version: 1
        Release: 1%{?dist}
        Summary: Made with a tool
        License: MIT
        BuildArch: noarch
        BuildRequires: tool
        %description
        Made with a tool.
        %install
        mkdir -p %{buildroot}/usr/share/user
        cp /usr/share/tool/version %{buildroot}/usr/share/user/made-with
        %files
        /usr/share/user
        %changelog
        * Sat Jan 06 2024 T Ester <t@example.org> - 1-1
        - first
        """;
}
