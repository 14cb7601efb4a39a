using Microsoft.Playwright;
using Skyline.Server.Tests;
using Skyline.Server.Tests.Tags;
using static Microsoft.Playwright.Assertions;

namespace Skyline.Pages.Tests;

/// <summary>Somebody without a mouse.</summary>
public sealed class KeyboardTests : IAsyncLifetime
{
    Site site = null!;
    IPlaywright playwright = null!;
    IBrowser browser = null!;
    IPage page = null!;

    public async ValueTask InitializeAsync()
    {
        site = await Site.Open();
        await site.MakeTags("alpha", "beta", "gamma");
        playwright = await Playwright.CreateAsync();
        browser = await Walker.Open(playwright);
        page = await (await new Walker(browser, site.Address, await site.Session(site.AdminToken)).Window()).NewPageAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await browser.DisposeAsync();
        playwright.Dispose();
        await site.DisposeAsync();
    }

    [Fact(Timeout = 120_000)]
    public async Task A_name_leads_anywhere_from_any_page()
    {
        await page.GotoAsync("/targets");
        await page.Keyboard.PressAsync("Control+k");
        var field = page.GetByRole(AriaRole.Combobox, new() { Name = "A name, or a part of one" });
        await Expect(field).ToBeFocusedAsync();
        await Expect(page.GetByRole(AriaRole.Option, new() { Name = "Audit log" })).ToBeVisibleAsync();

        await field.FillAsync("gamm");
        await Expect(page.GetByRole(AriaRole.Option)).ToHaveCountAsync(1);
        await Expect(page.GetByRole(AriaRole.Option, new() { Name = "gamma", Selected = true })).ToBeVisibleAsync();
        var faults = new List<string>();
        await Axe.InAll(page, faults);
        Assert.Empty(faults);
        await Picture("window-palette");
        // The address is there before the page is: it comes while the next thing is asked for, and leaves the window and what is written in it as they are.
        var opened = new TaskCompletionSource();
        await page.RouteAsync("**/tags/gamma", async route =>
        {
            await opened.Task;
            await route.ContinueAsync();
        });
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**/tags/gamma");
        await page.Keyboard.PressAsync("/");
        await Expect(field).ToBeFocusedAsync();
        await Expect(field).ToHaveValueAsync("");
        await field.FillAsync("nosuch");
        opened.SetResult();
        await Expect(page.Locator("h1")).ToHaveTextAsync("gamma");
        await Expect(field).ToBeFocusedAsync();
        await field.PressSequentiallyAsync("thing");
        await Expect(field).ToHaveValueAsync("nosuchthing");
        await Expect(page.GetByText("Nothing here is called so.")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(field).ToBeHiddenAsync();
    }

    [Fact(Timeout = 120_000)]
    public async Task Letters_lead_to_pages_and_through_lists_and_do_nothing_while_somebody_writes_or_has_turned_them_off()
    {
        await page.GotoAsync("/targets");
        await page.Keyboard.PressAsync("g");
        await page.Keyboard.PressAsync("t");
        await page.WaitForURLAsync("**/tags");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Tags", Level = 1 })).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("j");
        await Expect(page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Link, new() { Name = "beta", Exact = true })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("k");
        await Expect(page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Link, new() { Name = "alpha", Exact = true })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**/tags/alpha");

        await page.GotoAsync("/find");
        await page.GetByLabel("Name or number").FillAsync("");
        await page.Keyboard.TypeAsync("gt?/jk");
        await Expect(page.GetByLabel("Name or number")).ToHaveValueAsync("gt?/jk");

        await page.Locator("h1").ClickAsync();
        await page.Keyboard.PressAsync("?");
        var help = page.GetByRole(AriaRole.Dialog, new() { Name = "Keys" });
        await Expect(help).ToBeVisibleAsync();
        var faults = new List<string>();
        await Axe.InAll(page, faults);
        Assert.Empty(faults);
        await Picture("window-keys");
        await help.GetByLabel("Single letters do nothing").CheckAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(help).ToBeHiddenAsync();
        await page.Keyboard.PressAsync("g");
        await page.Keyboard.PressAsync("t");
        await page.Keyboard.PressAsync("?");
        await Expect(help).ToBeHiddenAsync();
        Assert.EndsWith("/find", page.Url, StringComparison.Ordinal);
        // The chord is no single letter.
        await page.Keyboard.PressAsync("Control+k");
        await Expect(page.Locator("#palette")).ToBeVisibleAsync();
    }

    /// <summary>Windows over pages, which the walk does not open.</summary>
    async Task Picture(string name)
    {
        foreach (var (colours, kind) in new[] { (ColorScheme.Light, "light"), (ColorScheme.Dark, "dark") })
        {
            await page.EmulateMediaAsync(new() { ColorScheme = colours });
            await page.ScreenshotAsync(new() { Path = Path.Combine(Walker.Screens, $"{name}-{kind}.png") });
        }
    }

    [Fact(Timeout = 120_000)]
    public async Task Colours_are_chosen_at_once_and_are_there_with_the_first_byte_next_time()
    {
        await page.GotoAsync("/targets");
        await page.GetByRole(AriaRole.Button, new() { Name = "dark" }).ClickAsync();
        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "dark" })).ToHaveAttributeAsync("aria-pressed", "true");

        var answer = await page.GotoAsync("/tags");
        Assert.Contains("data-theme=\"dark\"", await answer!.TextAsync(), StringComparison.Ordinal);

        await page.GetByRole(AriaRole.Button, new() { Name = "as the system" }).ClickAsync();
        await Expect(page.Locator("html")).Not.ToHaveAttributeAsync("data-theme", "dark");
    }
}
