using Microsoft.Playwright;
using Skyline.Server.Tests;
using static Microsoft.Playwright.Assertions;

namespace Skyline.Pages.Tests;

/// <summary>A page that is open for hours: its connection is cut, its server started anew, and whoever reads it does nothing.</summary>
public sealed class ConnectionTests : IAsyncLifetime
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    Site site = null!;
    IPlaywright playwright = null!;
    IBrowser browser = null!;

    public async ValueTask InitializeAsync()
    {
        site = await Site.Open();
        playwright = await Playwright.CreateAsync();
        browser = await Walker.Open(playwright);
    }

    public async ValueTask DisposeAsync()
    {
        await browser.DisposeAsync();
        playwright.Dispose();
        await site.DisposeAsync();
    }

    [Fact(Timeout = 120_000)]
    public async Task A_connection_that_is_cut_comes_back_by_itself_and_the_page_is_live_as_before()
    {
        var (page, cut) = await Live(await new Walker(browser, site.Address, session: null).Window());
        await page.EvaluateAsync("window.stays = true");

        await cut();
        await Submit("after");

        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "after-1-1" })).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await Expect(page.Locator("#components-reconnect-modal")).ToBeHiddenAsync(new() { Timeout = 30_000 });
        Assert.True(await page.EvaluateAsync<bool>("window.stays === true"), "The page was loaded again.");
    }

    [Fact(Timeout = 120_000)]
    public async Task What_is_typed_before_a_page_is_live_is_still_there_when_it_is()
    {
        var window = await new Walker(browser, site.Address, await site.Session(site.AdminToken)).Window();
        var (page, connects) = (await window.NewPageAsync(), new TaskCompletionSource());
        await page.RouteAsync("**/_blazor/negotiate*", async route =>
        {
            await connects.Task;
            await route.ContinueAsync();
        });
        await page.GotoAsync("/builders/local", new() { WaitUntil = WaitUntilState.DOMContentLoaded });
        var reason = page.GetByPlaceholder("Why, for others to read");
        await reason.FillAsync("new kernel");
        var replaced = (await reason.ElementHandleAsync()).EvaluateAsync("field => new Promise(gone => { const look = () => field.isConnected || gone(); new MutationObserver(look).observe(document.body, { subtree: true, childList: true }); look(); })");

        connects.SetResult();
        await replaced;

        await Expect(reason).ToHaveValueAsync("new kernel");
    }

    [Fact(Timeout = 120_000)]
    public async Task What_is_typed_is_still_there_also_where_the_live_field_comes_a_moment_after_the_old_one_goes()
    {
        var window = await new Walker(browser, site.Address, await site.Session(site.AdminToken)).Window();
        var page = await window.NewPageAsync();
        await page.RouteAsync("**/_blazor/negotiate*", route => route.AbortAsync());
        await page.GotoAsync("/builders/local", new() { WaitUntil = WaitUntilState.DOMContentLoaded });
        var reason = page.GetByPlaceholder("Why, for others to read");
        await reason.FillAsync("new kernel");

        // As a live page does that must ask first who may see the form: one batch without it, one with it.
        await reason.EvaluateAsync("""
            async field => {
              const form = field.form, [place, next, empty] = [form.parentElement, form.nextSibling, form.cloneNode(true)];
              empty.elements.reason.value = "";
              form.remove();
              await new Promise(requestAnimationFrame);
              place.insertBefore(empty, next);
            }
            """);

        await Expect(reason).ToHaveValueAsync("new kernel");
    }

    [Fact(Timeout = 180_000)]
    public async Task A_page_whose_server_is_started_anew_stays_readable_and_is_live_again_where_it_was_read()
    {
        for (var build = 0; build < 25; build++) await Submit($"build{build}");
        var (page, _) = await Live(await new Walker(browser, site.Address, session: null).Window());
        await page.EvaluateAsync("document.body.dataset.before = 'the stop'; scrollTo(0, 300)");
        var (data, port) = (site.Data, site.Address.Port);

        await site.Stop();
        await Expect(page.Locator("#components-reconnect-modal")).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "build24-1-1" })).ToBeVisibleAsync();
        site = await Site.Open(data, null, $"--urls=http://127.0.0.1:{port}");

        await Expect(page.Locator("body[data-before]")).ToHaveCountAsync(0, new() { Timeout = 60_000 });
        await page.WaitForLoadStateAsync();
        await Expect(page.Locator("#components-reconnect-modal")).ToBeHiddenAsync();
        Assert.Equal(300, await page.EvaluateAsync<int>("Math.round(scrollY)"));
        await Submit("after");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "after-1-1" })).ToBeVisibleAsync(new() { Timeout = 30_000 });
    }

    [Fact(Timeout = 180_000)]
    public async Task What_was_written_and_not_sent_is_not_lost_when_the_server_is_started_anew()
    {
        var (page, _) = await Live(await new Walker(browser, site.Address, session: null).Window());
        await page.EvaluateAsync("document.querySelector('main').insertAdjacentHTML('beforeend', '<form><label>Note <textarea></textarea></label></form>')");
        await page.GetByLabel("Note").FillAsync("half of a sentence");
        var (data, port) = (site.Data, site.Address.Port);

        await site.Stop();
        await Expect(page.Locator("#components-reconnect-modal")).ToBeVisibleAsync(new() { Timeout = 30_000 });
        site = await Site.Open(data, null, $"--urls=http://127.0.0.1:{port}");

        await Expect(page.GetByText("because of what you have written here")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Expect(page.GetByLabel("Note")).ToHaveValueAsync("half of a sentence");
        await page.GetByRole(AriaRole.Button, new() { Name = "Load the page again" }).ClickAsync();
        await Expect(page.Locator("#components-reconnect-modal")).ToBeHiddenAsync();
    }

    /// <summary>The page of builds, once it follows; and how its connection is cut.</summary>
    async Task<(IPage Page, Func<Task> Cut)> Live(IBrowserContext window)
    {
        var page = await window.NewPageAsync();
        IWebSocketRoute? socket = null;
        await page.RouteWebSocketAsync("**/_blazor*", route =>
        {
            socket = route;
            route.ConnectToServer();
        });
        await page.GotoAsync(Addresses.Builds);
        await Submit("before");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "before-1-1" })).ToBeVisibleAsync(new() { Timeout = 30_000 });
        return (page, () => socket!.CloseAsync());
    }

    async Task Submit(string name)
    {
        var srpm = Papers.Source(name, "1", "1", exclusiveArch: "x86_64");
        await site.Admin.Submit(srpm.Open(), srpm.FileName, "paper", scratch: true, Ct);
    }
}
