using Microsoft.Extensions.DependencyInjection;
using Skyline.Protocol;
using Skyline.Server.Builds;
using Skyline.Server.Storage;
using Skyline.Server.Tasks;
using Skyline.Server.Tests.Builders;

namespace Skyline.Server.Tests.Tasks;

/// <summary>Whose turn it is among what waits.</summary>
public sealed class QueueTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void The_lower_priority_goes_first_then_who_has_fewer_running_then_who_waited_longer_for_a_turn_then_the_oldest()
    {
        var running = new RunningNow();
        running.Add(owner: 1, priority: 20, count: 3);
        Head[] heads = [new(801, 20, 1, 5001, 0), new(801, 20, 2, 5009, 0, Served: 7), new(801, 20, 3, 5010, 0, Served: 6), new(802, 20, 3, 5020, 0, Served: 6), new(802, 25, 4, 5000, 0), new(802, 19, 1, 5030, 0)];

        Assert.Equal([5030, 5010, 5020, 5009, 5001, 5000], heads.Order(Comparer<Head>.Create((one, other) => NextRun.Compare(one, other, running, now: 0))).Select(head => head.Run));
    }

    [Theory]
    [InlineData(4, 5002)]
    [InlineData(5, 5001)]
    [InlineData(500, 5001)]
    public void What_is_of_a_later_priority_stands_among_the_usual_when_it_has_waited_for_hours_and_never_before_them(int hours, long first)
    {
        Head[] heads = [new(801, 25, 1, 5001, Since: 0), new(801, 20, 2, 5002, Since: 1000), new(801, 19, 3, 5003, Since: 2000)];

        Assert.Equal(5003, NextRun.Of(heads, new(), hours * 3_600_000L)!.Run);
        Assert.Equal(first, NextRun.Of(heads[..2], new(), hours * 3_600_000L)!.Run);
    }

    [Fact]
    public async Task Five_thousand_builds_of_one_person_starve_nobody_even_on_a_single_slot()
    {
        await using var site = await Site.Open();
        await Mass(site, 5000);
        var (ann, bob) = (await Submit(await site.Person("ann"), "anns"), await Submit(await site.Person("bob"), "bobs"));
        var builder = new PaperBuilder(site.LocalBuilder);

        var oneAfterAnother = new List<long>();
        for (var n = 0; n < 3; n++)
        {
            var run = await builder.Lease(0);
            oneAfterAnother.Add(run.BuildId);
            await builder.Report(run.RunId, RunOutcome.Failed, "no");
        }
        Assert.Equal([ann.Id, bob.Id], oneAfterAnother[1..]);

        for (var n = 0; n < 4; n++) await builder.Lease(0);
        var more = await Submit(await site.Person("cy"), "cys");
        Assert.Equal(more.Id, (await builder.Lease(0)).BuildId);
    }

    [Fact]
    public async Task What_an_administrator_sets_first_goes_first_and_others_may_only_stand_back()
    {
        await using var site = await Site.Open();
        var ann = await site.Person("ann");
        var (background, usual, urgent) = (await Submit(ann, "later", priority: Priorities.Background), await Submit(ann, "usual"), await Submit(ann, "urgent"));

        Assert.Equal(403, (await Assert.ThrowsAsync<RefusedException>(() => Submit(ann, "mine", priority: 5))).Status);
        Assert.Equal(400, (await Assert.ThrowsAsync<RefusedException>(() => Submit(site.Admin, "odd", priority: 100))).Status);
        Assert.Equal(403, (await Assert.ThrowsAsync<RefusedException>(() => ann.EditBuild(urgent.Id, new(5), Ct))).Status);
        Assert.Equal(5, (await site.Admin.EditBuild(urgent.Id, new(5), Ct)).Priority);

        var builder = new PaperBuilder(site.LocalBuilder);
        var order = new List<long>();
        for (var n = 0; n < 3; n++) order.Add((await builder.Lease(0)).BuildId);
        Assert.Equal([urgent.Id, usual.Id, background.Id], order);
        await site.Admin.Cancel(urgent.Id, Ct);
        Assert.Equal(409, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.EditBuild(urgent.Id, new(7), Ct))).Status);
    }

    public static TheoryData<string> OfAClaim => [WaitingRuns.SelectHeads, WaitingRuns.SelectNext, WaitingRuns.Lines + " SELECT line FROM waiting"];

    sealed record Step
    {
        public string Detail { get; init; } = "";
    }

    [Theory, MemberData(nameof(OfAClaim))]
    public void No_step_of_a_claim_reads_all_that_waits(string statement)
    {
        var folder = Directory.CreateTempSubdirectory("skyline-plan-").FullName;
        using (var database = Database.Open(Path.Combine(folder, "skyline.db")))
        {
            var steps = database.Read(db => db.All<Step>("EXPLAIN QUERY PLAN " + statement, new { Line = 1, Priority = 1, Owner = 1, Run = 1 })).Select(step => step.Detail).ToList();

            Assert.Contains(steps, step => step.Contains("task_runs_queue", StringComparison.Ordinal));
            Assert.DoesNotContain(steps, step => System.Text.RegularExpressions.Regex.IsMatch(step, "^SCAN (task_runs|r|w|n)\\b(?!.*\\bh\\b)") && !step.StartsWith("SCAN w", StringComparison.Ordinal));
        }
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>As a mass rebuild without manners puts them there: at the usual priority.</summary>
    static Task Mass(Site site, int count) => site.Part<Database>().Write(tx =>
    {
        var (target, owner) = (tx.One<long>("SELECT id FROM targets"), tx.One<long>("SELECT id FROM users WHERE name = 'admin'"));
        for (var n = 0; n < count; n++)
        {
            var nvr = $"package-{n}-1-1";
            QueueBuild.Put(tx, new(new(nvr, nvr + ".src.rpm", new string('0', 64), 1), target, "paper", true, owner, null), [new("x86_64", ["x86_64"])], 1);
        }
    }, Ct);

    static async Task<BuildDetails> Submit(SkylineClient person, string name, int? priority = null)
    {
        var srpm = Papers.Source(name, "1", "1", exclusiveArch: "x86_64");
        return await person.Submit(srpm.Open(), srpm.FileName, "paper", true, Ct, priority: priority);
    }
}
