using Skyline.Server.Builds;
using Skyline.Server.Repos;
using Skyline.Server.Storage;

namespace Skyline.Server.Tests.Storage;

/// <summary>What is asked for every snapshot, every wait and every package served costs as much in a large repository as in a small one.</summary>
public sealed class QueryPlanTests
{
    sealed record Step
    {
        public string Detail { get; init; } = "";
    }

    public static TheoryData<string> AskedOften =>
    [
        LocatedPackage.SelectIn, LocatedPackage.SelectInAny, HeldRpm.SelectNowOfSome, EffectiveBuilds.SelectTaggedOfSome, WhetherHeld.SelectHeld, PublishBuild.SelectWaiting,
    ];

    [Theory, MemberData(nameof(AskedOften))]
    public void Reads_no_table_from_end_to_end_and_nothing_by_its_tag_alone(string statement)
    {
        var folder = Directory.CreateTempSubdirectory("skyline-plan-").FullName;
        using (var database = Database.Open(Path.Combine(folder, "skyline.db")))
        {
            var plan = database.Read(db => db.All<Step>("EXPLAIN QUERY PLAN " + statement, new
            {
                tag = 1, tags = new[] { 1, 2 }, packages = new[] { "hello", "words" }, build = 1, snapshot = 1, repo = "x86_64", file = "hello.rpm", path = "Packages/h/hello.rpm",
            }));

            Assert.NotEmpty(plan);
            Assert.DoesNotContain(plan, step => step.Detail.StartsWith("SCAN", StringComparison.Ordinal) || step.Detail.Contains("MULTI-INDEX", StringComparison.Ordinal)
                || step.Detail.EndsWith("(tag_id=?)", StringComparison.Ordinal) || step.Detail.EndsWith("(tag_id=? AND repo=?)", StringComparison.Ordinal) || step.Detail.EndsWith("(tag_id=? AND until=?)", StringComparison.Ordinal));
        }
        Directory.Delete(folder, recursive: true);
    }
}
