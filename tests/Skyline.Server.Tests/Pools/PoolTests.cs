using Skyline.Protocol;
using Skyline.Server.Health;
using Skyline.Server.Tests.Builders;
using Skyline.Server.Tests.MassRebuilds;

namespace Skyline.Server.Tests.Pools;

/// <summary>Pools are made, joined and closed.</summary>
public sealed class PoolTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static async Task<(int, string)> Refused(Func<Task> act) => await Assert.ThrowsAsync<RefusedException>(act) is var refused ? (refused.Status, refused.Message) : default;

    static async Task<PaperBuilder> Join(Site site, string token, string name) => new(new(site.Http((await new BuilderContract(site.Http()).Join(new(token, name), Ct)).Token)));

    [Fact]
    public async Task A_machine_joins_with_the_pools_token_gets_one_of_its_own_and_builds()
    {
        await using var site = await Site.Open();
        var pool = await site.Admin.CreatePool(new("farm", Most: 2, Slots: 3), Ct);
        var build = await site.Submit();

        var builder = await Join(site, pool.Token, "farm-7");
        await builder.Build(Papers.Source("hello", "1", "1"), Papers.Binary("hello", "1", "1"));

        Assert.Equal("farm-7", (await site.Admin.Build(build.Id, Ct)).Tasks[0].Runs[0].Builder);
        Assert.Equal(["default"], (await site.Admin.Builder("farm-7", Ct)).Builder.Channels);
        Assert.Equal(["farm-7"], (await site.Admin.Pool("farm", Ct)).Builders);
        Assert.Contains("1 here, ", await site.Http().GetStringAsync("builders", Ct));
        Assert.Equal("pool farm", (await site.Admin.Builder("farm-7", Ct)).Builder.Owner);
    }

    [Fact]
    public async Task A_pool_whose_machines_join_by_themselves_says_how_many_it_wants()
    {
        await using var site = await Site.Open();
        await site.Admin.CreatePool(new("farm", Most: 2), Ct);
        await site.Submit();
        PoolDetails pool;
        do
        {
            var bell = site.Part<Skyline.Server.Storage.Bells>().Next(Skyline.Server.Storage.Bells.Pooled);
            pool = await site.Admin.Pool("farm", Ct);
            if (pool.Wanted == 0) await bell.WaitAsync(TimeSpan.FromSeconds(30), Ct);
        }
        while (pool.Wanted == 0);
        Assert.Equal(1, pool.Wanted);
        Assert.StartsWith("1 builder: the queue has 1 build left", pool.Why);
        Assert.Null(pool.Trouble);
    }

    [Fact]
    public async Task A_build_that_waits_for_a_pools_builder_says_which_pool_it_is_and_what_is_in_its_way()
    {
        await using var site = await Site.Open();
        await site.Admin.CreatePool(new("farm", Most: 2, Service: "skyline_builders"), Ct);
        var build = await site.Submit();
        string? why;
        do
        {
            var bell = site.Part<Skyline.Server.Storage.Bells>().Next(Skyline.Server.Storage.Bells.Builds);
            why = (await site.Admin.Build(build.Id, Ct)).Tasks[0].Why;
            if (why?.Contains("cannot", StringComparison.Ordinal) != true) await bell.WaitAsync(TimeSpan.FromSeconds(30), Ct);
        }
        while (why?.Contains("cannot", StringComparison.Ordinal) != true);
        Assert.StartsWith("Waiting: pool 'farm' is to start a builder for x86_64, and cannot. This server knows of no Swarm", why);
    }

    [Fact]
    public async Task The_pools_token_lets_nobody_do_anything_else()
    {
        await using var site = await Site.Open();
        var pool = await site.Admin.CreatePool(new("farm", Most: 2), Ct);
        Assert.Equal(401, (await Refused(() => new PaperBuilder(new(site.Http(pool.Token))).TryLease())).Item1);
        Assert.Equal(401, (await Refused(() => new SkylineClient(site.Http(pool.Token)).WhoAmI(Ct))).Item1);
        Assert.Equal(403, (await Refused(() => Join(site, site.AdminToken, "x"))).Item1);
        Assert.Equal(403, (await Refused(() => Join(site, site.BuilderToken, "x"))).Item1);
        Assert.Equal(400, (await Refused(() => Join(site, pool.Token, "../x"))).Item1);
    }

    [Fact]
    public async Task Who_joins_anew_is_the_same_builder_its_earlier_token_is_good_no_more_and_its_run_is_given_out_at_once()
    {
        await using var site = await Site.Open();
        var pool = await site.Admin.CreatePool(new("farm", Most: 1), Ct);
        var build = await site.Submit();
        var first = await Join(site, pool.Token, "farm-1");
        var lost = await first.Lease();

        var second = await Join(site, pool.Token, "farm-1");
        var run = await second.Lease();

        Assert.NotEqual(lost.RunId, run.RunId);
        Assert.Equal(401, (await Refused(() => first.Contract.Beat(lost.RunId, RunPhase.Rpmbuild, Ct))).Item1);
        Assert.Equal("its builder was started anew in phase fetch.", (await site.Admin.Build(build.Id, Ct)).Tasks[0].Runs[0].Why);
        await second.Deliver(run, Papers.Source("hello", "1", "1"), Papers.Binary("hello", "1", "1"));
        Assert.Single((await site.Admin.Pool("farm", Ct)).Builders);
    }

    [Fact]
    public async Task It_takes_no_more_than_it_may_have_and_nobody_elses_name()
    {
        await using var site = await Site.Open();
        var pool = await site.Admin.CreatePool(new("farm", Most: 1), Ct);
        var other = await site.Admin.CreatePool(new("other", Most: 5), Ct);
        await Join(site, pool.Token, "farm-1");
        Assert.Equal((409, "Pool 'farm' has the 1 builders that it may have; `skyline pool edit farm --most N` lets more join."), await Refused(() => Join(site, pool.Token, "farm-2")));
        Assert.Equal((409, "There is a builder 'local', and it is not of pool 'farm'; call this one something else."), await Refused(() => Join(site, pool.Token, "local")));
        Assert.Equal(409, (await Refused(() => Join(site, other.Token, "farm-1"))).Item1);
        await site.Admin.RemoveBuilder("farm-1", Ct);
        Assert.Equal(409, (await Refused(() => Join(site, other.Token, "farm-1"))).Item1);
        await site.Admin.EditPool("farm", new(Most: 2), Ct);
        await Join(site, pool.Token, "farm-2");
    }

    [Fact]
    public async Task A_token_is_replaced_and_taken_back_and_who_has_joined_stays()
    {
        await using var site = await Site.Open();
        var pool = await site.Admin.CreatePool(new("farm", Most: 3), Ct);
        var builder = await Join(site, pool.Token, "farm-1");
        var again = await site.Admin.NewPoolToken("farm", Ct);
        Assert.Equal(403, (await Refused(() => Join(site, pool.Token, "farm-2"))).Item1);
        await Join(site, again.Token, "farm-2");
        await site.Admin.RevokePoolToken("farm", Ct);
        Assert.Equal(403, (await Refused(() => Join(site, again.Token, "farm-3"))).Item1);
        Assert.False((await site.Admin.Pool("farm", Ct)).IsOpen);
        Assert.Null(await builder.TryLease());
    }

    [Fact]
    public async Task What_makes_no_sense_is_refused_and_a_pool_with_builders_stays()
    {
        await using var site = await Site.Open();
        Assert.Equal((400, "A pool has from 0 to 1000 builders, and not more at least than at most."), await Refused(() => site.Admin.CreatePool(new("farm", Most: 2, Least: 3), Ct)));
        Assert.Equal(400, (await Refused(() => site.Admin.CreatePool(new("farm", Most: 2, Service: "a b"), Ct))).Item1);
        Assert.Equal(400, (await Refused(() => site.Admin.CreatePool(new("farm", Most: 2, Arches: ["x 86"]), Ct))).Item1);
        Assert.Equal(400, (await Refused(() => site.Admin.CreatePool(new("farm", Most: 2, Channel: "none"), Ct))).Item1);
        var pool = await site.Admin.CreatePool(new("farm", Most: 2, Service: "farm"), Ct);
        Assert.Equal((409, "The service 'farm' is that of pool 'farm'; a service is one pool's."), await Refused(() => site.Admin.CreatePool(new("second", Most: 2, Service: "farm"), Ct)));
        await Join(site, pool.Token, "farm-1");
        Assert.Equal(409, (await Refused(() => site.Admin.RemovePool("farm", Ct))).Item1);
        await site.Admin.RemoveBuilder("farm-1", Ct);
        await site.Admin.RemovePool("farm", Ct);
        Assert.Equal(404, (await Refused(() => site.Admin.Pool("farm", Ct))).Item1);
    }

    /// <summary>The pool says it, health says it, and builds go on.</summary>
    [Fact]
    public async Task An_engine_that_does_not_answer_is_the_pools_trouble_and_nobody_elses()
    {
        await using var site = await Site.Open(null, null, $"--Skyline:Swarm:Host=unix://{Path.GetTempPath()}no-such-engine.sock");
        await site.Admin.CreatePool(new("farm", Most: 2, Service: "farm"), Ct);
        PoolDetails pool;
        do
        {
            var bell = site.Part<Skyline.Server.Storage.Bells>().Next(Skyline.Server.Storage.Bells.Builds);
            pool = await site.Admin.Pool("farm", Ct);
            if (pool.Trouble is null) await bell.WaitAsync(TimeSpan.FromSeconds(30), Ct);
        }
        while (pool.Trouble is null);
        Assert.StartsWith("The Swarm's manager does not do what it is asked: ", pool.Trouble);
        Assert.Contains(site.Part<ReadHealth>().Look(), finding => finding.Check == "pools" && finding.State == HealthState.Warning);
        await site.Submit();
        await new PaperBuilder(site.LocalBuilder).Build(Papers.Source("hello", "1", "1"), Papers.Binary("hello", "1", "1"));
    }

    [Fact]
    public async Task A_mass_rebuild_with_a_deadline_says_whether_it_will_be_done_by_then()
    {
        await using var site = await RebuildSite.Distribution();
        var now = site.Part<TimeProvider>().GetUtcNow();
        await site.Admin.CreatePool(new("farm", Most: 20), Ct);

        var early = await site.Admin.PlanMassRebuild(RebuildSite.Everything() with { By = now.AddMinutes(2), MostBuilders = 3 }, Ct);
        var late = await site.Admin.PlanMassRebuild(RebuildSite.Everything() with { By = now.AddHours(5), MostBuilders = 3 }, Ct);
        var narrow = await site.Admin.PlanMassRebuild(RebuildSite.Everything(query => query with { Packages = ["lib", "other"] }) with { By = now.AddSeconds(200), MostBuilders = 1 }, Ct);
        var begun = await site.Admin.CreateMassRebuild(RebuildSite.Everything() with { By = now.AddMinutes(2), MostBuilders = 3 }, Ct);

        Assert.StartsWith($"It will not be done by {now.AddMinutes(2):yyyy-MM-dd HH:mm} UTC, however many builders there are: packages that need each other", Assert.Single(early.Notes));
        Assert.StartsWith($"It will be done by {now.AddHours(5):yyyy-MM-dd HH:mm} UTC with at most 3 builders of pools: about ", Assert.Single(late.Notes));
        Assert.StartsWith($"It will not be done by {now.AddSeconds(200):yyyy-MM-dd HH:mm} UTC with at most 1 builder of pools: about ", Assert.Single(narrow.Notes));
        Assert.Equal((now.AddMinutes(2).ToUnixTimeMilliseconds(), 3), (begun.By!.Value.ToUnixTimeMilliseconds(), begun.MostBuilders));
        Assert.StartsWith($"It will not be done by {now.AddMinutes(2):yyyy-MM-dd HH:mm} UTC with at most 3 builders of pools: about ", begun.Late);
        Assert.Equal(400, (await Refused(() => site.Admin.PlanMassRebuild(RebuildSite.Everything() with { By = now.AddMinutes(-1) }, Ct))).Item1);
        Assert.Equal(400, (await Refused(() => site.Admin.PlanMassRebuild(RebuildSite.Everything() with { MostBuilders = 0 }, Ct))).Item1);
    }
}
