using Bunit;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Tests.Shell;

/// <summary>Pages that are looked at while others change what they show.</summary>
static class Following
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(10);

    /// <summary>Without a reload.</summary>
    public static void Shows<T>(this IRenderedComponent<T> page, string text) where T : LivePage => page.WaitForAssertion(() => Assert.Contains(text, page.Markup, StringComparison.Ordinal), patience);

    public static void ShowsNoMore<T>(this IRenderedComponent<T> page, string text) where T : LivePage => page.WaitForAssertion(() => Assert.DoesNotContain(text, page.Markup, StringComparison.Ordinal), patience);

    /// <summary>Its wait for the bell is over with the page: it ends now, though nothing rang, and what rings later draws nothing.</summary>
    public static async Task IsLeft<T>(this IRenderedComponent<T> page, Bells bells, string bell) where T : LivePage
    {
        await page.Instance.DisposeAsync().AsTask().WaitAsync(patience);
        var drawn = page.RenderCount;
        bells.Ring(bell);
        Assert.Equal(drawn, page.RenderCount);
    }
}
