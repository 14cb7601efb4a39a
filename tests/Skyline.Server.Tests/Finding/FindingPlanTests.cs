using Skyline.Server.Builds;
using Skyline.Server.Home;
using Skyline.Server.Storage;

namespace Skyline.Server.Tests.Finding;

/// <summary>What the home page and the list ask of the database costs as much with a million builds as with ten: no statement goes through all of them.</summary>
public sealed class FindingPlanTests
{
    sealed record Step
    {
        public string Detail { get; init; } = "";
    }

    public static TheoryData<string> AskedForEachPage =>
    [
        ShowBuild.SelectNewest, ShowBuild.SelectNewer, ShowBuild.SelectThose, CountOutcomes.SelectEnded, Queue.SelectCounts, Queue.SelectHead, RunningNow.SelectRunning, ShowAttention.SelectFailedOfPerson,
    ];

    [Theory, MemberData(nameof(AskedForEachPage))]
    public void Nothing_that_a_page_asks_goes_through_all_builds(string statement)
    {
        var folder = Directory.CreateTempSubdirectory("skyline-plan-").FullName;
        using (var database = Database.Open(Path.Combine(folder, "skyline.db")))
        {
            var plan = database.Read(db => db.All<Step>("EXPLAIN QUERY PLAN " + statement, new { before = 9, after = 9, limit = 50, ids = "[1,2]", from = 1, line = 1, Most = 12, person = 1, since = 1 }));

            Assert.NotEmpty(plan);
            // Of runs, those that wait or run have indexes of their own.
            string[] small = ["json_each", "task_runs_queue", "task_runs_leased", "task_runs_running"];
            Assert.DoesNotContain(plan, step => step.Detail.StartsWith("SCAN", StringComparison.Ordinal) && !small.Any(step.Detail.Contains));
        }
        Directory.Delete(folder, recursive: true);
    }
}
