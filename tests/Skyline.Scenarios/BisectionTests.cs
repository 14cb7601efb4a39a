using Skyline.Protocol;
using Skyline.Testing;

namespace Skyline.Scenarios;

/// <summary>A package that builds no more, and which update did it: with a real builder and packages that are really built.</summary>
public sealed class BisectionTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(Timeout = 300_000)]
    public async Task A_run_of_what_is_affected_finds_the_package_that_fails_and_the_update_that_did_it_is_named()
    {
        await using var site = await Appliance.Start(Ct);
        await site.StartLocalBuilder();
        foreach (var name in new[] { "anvil", "bellows", "chisel" }) await Built(site, Tool(name, 1));
        var good = await Built(site, User);
        foreach (var name in new[] { "anvil", "bellows", "chisel" }) await Built(site, Tool(name, 2));

        await site.Admin.CreateSchedule(new("nightly", "testos", "0 3 * * *", What: ScheduleScope.Affected, Bisect: true), Ct);
        var run = await site.Admin.RunSchedule("nightly", Ct);
        var found = await Bisected(site);

        Assert.Equal((1, 4), (run.Counts.All, run.Sources));
        Assert.Equal((good.Id, BisectionState.Found, 3), (found.Bisection.Good, found.Bisection.State, found.Bisection.Updates));
        Assert.Equal(["bellows 1-1.tos1 → 2-1.tos1"], found.Bisection.Guilty);
        Assert.Equal(["anvil 1-1.tos1 → 2-1.tos1", "bellows 1-1.tos1 → 2-1.tos1", "chisel 1-1.tos1 → 2-1.tos1"], found.Updates.Select(update => update.Title));
        Assert.Contains(found.Probes, probe => probe is { Updates: [1], Result: ProbeOutcome.Bad });
        Assert.Contains(found.Probes, probe => probe is { Updates: [0, 2], Result: ProbeOutcome.Good });
        Assert.Equal([NoticeKind.Guilty, NoticeKind.Fails], (await site.Admin.Notices(Ct)).Notices.Select(notice => notice.Kind));
    }

    /// <summary>The search that begins once the package has failed.</summary>
    static async Task<BisectionDetails> Bisected(Appliance site)
    {
        var run = (await site.Admin.Schedule("nightly", Ct)).Runs[0];
        var batch = await site.Admin.Batch(run.Batch, Ct);
        while (batch.State == BatchState.Running) batch = await site.Admin.WaitBatch(run.Batch, batch.Revision, 30, Ct);
        // It began in the transaction that took the failure into the package's history, a moment after.
        var page = await site.Admin.Bisections(Ct);
        while (page.Bisections.Count == 0) (_, page) = (await site.Admin.WaitBatch(run.Batch, batch.Revision, 1, Ct), await site.Admin.Bisections(Ct));
        var now = await site.Admin.Bisection(page.Bisections[0].Id, Ct);
        while (now.Bisection.State == BisectionState.Running) now = await site.Admin.WaitBisection(now.Bisection.Id, now.Bisection.Revision, 30, Ct);
        return now;
    }

    static async Task<BuildDetails> Built(Appliance site, string spec) =>
        await site.UntilComplete((await site.Submit(await SourcePackage.Make(site.Folder, spec, Ct, Array.Empty<(string, string)>()))).Id);

    static string Tool(string name, int version) => $$"""
        Name: {{name}}
        Version: {{version}}
        Release: 1%{?dist}
        Summary: A tool
        License: MIT
        BuildArch: noarch
        %description
        A tool.
        %install
        mkdir -p %{buildroot}/usr/share/{{name}}
        echo {{version}} > %{buildroot}/usr/share/{{name}}/version
        %files
        /usr/share/{{name}}
        %changelog
        * Sat Jan 06 2024 T Ester <t@example.org> - {{version}}-1
        - first
        """;

    const string User = """
        Name: smithy
        Version: 1
        Release: 1%{?dist}
        Summary: Made with tools
        License: MIT
        BuildArch: noarch
        BuildRequires: anvil
        BuildRequires: bellows
        BuildRequires: chisel
        %description
        Made with tools.
        %build
        if grep 2 /usr/share/bellows/version; then echo "error: these bellows do not blow" >&2; exit 1; fi
        %install
        mkdir -p %{buildroot}/usr/share/smithy
        cp /usr/share/anvil/version %{buildroot}/usr/share/smithy/made-with
        %files
        /usr/share/smithy
        %changelog
        * Sat Jan 06 2024 T Ester <t@example.org> - 1-1
        - first
        """;
}
