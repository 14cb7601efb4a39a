using Skyline.Protocol;
using Skyline.Server.Storage;
using Skyline.Server.Tests.Tags;

namespace Skyline.Server.Tests.Repos;

public sealed class WaitTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_waits_is_woken_by_the_snapshot_that_holds_all_builds_asked_for()
    {
        await using var site = await Site.Open();
        var srpm = Papers.Source("hello", "2.12", "1.pp1", exclusiveArch: "x86_64");
        var build = await site.Admin.Submit(srpm.Open(), srpm.FileName, "paper", scratch: false, Ct);
        var world = await site.Import("world", "1", "paper");
        var early = await site.Admin.WaitRepo("paper", [world, "hello-2.12-1.pp1"], 0, Ct);

        var waiting = site.Admin.WaitRepo("paper", [world, "hello-2.12-1.pp1"], 50, Ct);
        await new PaperBuilder(site.LocalBuilder).Build(srpm, Papers.Binary("hello", "2.12", "1.pp1"));
        var answer = await waiting;

        Assert.Equal((false, true), (early.Holds, early.Pending));
        Assert.True(answer.Holds, answer.Why);
        Assert.Contains("The newest snapshot of 'paper' holds hello-2.12-1.pp1.", answer.Why);
        Assert.Equal((await site.Admin.Tag("paper", Ct)).Snapshot, answer.Snapshot);
        Assert.True((await site.Http().GetAsync($"repos/paper/@{answer.Snapshot}/x86_64/Packages/h/hello-2.12-1.pp1.x86_64.rpm", Ct)).IsSuccessStatusCode);
        Assert.Equal(BuildState.Complete, (await site.Admin.Build(build.Id, Ct)).State);
    }

    [Fact]
    public async Task A_heir_waits_for_what_is_built_into_its_parent()
    {
        await using var site = await Site.Open();
        await site.MakeTags("heir");
        await site.Inherit("heir", "paper");
        var srpm = Papers.Source("hello", "2.12", "1.pp1", exclusiveArch: "x86_64");
        await site.Admin.Submit(srpm.Open(), srpm.FileName, "paper", scratch: false, Ct);

        var waiting = site.Admin.WaitRepo("heir", ["hello-2.12-1.pp1"], 50, Ct);
        await new PaperBuilder(site.LocalBuilder).Build(srpm, Papers.Binary("hello", "2.12", "1.pp1"));

        Assert.True((await waiting).Holds);
        Assert.Equal(["hello-2.12"], await site.Listed("heir"));
    }

    [Fact]
    public async Task A_build_that_fails_ends_the_wait_for_it()
    {
        await using var site = await Site.Open();
        var srpm = Papers.Source("hello", "2.12", "1.pp1", exclusiveArch: "x86_64");
        var build = await site.Admin.Submit(srpm.Open(), srpm.FileName, "paper", scratch: false, Ct);
        var builder = new PaperBuilder(site.LocalBuilder);

        var waiting = site.Admin.WaitRepo("paper", ["hello-2.12-1.pp1"], 50, Ct);
        await builder.Report((await builder.Lease()).RunId, RunOutcome.Failed, "rpmbuild failed in %build.");

        var answer = await waiting;
        Assert.Equal((false, false, $"hello-2.12-1.pp1 (build {build.Id}) was not built: it is failed."), (answer.Holds, answer.Pending, answer.Why));
    }

    [Fact]
    public async Task A_snapshot_that_readers_are_not_given_yet_is_still_to_come()
    {
        await using var site = await Site.Open();
        var hello = await site.Import("hello", "1", "paper");
        await site.UpToDate("paper");
        Assert.True((await site.Admin.WaitRepo("paper", [hello], 0, Ct)).Holds);

        // As it is between the rows of a snapshot and the moment that it is served.
        await site.Part<Database>().Write(tx => tx.Execute("""
            INSERT INTO snapshots (tag_id, hash, key_id, event_id, packages, created_at) SELECT tag_id, hash, key_id, event_id, packages, created_at FROM snapshots WHERE id = (SELECT max(id) FROM snapshots)
            """), Ct);

        var answer = await site.Admin.WaitRepo("paper", [hello], 0, Ct);
        Assert.Equal((false, true, "The snapshot of 'paper' that holds it is being put in its place."), (answer.Holds, answer.Pending, answer.Why));
    }

    [Fact]
    public async Task What_will_not_come_is_told_at_once_with_the_reason()
    {
        await using var site = await Site.Open();
        await site.MakeTags("base", "near", "heir");
        await site.Inherit("heir", "near", "base");
        await site.Import("old", "1", "base");
        await site.Import("old", "2", "base");
        await site.Import("hidden", "1", "base");
        await site.Import("hidden", "2", "near");
        await site.Import("blocked", "1", "base");
        await site.Admin.Block("near", new(["blocked"]), preview: false, Ct);
        await site.Import("elsewhere", "1", "paper");
        await site.Admin.Import(Papers.Binary("foreign", "1", "1", arch: "aarch64").Open(), "base", Ct);
        async Task<string> Why(string nvr)
        {
            var answer = await site.Admin.WaitRepo("heir", [nvr], 50, Ct);
            Assert.Equal((false, false), (answer.Holds, answer.Pending));
            return answer.Why;
        }

        Assert.Equal("There is no build 'none-1-1' here.", await Why("none-1-1"));
        Assert.Equal("old-1-1 is superseded by old-2-1, which was tagged later in 'base'.", await Why("old-1-1"));
        Assert.Equal("hidden-1-1 is hidden by hidden-2-1 of 'near', which comes before 'base' in the order of inheritance.", await Why("hidden-1-1"));
        Assert.Equal("blocked is blocked in 'near'.", await Why("blocked-1-1"));
        Assert.Equal("elsewhere-1-1 is not tagged in 'heir', nor in what that inherits from. It is in 'paper'.", await Why("elsewhere-1-1"));
        Assert.Equal("foreign-1-1 is tagged, but has no package for the architectures of 'heir' (x86_64).", await Why("foreign-1-1"));
        Assert.Equal(400, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.WaitRepo("heir", [], 0, Ct))).Status);
        Assert.Equal(404, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.WaitRepo("none", ["a-1-1"], 0, Ct))).Status);
    }
}
