namespace Skyline.Cli.Tests.Running;

/// <summary>Time whose timers come a hundred times sooner: pauses are real, but short.</summary>
sealed class HurriedTime(int times = 100) : TimeProvider
{
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, Hurried(dueTime), Hurried(period));

    TimeSpan Hurried(TimeSpan span) => span > TimeSpan.Zero ? span / times : span;
}
