using System.Text.Json;
using Microsoft.Playwright;

namespace Skyline.Pages.Tests;

/// <summary>What every page must be like, looked at in a browser.</summary>
static class Looks
{
    /// <summary>All of it: headings, axe in both themes, the width of a phone; and a picture of each.</summary>
    public static async Task AtAll(IPage page, Address address, List<string> found)
    {
        await Headings(page, found);
        await Axe.InAll(page, found);
        await Picture(page, address, "light");
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await Axe.InColours(page, " (dark)", found);
        await Picture(page, address, "dark");
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await page.SetViewportSizeAsync(360, 780);
        await Width(page, found);
        await Picture(page, address, "phone");
        await page.SetViewportSizeAsync(1280, 900);
    }

    public static async Task Headings(IPage page, List<string> found)
    {
        var headings = await page.EvaluateAsync<string[]>("[...document.querySelectorAll('h1')].map(one => one.textContent.trim())");
        if (headings.Length != 1) found.Add($"it has {headings.Length} headings of the first order: {string.Join(" / ", headings)}");
        var title = await page.TitleAsync();
        if (title.Length == 0 || title == "taken") found.Add($"its title is '{title}'");
        if (await page.Locator("#blazor-error-ui:visible").CountAsync() > 0) found.Add("it failed in the middle");
    }

    /// <summary>Read in one column, without moving the page sideways; what is wide by nature moves in itself.</summary>
    public static async Task Width(IPage page, List<string> found)
    {
        var wide = await page.EvaluateAsync<JsonElement>("""
            () => {
              const width = document.documentElement.clientWidth;
              if (document.documentElement.scrollWidth <= width) return [];
              const inside = one => { for (let up = one.parentElement; up; up = up.parentElement) if (getComputedStyle(up).overflowX !== 'visible') return true; return false; };
              return [...document.body.querySelectorAll('*')].filter(one => one.getBoundingClientRect().right > width + 1 && one.checkVisibility() && !one.closest('details:not([open]) > :not(summary)') && !inside(one)).slice(-3).map(one => one.outerHTML.slice(0, 120));
            }
            """);
        var sideways = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        if (sideways > 0) found.Add($"at 360 px it is {sideways} px too wide: {string.Join("  ", wide.EnumerateArray().Select(one => one.GetString()))}");
    }

    /// <summary>From its top: axe leaves a page where it looked last.</summary>
    static async Task Picture(IPage page, Address address, string kind)
    {
        await page.EvaluateAsync("scrollTo(0, 0)");
        await page.ScreenshotAsync(new() { Path = Path.Combine(Walker.Screens, $"{address.Name}-{kind}.png"), FullPage = true, Animations = ScreenshotAnimations.Disabled, Timeout = 20_000 });
    }
}
