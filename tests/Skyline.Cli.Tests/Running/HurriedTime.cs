namespace Skyline.Cli.Tests.Running;

/// <summary>
/// Time whose timers come sooner: pauses are real, but short. Deadlines are left alone unless they are what a test is about,
/// so that a busy machine does not miss them.
/// </summary>
sealed class HurriedTime(int times = 20, bool deadlinesToo = false) : TimeProvider
{
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, Hurried(dueTime), Hurried(period));

    TimeSpan Hurried(TimeSpan span) => span > TimeSpan.Zero && (deadlinesToo || span <= LongestPause) ? span / times : span;
}
