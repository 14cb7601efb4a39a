using Microsoft.Playwright;
using Skyline.Protocol;
using Skyline.Testing;
using static Microsoft.Playwright.Assertions;

namespace Skyline.EndToEnd;

/// <summary>What happens to a build while its page is open: whoever watches is told, without a reload.</summary>
public sealed class WatchedBuildTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    const string Steps = "for i in $(seq 1 2000); do echo step $i; sleep 0.2; done";

    static async Task<IPage> Watch(IBrowser browser, Appliance site, string address)
    {
        var page = await (await browser.NewContextAsync(new() { BaseURL = site.Server.Address.ToString() })).NewPageAsync();
        await page.GotoAsync(address);
        return page;
    }

    static async Task<IPage> WatchAsAdmin(IBrowser browser, Appliance site, string address)
    {
        var page = await Watch(browser, site, $"/login?back={address}");
        await page.GetByLabel("Token", new() { Exact = true }).FillAsync((await File.ReadAllTextAsync(site.Server.AdminTokenFile, Ct)).Trim());
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with it" }).ClickAsync();
        return page;
    }

    static ILocator State(IPage page) => page.Locator("[data-build-state]");

    [Fact(Timeout = 240_000)]
    public async Task Of_two_people_at_one_build_one_cancels_it_and_the_other_sees_that()
    {
        await using var site = await Appliance.Start(Ct);
        await site.StartLocalBuilder();
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await BrowserTests.Open(playwright);
        var id = (await site.Submit(await SourcePackage.MakeHello(site.Folder, Ct, extraBuild: Steps))).Id;
        var owner = await WatchAsAdmin(browser, site, $"/builds/{id}");
        var other = await Watch(browser, site, $"/builds/{id}");
        foreach (var page in new[] { owner, other }) await Expect(page.GetByRole(AriaRole.Log)).ToContainTextAsync("step 3", new() { Timeout = 90_000 });
        await Expect(other.GetByRole(AriaRole.Button, new() { Name = "Cancel…" })).ToHaveCountAsync(0);

        await owner.GetByRole(AriaRole.Button, new() { Name = "Cancel…" }).ClickAsync();
        var question = owner.GetByRole(AriaRole.Dialog, new() { Name = "Cancel hello-1.0-1?" });
        await Expect(question).ToBeVisibleAsync();
        await question.GetByRole(AriaRole.Button, new() { Name = "Let it go on" }).ClickAsync();
        await Expect(question).ToBeHiddenAsync();
        await Expect(State(owner)).ToHaveAttributeAsync("data-build-state", "Building");
        await owner.GetByRole(AriaRole.Button, new() { Name = "Cancel…" }).ClickAsync();
        await question.GetByRole(AriaRole.Button, new() { Name = "Cancel the build" }).ClickAsync();

        foreach (var page in new[] { owner, other })
        {
            await Expect(State(page)).ToHaveAttributeAsync("data-build-state", "Cancelled");
            await Expect(page.GetByText("Cancelled by admin.")).ToBeVisibleAsync();
        }
        await Expect(owner.GetByRole(AriaRole.Button, new() { Name = "Build it again" })).ToBeVisibleAsync();
        Assert.Equal(BuildState.Cancelled, (await site.Admin.Build(id, Ct)).State);
    }

    [Fact(Timeout = 240_000)]
    public async Task A_builder_that_vanishes_is_told_of_in_words_and_so_is_what_happens_next()
    {
        await using var site = await Appliance.Start(Ct, leaseSeconds: 5);
        var builder = await site.StartLocalBuilder();
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await BrowserTests.Open(playwright);
        var id = (await site.Submit(await SourcePackage.MakeHello(site.Folder, Ct, extraBuild: Steps))).Id;
        var page = await Watch(browser, site, $"/builds/{id}");
        await Expect(page.GetByRole(AriaRole.Log)).ToContainTextAsync("step 3", new() { Timeout = 90_000 });

        await builder.Kill();

        await Expect(page.GetByText("lost").First).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Expect(page.GetByText("Its builder vanished; the next run begins as soon as a builder is free.")).ToBeVisibleAsync();
        // What one reads is not taken away.
        await Expect(page.GetByRole(AriaRole.Log)).ToContainTextAsync("step 3");
        await site.Admin.Cancel(id, Ct);
    }

    [Fact(Timeout = 240_000)]
    public async Task A_log_is_searched_on_the_server_and_its_connection_heals()
    {
        await using var site = await Appliance.Start(Ct);
        await site.StartLocalBuilder();
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await BrowserTests.Open(playwright);
        var id = (await site.Submit(await SourcePackage.MakeHello(site.Folder, Ct, extraBuild: "set +x; seq -f 'early line %.0f of the log, which is long enough' 1 12000; echo A needle; " + Steps))).Id;
        var page = await Watch(browser, site, $"/builds/{id}");
        var log = page.GetByRole(AriaRole.Log);
        await Expect(log).ToContainTextAsync("step 3", new() { Timeout = 90_000 });
        await Expect(log).Not.ToContainTextAsync("early line 17 of");

        var find = page.GetByRole(AriaRole.Searchbox, new() { Name = "Find in the log" });
        await find.FillAsync("LINE 17 of");
        await find.PressAsync("Enter");
        await Expect(page.Locator("[data-log=count]")).ToHaveTextAsync("1 of 1 lines");
        await Expect(log.Locator(".found")).ToContainTextAsync("early line 17 of the log");
        await Expect(log.Locator(".found")).ToBeInViewportAsync();
        await find.FillAsync("line 1199");
        foreach (var place in new[] { "1 of 11", "2 of 11", "3 of 11" })
        {
            await find.PressAsync("Enter");
            await Expect(page.Locator("[data-log=count]")).ToHaveTextAsync(place + " lines");
        }
        await Expect(log.Locator(".found")).ToContainTextAsync("early line 11991 of");
        await find.PressAsync("Shift+Enter");
        await Expect(page.Locator("[data-log=count]")).ToHaveTextAsync("2 of 11 lines");

        // The line has a number, and an address.
        var number = await log.Locator(".ln", new() { HasText = "early line 11990 of" }).GetAttributeAsync("data-n");
        await page.GetByRole(AriaRole.Spinbutton, new() { Name = "Line" }).FillAsync(number!);
        await page.GetByRole(AriaRole.Spinbutton, new() { Name = "Line" }).PressAsync("Enter");
        Assert.EndsWith($"-L{number}", page.Url, StringComparison.Ordinal);
        await page.ReloadAsync();
        await Expect(log.Locator(".found")).ToContainTextAsync("early line 11990 of");

        await page.GetByRole(AriaRole.Button, new() { Name = "To the end" }).ClickAsync();
        await Expect(log).ToContainTextAsync("step ");
        await site.Server.Kill();
        await Expect(page.GetByText("The connection is lost; it is tried again by itself.")).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await site.Server.Start();
        var last = (await Lines(site, id)).Count;
        await page.WaitForFunctionAsync("last => [...document.querySelectorAll('[role=log] .ln')].some(line => Number(line.dataset.n) >= last)", last, new() { Timeout = 60_000 });
        var steps = (await log.TextContentAsync())!.Split('\n').Where(line => line.StartsWith("step ", StringComparison.Ordinal)).Select(line => int.Parse(line[5..], System.Globalization.CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(Enumerable.Range(steps[0], steps.Count), steps);
        await site.Admin.Cancel(id, Ct);
    }

    static async Task<IReadOnlyList<string>> Lines(Appliance site, long id)
    {
        using var reader = new StreamReader(await site.Admin.OpenLog((await site.Admin.Build(id, Ct)).Tasks[0].Runs[0].Id, 0, follow: false, Ct));
        return (await reader.ReadToEndAsync(Ct)).TrimEnd('\n').Split('\n');
    }
}
