using Skyline.Protocol;
using Skyline.Server.Tests.Batches;
using Skyline.Server.Tests.Tags;

namespace Skyline.Server.Tests.MassRebuilds;

public sealed class MassRebuildTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static string Told(IReadOnlyList<PlannedRebuild> packages) => string.Join(", ", packages.GroupBy(package => package.Wave).Select(wave => string.Join(' ', wave.Select(package => package.Package))));

    [Fact]
    public async Task A_plan_says_what_is_found_in_which_order_and_what_not_and_nothing_is_begun()
    {
        await using var site = await RebuildSite.Distribution();
        await site.Import(RebuildSite.Binary("lone", requires: ["lib.so.1()(64bit)"]));
        await site.Import("one: | | two");
        await site.Import("two: | | one");

        var all = await site.Admin.PlanMassRebuild(RebuildSite.Everything() with { Exclude = ["other"] }, Ct);
        var linked = await site.Admin.PlanMassRebuild(RebuildSite.Everything(query => query with { Requires = ["lib*.so.1"] }), Ct);
        var named = await site.Admin.PlanMassRebuild(RebuildSite.Everything(query => query with { Requires = ["lib"] }), Ct);
        var built = await site.Admin.PlanMassRebuild(RebuildSite.Everything(query => query with { BuildRequires = ["cur?"], Packages = ["other"] }), Ct);

        Assert.Equal("lib one two, curl, git, tool", Told(all.Packages));
        Assert.Equal(["one", "two"], Assert.Single(all.Cycles));
        Assert.Contains("nothing need be bootstrapped", Assert.Single(all.Notes));
        Assert.Equal([new("lone", "lone-1-1 was imported without its source package"), new("other", "Left out, as was asked.")], all.LeftOut.Select(one => one with { Why = one.Why.Split(" (build")[0] }));
        Assert.Equal(["lib", "git"], all.Packages.Single(package => package.Package == "tool").After);
        Assert.Equal("curl tool", Told(linked.Packages));
        Assert.Equal(linked.Packages.Select(package => package.Package), named.Packages.Select(package => package.Package));
        Assert.Equal("git other", Told(built.Packages));
        Assert.Empty((await site.Admin.MassRebuilds(Ct)).MassRebuilds);
        Assert.DoesNotContain(await site.Admin.Tags(Ct), tag => tag.Name != "paper");
    }

    [Fact]
    public async Task Packages_are_rebuilt_in_a_side_tag_with_raised_releases_in_waves_and_merged_back()
    {
        await using var site = await RebuildSite.Distribution();

        var begun = await site.Admin.CreateMassRebuild(RebuildSite.Everything() with { Changelog = "Rebuilt for the new compiler", Author = "Rel Eng <releng@example.org>" }, Ct);
        var builder = new PaperBuilder(site.LocalBuilder);
        var first = await builder.Lease();
        await builder.Deliver(first, RebuildSite.Rebuilt(first, "lib.so.1()(64bit)"));
        var rest = await site.BuildAll(4, run => RebuildSite.Rebuilt(run, "lib.so.1()(64bit)"));
        var ended = await site.UntilRebuild(begun.Batch.Id, now => now.Batch.State != BatchState.Running);
        var merged = await site.Admin.MergeMassRebuild(begun.Batch.Id, force: false, preview: false, Ct);
        await site.UpToDate("paper");

        Assert.Equal((25, 5, "paper-side-1", "paper"), (begun.Batch.Priority, begun.Batch.Counts.All, begun.Batch.SideTag, begun.Into));
        Assert.Equal(new ReleaseBump("Rebuilt for the new compiler", "Rel Eng <releng@example.org>", DateOnly.FromDateTime(site.Part<TimeProvider>().GetUtcNow().UtcDateTime)), first.Options!.Bump);
        Assert.Contains(first.Buildroot.Repos, repo => repo.Id == "skyline-paper-side-1");
        Assert.True(new[] { "curl", "git", "tool" }.SequenceEqual(rest.Where(name => name != "other" && name != "lib")), string.Join(' ', rest));
        Assert.Equal((BatchState.Complete, null), (ended.Batch.State, ended.SecondsLeft));
        Assert.Equal(5, merged.Builds.Count);
        Assert.Empty(merged.Skipped);
        Assert.Equal(["curl-1-2.pp1", "git-1-2.pp1", "lib-2-1.pp1", "other-1-2.pp1", "tool-1-2.pp1"], await site.Held());
        Assert.NotNull((await site.Admin.MassRebuild(begun.Batch.Id, Ct)).Merged);
    }

    [Fact]
    public async Task What_has_a_newer_build_meanwhile_is_passed_over_and_named()
    {
        await using var site = await RebuildSite.Distribution();
        var begun = await site.Admin.CreateMassRebuild(RebuildSite.Everything(query => query with { Packages = ["git", "other"] }), Ct);
        await site.BuildAll(2);
        await site.UntilRebuild(begun.Batch.Id, now => now.Batch.State == BatchState.Complete);
        await site.Import("git: | curl | curl", release: "5");

        var preview = await site.Admin.MergeMassRebuild(begun.Batch.Id, force: false, preview: true, Ct);
        var merged = await site.Admin.MergeMassRebuild(begun.Batch.Id, force: false, preview: false, Ct);

        Assert.Equal(["other-1-2.pp1"], merged.Builds);
        Assert.Equal(merged.Builds, preview.Builds);
        Assert.Equal(new LeftOut("git", "'paper' has git-1-5 meanwhile, and git-1-2.pp1 was built without what is new in that; rebuild that one."), Assert.Single(merged.Skipped));
    }

    [Fact]
    public async Task Two_merges_at_once_are_one_and_a_refusal()
    {
        await using var site = await RebuildSite.Distribution();
        var begun = await site.Admin.CreateMassRebuild(RebuildSite.Everything(query => query with { Packages = ["git", "other"] }), Ct);
        var early = await Assert.ThrowsAsync<RefusedException>(() => site.Admin.MergeMassRebuild(begun.Batch.Id, force: false, preview: false, Ct));
        await site.BuildAll(2);
        await site.UntilRebuild(begun.Batch.Id, now => now.Batch.State == BatchState.Complete);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            try
            {
                return (object)await site.Admin.MergeMassRebuild(begun.Batch.Id, force: false, preview: false, Ct);
            }
            catch (RefusedException refused)
            {
                return refused;
            }
        }));

        Assert.Contains("still going on", early.Message);
        Assert.Equal(2, Assert.Single(outcomes.OfType<MergedMassRebuild>()).Builds.Count);
        Assert.All(outcomes.OfType<RefusedException>(), refused => Assert.Contains("no builds of its own left to promote", refused.Message));
        Assert.Single((await site.Admin.TagEvents("paper", Ct, limit: 100)).Events, happened => happened.Kind == "Tag" && happened.What.Contains("git-1-2.pp1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_merge_that_would_break_what_installs_is_refused_unless_it_is_forced()
    {
        await using var site = await RebuildSite.Distribution();
        var begun = await site.Admin.CreateMassRebuild(RebuildSite.Everything(query => query with { Packages = ["lib"] }), Ct);
        await site.BuildAll(1);
        await site.UntilRebuild(begun.Batch.Id, now => now.Batch.State == BatchState.Complete);

        var refused = await Assert.ThrowsAsync<RefusedException>(() => site.Admin.MergeMassRebuild(begun.Batch.Id, force: false, preview: false, Ct));
        var preview = await site.Admin.MergeMassRebuild(begun.Batch.Id, force: false, preview: true, Ct);
        var forced = await site.Admin.MergeMassRebuild(begun.Batch.Id, force: true, preview: false, Ct);

        Assert.Contains("curl-1-1.x86_64 needs lib.so.1()(64bit), which nothing has then.", refused.Message);
        Assert.Equal(3, preview.Breaks.Count);
        Assert.Equal(["lib-2-1.pp1"], forced.Builds);
        Assert.Equal(preview.Breaks, forced.Breaks);
        var asked = forced.Gates.Single(rule => rule.Rule == "installs");
        Assert.Equal((true, true), (asked.Passed, asked.Skipped));
        Assert.StartsWith("By force, although: 2 packages could not be installed any more.", asked.Says);
        Assert.Contains(asked.Details, detail => detail.Contains("curl-1-1.x86_64 requires lib.so.1()(64bit)", StringComparison.Ordinal));
        Assert.Contains("1 build promoted from side tag 'paper-side-1', by force", await site.Http().GetStringAsync("api/tags/paper/events", Ct));
    }

    [Fact]
    public async Task A_rebuilt_package_that_would_come_without_the_library_that_it_was_built_with_is_a_break()
    {
        await using var site = await RebuildSite.Distribution();
        var begun = await site.Admin.CreateMassRebuild(RebuildSite.Everything(query => query with { Packages = ["lib", "curl"] }), Ct);
        await site.BuildAll(2);
        await site.UntilRebuild(begun.Batch.Id, now => now.Batch.State == BatchState.Complete);
        // A newer library, which the merge passes its own over for; what is linked to that one is not in the tag.
        await site.Import("lib: lib.so.1()(64bit) | |", version: "3");

        var preview = await site.Admin.MergeMassRebuild(begun.Batch.Id, force: false, preview: true, Ct);
        var refused = await Assert.ThrowsAsync<RefusedException>(() => site.Admin.MergeMassRebuild(begun.Batch.Id, force: false, preview: false, Ct));

        Assert.Equal("lib", Assert.Single(preview.Skipped).Package);
        Assert.Equal(["curl-1-2.pp1.x86_64 needs lib.so.2()(64bit), which nothing has then.", "git-1-1.x86_64 needs curl, of curl-1-2.pp1.x86_64, which breaks itself."], preview.Breaks);
        Assert.Contains("curl-1-2.pp1.x86_64 needs lib.so.2()(64bit), which nothing has then.", refused.Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_needs_one_that_failed_is_built_with_its_earlier_build_unless_failures_stop_it(bool stop)
    {
        await using var site = await RebuildSite.Distribution();
        var begun = await site.Admin.CreateMassRebuild(RebuildSite.Everything(query => query with { Packages = ["curl", "git", "other"] }) with { StopAtFailures = stop }, Ct);

        var built = await site.BuildAll(stop ? 2 : 3, run => RebuildSite.NameOf(run) is "curl" or "other" ? null : RebuildSite.Rebuilt(run));
        var ended = await site.UntilRebuild(begun.Batch.Id, now => now.Batch.State != BatchState.Running);
        var page = await site.Http().GetStringAsync($"mass-rebuilds/{begun.Batch.Id}", Ct);

        Assert.Equal(stop ? (0, 2, 1) : (1, 2, 0), (ended.Batch.Counts.Done, ended.Batch.Counts.Failed, ended.Batch.Counts.Blocked));
        Assert.Equal(!stop, built.Contains("git"));
        var group = Assert.Single(ended.Failures);
        Assert.Equal((FailureKind.CompileError, "error: expected ';'"), (group.Kind, group.Cause));
        Assert.Equal(["curl", "other"], group.Packages.Select(failed => failed.Package));
        Assert.Contains(">error: expected &#x27;;&#x27;</code>", page);
    }

    [Fact]
    public async Task A_server_that_is_stopped_in_mid_wave_goes_on_and_builds_nothing_twice()
    {
        var site = await RebuildSite.Distribution();
        var begun = await site.Admin.CreateMassRebuild(RebuildSite.Everything(query => query with { Packages = ["lib", "curl", "git"] }), Ct);
        var builder = new PaperBuilder(site.LocalBuilder);
        var first = await builder.Lease();
        await builder.Deliver(first, RebuildSite.Rebuilt(first));
        await site.UntilRebuild(begun.Batch.Id, now => now.Batch.Counts is { Done: 1, Building: 1 });
        await site.Stop();

        await using var again = await Site.Open(site.Data);
        var rest = await again.BuildAll(2);
        var ended = await again.UntilRebuild(begun.Batch.Id, now => now.Batch.State != BatchState.Running);

        Assert.Equal(["curl", "git"], rest);
        Assert.Equal(BatchState.Complete, ended.Batch.State);
        Assert.All((await again.Members(begun.Batch.Id)).Values, member => Assert.Equal(1, member.Tries));
    }

    [Fact]
    public async Task A_rebuild_of_nothing_and_what_is_no_question_are_refused()
    {
        await using var site = await RebuildSite.Distribution();

        var nothing = await site.Refused("api/mass-rebuilds", new { target = "paper", query = new { requires = new[] { "libnone.so*" } } });
        var unasked = await site.Refused("api/mass-rebuilds", new { target = "paper", query = new { } });
        var unknown = await site.Refused("api/mass-rebuilds", new { target = "paper", query = new { packages = new[] { "curl", "nosuch" } } });
        var blank = await site.Refused("api/mass-rebuilds", new { target = "paper", query = new { requires = new[] { "a b" } } });
        var author = await site.Refused("api/mass-rebuilds", new { target = "paper", query = new { all = true }, author = "%{lua:x}" });
        var nowhere = await site.Refused("api/mass-rebuilds", new { target = "nowhere", query = new { all = true } });
        var excluded = await site.Refused("api/mass-rebuilds", new { target = "paper", query = new { packages = new[] { "curl" } }, exclude = new[] { "curl" } });

        Assert.Equal((409, "Nothing in 'paper' is what requires libnone.so*: there is nothing to rebuild. What external repositories hold is never rebuilt here."), (nothing.Status, nothing.Detail));
        Assert.StartsWith("Say which packages", unasked.Detail);
        Assert.Equal((404, "'paper' has no package 'nosuch'."), (unknown.Status, unknown.Detail));
        Assert.StartsWith("'a b' is no capability", blank.Detail);
        Assert.StartsWith("A changelog entry is by somebody", author.Detail);
        Assert.Equal(404, nowhere.Status);
        Assert.Equal("Of the 1 packages found none can be rebuilt: curl: Left out, as was asked.", excluded.Detail);
        Assert.Equal(404, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.MergeMassRebuild(17, force: false, preview: false, Ct))).Status);
    }

    [Fact]
    public async Task Packages_can_be_left_out_of_every_mass_rebuild_and_no_stranger_merges()
    {
        await using var site = await RebuildSite.Distribution();
        await site.Admin.SetNoAutoBuild("paper", "curl", "it is bootstrapped by hand", Ct);
        var eve = await site.Person("eve");

        var plan = await eve.PlanMassRebuild(RebuildSite.Everything(), Ct);
        var marks = await eve.NoAutoBuilds("paper", Ct);
        var refused = await Assert.ThrowsAsync<RefusedException>(() => eve.SetNoAutoBuild("paper", "git", null, Ct));
        var others = await site.Admin.CreateMassRebuild(RebuildSite.Everything(query => query with { Packages = ["other"] }), Ct);
        await site.BuildAll(1);
        await site.UntilRebuild(others.Batch.Id, now => now.Batch.State == BatchState.Complete);
        var merge = await Assert.ThrowsAsync<RefusedException>(() => eve.MergeMassRebuild(others.Batch.Id, force: false, preview: false, Ct));
        await site.Admin.UnsetNoAutoBuild("paper", "curl", Ct);
        var then = await eve.PlanMassRebuild(RebuildSite.Everything(), Ct);

        Assert.Equal(new LeftOut("curl", "It is left out of every mass rebuild here, by admin: it is bootstrapped by hand"), Assert.Single(plan.LeftOut));
        Assert.Equal("curl", Assert.Single(marks).Package);
        Assert.Equal((403, 403), (refused.Status, merge.Status));
        Assert.Contains(then.Packages, package => package.Package == "curl");
        Assert.Equal(404, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.UnsetNoAutoBuild("paper", "curl", Ct))).Status);
    }

    [Fact]
    public async Task The_pages_tell_of_mass_rebuilds_and_of_plans()
    {
        await using var site = await RebuildSite.Distribution();
        var begun = await site.Admin.CreateMassRebuild(RebuildSite.Everything() with { Title = "For <the> new compiler" }, Ct);
        var person = site.Http();
        person.DefaultRequestHeaders.Add("Cookie", $"skyline-person={await site.Session(site.AdminToken)}");

        var list = await site.Http().GetStringAsync("mass-rebuilds", Ct);
        var one = await site.Http().GetStringAsync($"mass-rebuilds/{begun.Batch.Id}", Ct);
        var plan = await person.GetStringAsync("mass-rebuilds/plan?target=paper&requires=lib*.so.1", Ct);
        var nothing = await person.GetStringAsync("mass-rebuilds/plan?target=paper&requires=nothing", Ct);
        var stranger = await site.Http().GetStringAsync("mass-rebuilds/plan?target=paper&all=true", Ct);

        Assert.Contains("For &lt;the&gt; new compiler", list);
        Assert.Contains("paper-side-1", one);
        Assert.Contains(">curl-1-1</td>", plan);
        Assert.Contains("there is nothing to rebuild", nothing);
        Assert.DoesNotContain("curl-1-1", stranger);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await site.Http().GetAsync("mass-rebuilds/17", Ct)).StatusCode);
    }
}
