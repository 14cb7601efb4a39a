using Skyline.Protocol;
using Skyline.Server.Tests.Batches;
using Skyline.Server.Tests.Locks;
using Skyline.Server.Tests.Tags;

namespace Skyline.Server.Tests.MassRebuilds;

public sealed class BumpPlanTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>A scratch build of the library's next version, complete.</summary>
    static async Task<long> Scratch(Site site, string version = "2", string provides = "lib.so.2()(64bit)")
    {
        var srpm = RebuildSite.Source("lib", "1", version);
        var build = await site.Admin.Submit(srpm.Open(), srpm.FileName, "paper", scratch: true, Ct);
        await new PaperBuilder(site.LocalBuilder).Build(RebuildSite.Source("lib", "1.pp1", version), RebuildSite.Binary("lib", "1.pp1", version, provides: [provides]));
        await site.Until(build.Id, now => now.State == BuildState.Complete);
        return build.Id;
    }

    [Fact]
    public async Task A_scratch_builds_plan_says_what_breaks_and_what_is_rebuilt_before_anything_is_built()
    {
        await using var site = await RebuildSite.Distribution();

        var plan = await site.Admin.PlanBump(new("paper", await Scratch(site)), Ct);

        Assert.Equal(("lib", "lib-2-1.pp1", "lib-1-1"), (plan.Library, plan.New, plan.Old));
        Assert.Equal(["lib.so.1()(64bit)"], plan.Gone);
        Assert.Equal(["lib.so.2()(64bit)"], plan.Come);
        Assert.Equal([("curl", 1, ""), ("tool", 2, "curl")], plan.Rebuilds.Select(package => (package.Package, package.Wave, string.Join(' ', package.After))));
        Assert.Equal([("curl-1-1.x86_64", null), ("tool-1-1.x86_64", null), ("git-1-1.x86_64", "curl-1-1.x86_64")], plan.Broken.Select(one => (one.Package, one.Through)));
        Assert.True(plan.EstimatedSeconds > 0);
        Assert.Empty(plan.Notes);
        Assert.Empty((await site.Admin.MassRebuilds(Ct)).MassRebuilds);
    }

    [Fact]
    public async Task Begun_the_library_comes_first_then_the_waves_and_merged_all_of_it_installs()
    {
        await using var site = await RebuildSite.Distribution();
        var scratch = await Scratch(site);
        var plan = await site.Admin.PlanBump(new("paper", scratch), Ct);

        var begun = await site.Admin.PlanBump(new("paper", scratch, Start: true, Digest: plan.Digest), Ct);
        var built = await site.BuildAll(3);
        var ended = await site.UntilRebuild(begun.MassRebuild!.Value, now => now.Batch.State != BatchState.Running);
        var merged = await site.Admin.MergeMassRebuild(begun.MassRebuild.Value, force: false, preview: false, Ct);
        await site.UpToDate("paper");
        var after = await site.Admin.PlanBump(new("paper", scratch), Ct);

        Assert.Equal(["lib", "curl", "tool"], built);
        Assert.Equal((BatchState.Complete, "Rebuild for lib-2-1.pp1"), (ended.Batch.State, ended.Bump!.Changelog));
        Assert.Equal(["lib-2-1.pp1", "curl-1-2.pp1", "tool-1-2.pp1"], merged.Builds);
        Assert.Equal(["curl-1-2.pp1", "git-1-1", "lib-2-1.pp1", "other-1-1", "tool-1-2.pp1"], await site.Held());
        Assert.Empty(after.Broken);
    }

    [Fact]
    public async Task A_build_that_is_there_already_goes_into_the_side_tag_and_what_needs_it_waits_for_that()
    {
        await using var site = await RebuildSite.Distribution();
        await site.Import("lib: lib.so.2()(64bit) | |", tag: null, version: "2");
        var build = (await site.Admin.Builds(Ct, limit: 10)).Builds.First(one => one.Nvr == "lib-2-1").Id;

        var begun = await site.Admin.PlanBump(new("paper", build, Start: true), Ct);
        var first = await new PaperBuilder(site.LocalBuilder).Lease();
        var snapshot = first.Buildroot.Repos.Single(repo => repo.Id == "skyline-paper-side-1").BaseUrl!.Split('@')[1].Split('/')[0];
        var members = await site.Members(begun.MassRebuild!.Value);

        Assert.Equal(("curl", MemberState.Done, build), (RebuildSite.NameOf(first), members["lib"].State, members["lib"].Build));
        Assert.Contains("lib-2-1", await site.Http().GetStringAsync($"api/tags/paper-side-1/snapshots/{snapshot}", Ct));
    }

    [Fact]
    public async Task Packages_that_are_only_told_of_can_be_planned_for_and_not_begun()
    {
        await using var site = await RebuildSite.Distribution();
        GivenPackage told = new("lib-2-1.x86_64.rpm", "lib-2-1.src.rpm", ["lib = 2-1", "lib.so.2()(64bit)"], [], ["libc.so.6()(64bit)"]);

        var plan = await site.Admin.PlanBump(new("paper", Packages: [told]), Ct);
        var refused = await Assert.ThrowsAsync<RefusedException>(() => site.Admin.PlanBump(new("paper", Packages: [told], Start: true), Ct));

        Assert.Equal(["curl", "tool"], plan.Rebuilds.Select(package => package.Package));
        Assert.Contains("only its packages are known here", refused.Message);
    }

    [Fact]
    public async Task What_has_no_way_out_or_nothing_to_do_or_has_changed_is_not_begun()
    {
        await using var site = await RebuildSite.Distribution();
        var (same, next) = (await Scratch(site, "1.1", "lib.so.1()(64bit)"), await Scratch(site));
        var plan = await site.Admin.PlanBump(new("paper", next), Ct);
        await site.Import("knot: | lib.so.1()(64bit) | noose");
        await site.Import("noose: | lib.so.1()(64bit) | knot");
        await site.Import("lone: | lib.so.1()(64bit)");

        var nothing = await Assert.ThrowsAsync<RefusedException>(() => site.Admin.PlanBump(new("paper", same, Start: true), Ct));
        var knotted = await site.Admin.PlanBump(new("paper", next), Ct);
        var stuck = await Assert.ThrowsAsync<RefusedException>(() => site.Admin.PlanBump(new("paper", next, Start: true), Ct));
        var changed = await Assert.ThrowsAsync<RefusedException>(() => site.Admin.PlanBump(new("paper", next, Start: true, Digest: plan.Digest, Exclude: ["knot"]), Ct));
        var unknown = await Assert.ThrowsAsync<RefusedException>(() => site.Admin.PlanBump(new("paper", 17), Ct));
        var both = await Assert.ThrowsAsync<RefusedException>(() => site.Admin.PlanBump(new("paper"), Ct));

        Assert.Equal((409, "Nothing has to be rebuilt for lib-1.1-1.pp1."), (nothing.Status, nothing.Message));
        Assert.Equal(["knot", "noose"], Assert.Single(knotted.Cycles));
        Assert.Contains("there is no order without the old library", Assert.Single(knotted.Notes));
        Assert.Contains("Keep the old library beside the new one", stuck.Message);
        Assert.Contains("is another by now", changed.Message);
        Assert.Equal((404, 400), (unknown.Status, both.Status));
    }

    [Fact]
    public async Task Its_page_shows_the_plan_to_who_is_signed_in()
    {
        await using var site = await RebuildSite.Distribution();
        var scratch = await Scratch(site);
        var person = site.Http();
        person.DefaultRequestHeaders.Add("Cookie", $"skyline-person={await site.Session(site.AdminToken)}");

        var page = await person.GetStringAsync($"plan-bump?target=paper&build={scratch}", Ct);
        var stranger = await site.Http().GetStringAsync($"plan-bump?target=paper&build={scratch}", Ct);

        Assert.Contains("2 packages must be rebuilt", page);
        Assert.Contains("Begin this rebuild", page);
        Assert.DoesNotContain("packages must be rebuilt", stranger);
    }
}
