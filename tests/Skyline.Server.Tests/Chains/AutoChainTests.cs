using Microsoft.Extensions.DependencyInjection;
using Skyline.Protocol;
using Skyline.Server.Chains;
using Skyline.Server.Storage;
using Skyline.Server.Tests.Batches;
using static Skyline.Server.Tests.Chains.ChainSite;

namespace Skyline.Server.Tests.Chains;

/// <summary>Chains whose order the server finds.</summary>
public sealed class AutoChainTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    const string Release = "Version: 1\nRelease: 1%{?dist}\n";

    [Fact]
    public async Task Versions_rich_dependencies_and_files_order_a_pile_and_the_plan_says_why()
    {
        await using var site = await Site.Open();
        var plan = await site.Admin.PlanChain(await site.Admin.Auto(
            Source("app", null, "lib-devel >= 1", "/usr/bin/tool", "(helper or nothing)", "too-new >= 2"),
            Source("lib"), Source("too", $"{Release}Provides: too-new = 1.5\n", "app"),
            Source("tool", $"{Release}%files\n%{{_bindir}}/tool\n", "lib"), Source("helper")), Ct);

        Assert.Equal("helper lib : tool : app : too", plan.Links());
        var app = plan.Links[2].Members.Single();
        Assert.Equal(["helper-1-1: (helper or nothing) (helper)", "lib-1-1: lib-devel >= 1 (lib-devel)", "tool-1-1: /usr/bin/tool (tool)"],
            app.Needs.Select(need => $"{need.Nvr}: {need.Requirement} ({need.MetBy})").Order(StringComparer.Ordinal));
        Assert.Empty(await site.Admin.Batches(Ct) is { Batches: var none } ? none : []);
    }

    [Fact]
    public async Task What_an_earlier_build_offered_the_next_one_will()
    {
        await using var site = await Site.Open();
        var earlier = new Testing.Rpms.SyntheticRpm("lib", "0.9", "1") { Dependencies = [(Rpm.DependencyKind.Provides, Read("pkgconfig(lib) = 0.9")), (Rpm.DependencyKind.Provides, Read("liblib.so.3()(64bit)"))] };
        await site.Admin.Import(new MemoryStream(earlier.Build()), "paper", Ct);
        var plan = await site.Admin.PlanChain(await site.Admin.Auto(Source("app", null, "pkgconfig(lib) >= 1", "liblib.so.3()(64bit)"), Source("lib")), Ct);

        Assert.Equal("lib : app", plan.Links());
    }

    [Fact]
    public async Task A_cycle_without_a_way_out_is_refused_and_spelled_out()
    {
        await using var site = await Site.Open();
        var chain = await site.Admin.Auto(Source("a", null, "b"), Source("b", null, "c"), Source("c", null, "a"));
        var refused = await Assert.ThrowsAsync<RefusedException>(() => site.Admin.StartChain(chain, Ct));

        Assert.Equal((409, true), (refused.Status, refused.Message.StartsWith("a, which needs b, which needs c, which needs a: a circle that none of them can be built out of.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_cycle_is_built_with_bootstrap_first_and_again_without_it_at_the_end()
    {
        await using var site = await Site.Open();
        const string Spec = Release + "%bcond_with bootstrap\n%if %{without bootstrap}\nBuildRequires: b-devel\n%endif\nBuildRequires: base\n";
        var chain = await site.Admin.Auto(Source("a", Spec, "b-devel", "base"), Source("b", null, "a"), Source("base"), Source("user", null, "a"));
        var plan = await site.Admin.PlanChain(chain, Ct);
        var batch = await site.Admin.StartChain(chain, Ct);
        var (builder, built) = (new PaperBuilder(site.LocalBuilder), new List<string>());
        for (var i = 0; i < 5; i++)
        {
            var run = await builder.TryLease(30);
            Assert.True(run is not null, string.Join("; ", (await site.Admin.BatchMembers(batch.Id, Ct)).Members.Select(member => $"{member.Package} {member.State} {member.Build} {member.Why}")));
            var results = Results(run);
            built.Add(results[1].FileName + (run.Options is { } options ? " " + string.Join(' ', options.With) : ""));
            await builder.Deliver(run, results);
        }
        var ended = await site.UntilBatch(batch.Id, now => now.State is not BatchState.Running);

        Assert.Equal("base : a(bootstrap) : b : a : user", plan.Links());
        Assert.Equal(["a", "b", "a"], plan.Cycles.Single().Way);
        Assert.Equal(["a"], plan.Cycles.Single().Bootstrapped);
        Assert.Equal(["base-1-1.pp1.x86_64.rpm", "a-1-1.pp1~bootstrap.x86_64.rpm bootstrap", "b-1-1.pp1.x86_64.rpm", "a-1-1.pp1.x86_64.rpm", "user-1-1.pp1.x86_64.rpm"], built);
        Assert.Equal(BatchState.Complete, ended.State);
    }

    [Fact]
    public async Task A_bootstrap_whose_release_would_be_the_same_is_refused()
    {
        await using var site = await Site.Open();
        var chain = await site.Admin.Auto(Source("a", "Release: 1\n%bcond bootstrap 0\n", "b"), Source("b", null, "a"));
        var refused = await Assert.ThrowsAsync<RefusedException>(() => site.Admin.PlanChain(chain, Ct));

        Assert.Equal((409, true), (refused.Status, refused.Message.StartsWith("a must be built twice, and its release would be the same both times", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task As_few_as_can_be_found_are_built_twice()
    {
        await using var site = await Site.Open();
        const string Spec = Release + "%bcond bootstrap 0\n";
        var plan = await site.Admin.PlanChain(await site.Admin.Auto(
            Source("hub", Spec, "x", "y", "z"), Source("x", Spec, "hub"), Source("y", Spec, "hub"), Source("z", Spec, "hub")), Ct);

        Assert.Equal("hub(bootstrap) : x y z : hub", plan.Links());
    }

    [Fact]
    public async Task What_could_not_be_understood_is_noted_and_what_nobody_takes_goes()
    {
        var clock = new LaterTime();
        await using var site = await Site.Open(change: services => services.AddSingleton<TimeProvider>(clock));
        var source = Source("a", Release + "Provides: %(uname -r)\n", "(x and");
        var plan = await site.Admin.PlanChain(await site.Admin.Auto(source), Ct);
        Assert.Equal(["a-1-1: what this line of its spec offers only rpm can tell: Provides: %(uname -r)", "a-1-1: its requirement (x and could not be understood, and is passed over."], plan.Notes);

        clock.Pass(TimeSpan.FromDays(8));
        await site.Part<SweepSources>().Run(Ct);
        Assert.False((await site.Admin.Source(source.Sha256, Ct)).Kept);
        Assert.Equal(0, site.Part<Database>().Read(db => db.One<int>("SELECT count(*) FROM source_capabilities")));
    }
}
