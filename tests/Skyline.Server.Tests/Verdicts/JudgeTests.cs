using Skyline.Protocol;
using Skyline.Server.Verdicts;

namespace Skyline.Server.Tests.Verdicts;

public sealed class JudgeTests
{
    static RunResult Run(long id, RunState state, string? why = null) => new(id, $"builder{id}", state, why);

    [Fact]
    public void A_success_is_accepted_whatever_was_lost_before() =>
        Assert.Equal(new Verdict.Accept(5003), Judge.Weigh([Run(5001, RunState.Lost), Run(5002, RunState.Lost), Run(5003, RunState.Succeeded)]));

    [Fact]
    public void A_failure_is_the_packagers_and_is_not_tried_again() =>
        Assert.Equal(new Verdict.Fail("%check failed."), Judge.Weigh([Run(5001, RunState.Lost), Run(5002, RunState.Failed, "%check failed.")]));

    [Fact]
    public void An_open_run_is_waited_for() =>
        Assert.IsType<Verdict.Wait>(Judge.Weigh([Run(5001, RunState.Lost), Run(5002, RunState.Running)]));

    [Fact]
    public void Two_lost_runs_are_followed_by_a_third_and_three_by_none()
    {
        Assert.IsType<Verdict.RunAgain>(Judge.Weigh([Run(5001, RunState.Lost), Run(5002, RunState.Lost)]));
        Assert.IsType<Verdict.Fail>(Judge.Weigh([Run(5001, RunState.Lost), Run(5002, RunState.Lost), Run(5003, RunState.Lost)]));
    }
}
