namespace Skyline.Server.Tests;

/// <summary>The real clock, and as much later as the test says; what waits, waits in real time.</summary>
public sealed class LaterTime : TimeProvider
{
    long ahead;

    public void Pass(TimeSpan time) => Interlocked.Add(ref ahead, time.Ticks);

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref ahead));
}
