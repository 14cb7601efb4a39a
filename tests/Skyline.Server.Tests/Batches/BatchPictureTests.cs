using Skyline.Protocol;
using Skyline.Server.Batches;
using Skyline.Server.Shell;

namespace Skyline.Server.Tests.Batches;

public sealed class BatchPictureTests
{
    static readonly Words words = new(new Languages(new SkylineSettings { Data = "/nonexistent" }));

    static BatchMember Member(long id, string package, int wave, MemberState state = MemberState.Waiting, long? build = null, params string[] needs) => new(id, package, package + "-1-1", wave, state, null, build, 1, needs);

    static BatchDetails Batch(params BatchWave[] waves)
    {
        var all = waves.Select(wave => wave.Counts).Aggregate((a, b) => new(a.Waiting + b.Waiting, a.Building + b.Building, a.Done + b.Done, a.Failed + b.Failed, a.Blocked + b.Blocked, a.Cancelled + b.Cancelled));
        return new(7, 1, BatchKind.MassRebuild, "all", "paper", null, false, BatchState.Running, null, "admin", DateTimeOffset.UnixEpoch, null, all, waves, 25);
    }

    [Fact]
    public void Each_member_leads_to_what_waits_for_it_and_of_one_that_is_built_twice_the_one_before_is_meant()
    {
        var (nodes, edges) = BatchPicture.Of(Batch(new BatchWave(1, new(0, 0, 1, 0, 0, 0)), new(2, new(1, 0, 0, 0, 0, 0)), new(3, new(1, 0, 0, 0, 0, 0))),
            [Member(1, "a", 1, MemberState.Done, 5), Member(2, "b", 2, needs: "a"), Member(3, "a", 3, needs: ["a", "b"])], words);

        Assert.Equal([("a", "/builds/5", "done"), ("b", null, "waiting"), ("a", null, "waiting")], nodes.Select(node => (node.Label, node.Href, node.State)));
        Assert.Equal(["m1 m2", "m1 m3", "m2 m3"], edges.Select(edge => $"{edge.From} {edge.To}").Order());
    }

    [Fact]
    public void What_nobody_takes_in_is_drawn_by_wave_and_says_first_what_somebody_must_look_at()
    {
        var (nodes, edges) = BatchPicture.Of(Batch(new BatchWave(1, new(0, 0, 99, 1, 0, 0)), new(2, new(40, 2, 0, 0, 0, 0)), new(3, new(9, 0, 0, 0, 0, 0))), [], words);

        Assert.Equal([("Wave 1", "failed", "99 of 100 built"), ("Wave 2", "building", "0 of 42 built"), ("Wave 3", "waiting", "0 of 9 built")], nodes.Select(node => (node.Label, node.State, node.Note)));
        Assert.Equal(["w1 w2", "w2 w3"], edges.Select(edge => $"{edge.From} {edge.To}"));
    }

    [Fact]
    public void What_is_left_goes_down_as_members_end()
    {
        var left = BurnDown.Of(0, 24_000, 4, [1_000, 12_000, 12_500]);

        Assert.Equal((4, 3, 2, 1, 1), (left[0].Left, left[1].Left, left[12].Left, left[13].Left, left[24].Left));
        Assert.Equal(25, left.Count);
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(24_000), left[24].At);
    }
}
