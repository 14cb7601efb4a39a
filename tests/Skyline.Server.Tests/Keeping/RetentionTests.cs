using System.Net;
using Skyline.Protocol;
using Skyline.Server.Storage;
using Skyline.Server.Tests.Signing;

namespace Skyline.Server.Tests.Keeping;

public sealed class RetentionTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static async Task<HttpStatusCode> StatusOf(KeepingSite site, string path) => (await site.Site.Http().GetAsync(path, Ct)).StatusCode;

    static long Count(KeepingSite site, string table) => site.Site.Part<Database>().Read(db => db.One<long>($"SELECT count(*) FROM {table}"));

    [Fact]
    public async Task With_its_last_snapshot_a_retired_key_is_handed_out_no_more_and_its_secret_is_destroyed()
    {
        await using var site = await KeepingSite.Open();
        await site.Import("hello", "1");
        var old = Assert.Single(await site.Admin.Keys(Ct));
        var next = await site.Admin.RotateKey(null, new NewKey(), Ct);
        await site.Site.UntilCurrent(next);
        async Task<IReadOnlyList<bool>> HandedOut()
        {
            var file = await site.Site.Http().GetStringAsync("keys/paper.asc", Ct);
            return [.. await Task.WhenAll(new[] { old, next }.Select(async key => file.Contains(await site.Site.Http().GetStringAsync($"keys/{key.Fingerprint}.asc", Ct), StringComparison.Ordinal)))];
        }
        Assert.Equal([true, true], await HandedOut());
        Assert.All(await site.Admin.Keys(Ct), key => Assert.Null(key.DestroyedAt));

        await site.Admin.SetRetention("paper", new(1, 0), Ct);
        await site.Admin.ApplyRetention(dryRun: false, Ct);

        Assert.Equal([false, true], await HandedOut());
        var keys = (await site.Admin.Keys(Ct)).ToDictionary(key => key.Fingerprint);
        Assert.Equal((true, false, KeyState.Retired), (keys[old.Fingerprint].DestroyedAt is not null, keys[old.Fingerprint].Elsewhere, keys[old.Fingerprint].State));
        Assert.Null(keys[next.Fingerprint].DestroyedAt);
        Assert.Equal([old.Fingerprint], site.Site.Part<Database>().Read(db => db.All<string>("SELECT fingerprint FROM signing_keys WHERE secret IS NULL")));
        Assert.Contains(", secret destroyed", await site.Site.Http().GetStringAsync("keys?show=all", Ct));
        await site.Import("later", "1");
        await site.IsWhole();
    }

    [Fact]
    public async Task A_tag_keeps_20_snapshots_and_14_days_until_it_is_told_otherwise()
    {
        await using var site = await KeepingSite.Open();

        Assert.Equal(new TagRetention(20, 14), await site.Admin.Retention("paper", Ct));
        await site.Admin.SetRetention("paper", new(3, 0), Ct);

        Assert.Equal(new TagRetention(3, 0), await site.Admin.Retention("paper", Ct));
        Assert.Equal(400, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.SetRetention("paper", new(0, 5), Ct))).Status);
        Assert.Equal(404, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.SetRetention("nothing", new(1, 5), Ct))).Status);
        Assert.Equal(404, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.Retention("nothing", Ct))).Status);
    }

    [Fact]
    public async Task A_dry_run_says_what_goes_and_why_the_rest_stays_and_removes_nothing()
    {
        await using var site = await KeepingSite.Open();
        var (first, second) = (await site.Import("one", "1"), await site.Import("two", "1"));
        var third = await site.Import("three", "1");
        await site.Admin.SetRetention("paper", new(2, 0), Ct);

        var report = await site.Admin.ApplyRetention(dryRun: true, Ct);

        Assert.True(report.DryRun);
        var snapshots = Assert.Single(report.Tags).Snapshots;
        Assert.Equal([third, second, first], snapshots.Take(3).Select(snapshot => snapshot.Hash));
        Assert.Equal(["It is the newest.", "It is one of the 2 newest.", null, null], snapshots.Select(snapshot => snapshot.Stays));
        Assert.Equal(HttpStatusCode.OK, await StatusOf(site, $"repos/paper/@{first}/x86_64/repodata/repomd.xml"));
    }

    [Fact]
    public async Task A_snapshot_that_goes_takes_its_metadata_with_it_and_leaves_the_others_whole()
    {
        await using var site = await KeepingSite.Open();
        var first = await site.Import("one", "1");
        for (var i = 2; i <= 6; i++) await site.Import("one", $"{i}");
        var (files, frames) = (Count(site, "metadata_files"), Count(site, "frames"));
        await site.Admin.SetRetention("paper", new(2, 0), Ct);

        await site.Admin.ApplyRetention(dryRun: false, Ct);

        Assert.Equal(2, Count(site, "snapshots"));
        Assert.True(Count(site, "metadata_files") < files);
        Assert.True(Count(site, "frames") < frames);
        Assert.Equal(2, Count(site, "tag_rpms"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusOf(site, $"repos/paper/@{first}/x86_64/repodata/repomd.xml"));
        await site.IsWhole();
        await site.Import("one", "7");
        await site.IsWhole();
    }

    [Fact]
    public async Task Done_twice_it_finds_nothing_more()
    {
        await using var site = await KeepingSite.Open();
        for (var i = 1; i <= 4; i++) await site.Import("one", $"{i}");
        await site.Admin.SetRetention("paper", new(1, 0), Ct);
        await site.Admin.ApplyRetention(dryRun: false, Ct);
        var rows = (Count(site, "frames"), Count(site, "metadata_files"), Count(site, "tag_rpms"));

        var again = await site.Admin.ApplyRetention(dryRun: false, Ct);

        Assert.Equal(["It is the newest."], Assert.Single(again.Tags).Snapshots.Select(snapshot => snapshot.Stays));
        Assert.Equal(rows, (Count(site, "frames"), Count(site, "metadata_files"), Count(site, "tag_rpms")));
    }

    [Fact]
    public async Task A_running_build_keeps_the_snapshot_that_its_builder_reads()
    {
        await using var site = await KeepingSite.Open();
        await site.Import("earlier", "1");
        site.Clock.Pass(TimeSpan.FromMinutes(10));
        var read = await site.Import("one", "1");
        site.Clock.Pass(TimeSpan.FromMinutes(10));
        var srpm = Papers.Source("hello", "1", "1", exclusiveArch: "x86_64");
        await site.Admin.Submit(srpm.Open(), srpm.FileName, "paper", scratch: false, Ct);
        var run = await new PaperBuilder(site.Site.LocalBuilder).Lease();
        site.Clock.Pass(TimeSpan.FromMinutes(10));
        await site.Import("two", "1");
        await site.Import("three", "1");
        await site.Admin.SetRetention("paper", new(1, 0), Ct);

        var report = await site.Admin.ApplyRetention(dryRun: false, Ct);

        Assert.Equal($"Run {run.RunId} (hello-1-1) builds with it.", report.Tags[0].Snapshots.Single(snapshot => snapshot.Hash == read).Stays);
        Assert.Contains($"@{read}/", run.Buildroot.Repos[0].BaseUrl);
        Assert.Equal(HttpStatusCode.OK, await StatusOf(site, $"repos/paper/@{read}/x86_64/Packages/o/one-1-1.x86_64.rpm"));
        // (Snapshots before it are nobody's.)
        Assert.Contains(report.Tags[0].Snapshots, snapshot => snapshot.Stays is null);
    }

    [Fact]
    public async Task Packages_of_an_untagged_build_go_after_their_days_and_the_build_says_so()
    {
        await using var site = await KeepingSite.Open();
        await site.Import("one", "1");
        await site.Import("one", "2");
        await site.Untag("one-1-1");
        var build = (await site.Admin.Builds(Ct)).Builds.Single(one => one.Nvr == "one-1-1");
        await site.Admin.SetRetention("paper", new(1, 0), Ct);
        Assert.Empty((await site.Admin.ApplyRetention(dryRun: false, Ct)).Builds);

        site.Clock.Pass(TimeSpan.FromDays(31));
        Assert.Equal([new RemovedBuild(build.Id, "one-1-1")], (await site.Admin.ApplyRetention(dryRun: true, Ct)).Builds);
        Assert.Equal([new RemovedBuild(build.Id, "one-1-1")], (await site.Admin.ApplyRetention(dryRun: false, Ct)).Builds);

        var after = await site.Admin.Build(build.Id, Ct);
        Assert.Equal(BuildState.Complete, after.State);
        Assert.StartsWith("Its packages were removed by retention on ", after.Why, StringComparison.Ordinal);
        Assert.Empty(after.Rpms);
        Assert.Equal(1, (await site.Admin.CollectGarbage(dryRun: false, Ct)).Blobs);
        await site.IsWhole();
        // The same package may come again, and is there again.
        await site.Import("one", "1");
        Assert.Null((await site.Admin.Build(build.Id, Ct)).Why);
        await site.IsWhole();
    }

    [Fact]
    public async Task Packages_stay_that_another_tag_or_its_kept_snapshot_holds_and_a_packages_newest_build_stays_for_ever()
    {
        await using var site = await KeepingSite.Open();
        await site.Admin.CreateTag(new NewTag("other", "paper-1", ["x86_64"]), Ct);
        await site.Import("tagged", "1");
        await site.Import("tagged", "1", "other");
        await site.Import("held", "1");
        await site.Import("held", "1", "other");
        await site.Import("lonely", "1");
        foreach (var later in new[] { "tagged", "held" }) await site.Import(later, "2");
        foreach (var nvr in new[] { "tagged-1-1", "held-1-1", "lonely-1-1" }) await site.Untag(nvr);
        await site.Untag("held-1-1", "other");
        await site.Admin.SetRetention("paper", new(1, 0), Ct);
        site.Clock.Pass(TimeSpan.FromDays(31));

        // Snapshots of "other" stay: 20 are kept.
        Assert.Empty((await site.Admin.ApplyRetention(dryRun: false, Ct)).Builds);

        await site.Admin.SetRetention("other", new(1, 0), Ct);
        Assert.Equal(["held-1-1"], (await site.Admin.ApplyRetention(dryRun: false, Ct)).Builds.Select(build => build.Nvr));
        await site.IsWhole();
    }

    [Fact]
    public async Task Uploads_of_scratch_builds_and_of_failed_runs_go_after_their_days_and_logs_stay()
    {
        await using var site = await KeepingSite.Open();
        var (builder, srpm) = (new PaperBuilder(site.Site.LocalBuilder), Papers.Source("hello", "1", "1", exclusiveArch: "x86_64"));
        var scratch = await site.Admin.Submit(srpm.Open(), srpm.FileName, "paper", scratch: true, Ct);
        await builder.Build(srpm, Papers.Binary("hello", "1", "1"));
        var failed = await site.Admin.Submit(srpm.Open(), srpm.FileName, "paper", scratch: false, Ct);
        var run = await builder.Lease();
        await builder.Upload(run.RunId, Papers.Binary("half", "1", "1"));
        await builder.Report(run.RunId, RunOutcome.Failed, "it does not compile", Papers.Binary("half", "1", "1"));
        Assert.Equal(0, (await site.Admin.ApplyRetention(dryRun: false, Ct)).Uploads);

        site.Clock.Pass(TimeSpan.FromDays(15));
        Assert.Equal(2, (await site.Admin.ApplyRetention(dryRun: true, Ct)).Uploads);
        Assert.Equal(2, (await site.Admin.ApplyRetention(dryRun: false, Ct)).Uploads);

        Assert.Equal(2, (await site.Admin.CollectGarbage(dryRun: false, Ct)).Blobs);
        Assert.StartsWith("Its packages were removed by retention", (await site.Admin.Build(scratch.Id, Ct)).Why, StringComparison.Ordinal);
        Assert.Contains("it does not compile", (await site.Admin.Build(failed.Id, Ct)).Why);
        await site.IsWhole();
    }

    [Fact]
    public async Task A_roll_back_leaves_out_what_retention_has_removed_and_the_repository_is_as_it_was()
    {
        await using var site = await KeepingSite.Open();
        await site.Admin.SetRetention("paper", new(3, 0), Ct);
        await site.Import("one", "1");
        await site.Import("one", "2");
        var then = await site.Import("two", "1");
        await site.Import("one", "3");
        // Superseded then, and in no snapshot that is kept.
        await site.Untag("one-1-1");
        site.Clock.Pass(TimeSpan.FromDays(400));
        await site.Admin.ApplyRetention(dryRun: false, Ct);

        var done = await site.Admin.RollBack("paper", new(then), preview: false, Ct);

        Assert.Equal(then, await site.Published());
        Assert.Equal("Left out, for retention has removed their packages, which no kept snapshot held: one-1-1.", Assert.Single(done.Notes));
        Assert.Equal("Retention has removed the packages of one-1-1.", (await site.Admin.WaitRepo("paper", ["one-1-1"], 0, Ct)).Why);
        await site.IsWhole();
    }
}
