using Skyline.Server.Keeping;

namespace Skyline.Server.Tests.Keeping;

public sealed class RetentionDecisionTests
{
    static readonly DateTimeOffset now = new(2030, 6, 30, 12, 0, 0, TimeSpan.Zero);

    static PastSnapshot DaysAgo(long id, double days, string hash = "h") => new(id, hash + id, (now - TimeSpan.FromDays(days)).ToUnixTimeMilliseconds(), 1);

    static long[] Going(RetentionPolicy policy, PastSnapshot[] newestFirst, params ReadingRun[] runs) =>
        [.. Retention.Decide(policy, newestFirst, runs, now).Where(fate => fate.Stays is null).Select(fate => fate.Snapshot.Id)];

    [Fact]
    public void A_snapshot_goes_when_it_is_beyond_both_the_number_and_the_days() =>
        Assert.Equal([1L], Going(new(2, 14), [DaysAgo(5, 1), DaysAgo(4, 2), DaysAgo(3, 3), DaysAgo(2, 20), DaysAgo(1, 30)]));

    [Fact]
    public void What_was_the_newest_until_a_few_days_ago_stays_however_long_ago_it_was_made()
    {
        Assert.Equal([], Going(new(1, 14), [DaysAgo(2, 3), DaysAgo(1, 400)]));
        Assert.Equal([1L], Going(new(1, 14), [DaysAgo(2, 15), DaysAgo(1, 400)]));
    }

    [Fact]
    public void The_newest_stays_whatever_the_policy_says() =>
        Assert.Equal([1L], Going(new(1, 0), [DaysAgo(2, 900), DaysAgo(1, 1000)]));

    [Fact]
    public void What_a_run_builds_with_stays_and_so_does_what_came_after_it()
    {
        var run = new ReadingRun(5003, "hello-1-1", DaysAgo(0, 25).CreatedAt);

        var fates = Retention.Decide(new(1, 0), [DaysAgo(4, 1), DaysAgo(3, 10), DaysAgo(2, 30), DaysAgo(1, 40)], [run], now);

        Assert.Equal(["It is the newest.", "Run 5003 (hello-1-1) builds with it.", "Run 5003 (hello-1-1) builds with it.", null], fates.Select(fate => fate.Stays?.ToString()));
    }
}
