namespace Skyline.Builder.Tests;

static class Patience
{
    /// <summary>Looks ten times a second until it is so, for a minute and a half.</summary>
    public static async Task<T> Until<T>(Func<T> look, Func<T, bool> isSo)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        T seen;
        var looks = 0;
        while (!isSo(seen = look()))
        {
            Assert.True(looks++ < 900, $"It did not come to be so; it is {seen}.");
            await tick.WaitForNextTickAsync();
        }
        return seen;
    }
}
