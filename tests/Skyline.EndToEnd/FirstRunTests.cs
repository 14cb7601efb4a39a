using Microsoft.Playwright;
using Skyline.Protocol;
using Skyline.Testing;
using static Microsoft.Playwright.Assertions;

namespace Skyline.EndToEnd;

/// <summary>Whoever has just installed Skyline, at a real browser, beside a real builder: from the code in the terminal to a package in the repository.</summary>
public sealed class FirstRunTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static string Screens => Directory.CreateDirectory(Path.Combine(Checkout.Root, "artifacts", "screens")).FullName;

    [Fact(Timeout = 240_000)]
    public async Task From_the_code_in_the_terminal_to_a_package_in_the_repository_in_fewer_than_five_clicks()
    {
        await using var site = await Appliance.Start(Ct, settings: new Dictionary<string, string> { ["Skyline__FirstTag"] = "" });
        await site.Server.Process.Line("/welcome?code=");
        await site.StartLocalBuilder();
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await BrowserTests.Open(playwright);
        var page = await browser.NewPageAsync(new() { BaseURL = site.Server.Address.ToString() });
        var clicks = 0;
        async Task Click(ILocator where)
        {
            clicks++;
            await where.ClickAsync();
        }

        // The first address leads there; the one in the terminal brings the code along.
        await page.GotoAsync("/");
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/welcome$"));
        await page.GotoAsync($"/welcome?code={(await File.ReadAllTextAsync(Path.Combine(site.Server.Data, "first-run.code"), Ct)).Trim()}");
        await page.GetByLabel("Password").FillAsync("four blue lamps");
        await page.GetByLabel("Its name").FillAsync("Acme packages");
        await Click(page.GetByRole(AriaRole.Radio, new() { Name = "TestOS" }));
        await page.ScreenshotAsync(new() { Path = Path.Combine(Screens, "welcome.png"), FullPage = true });
        await Click(page.GetByRole(AriaRole.Button, new() { Name = "Set up Skyline" }));
        await Click(page.GetByRole(AriaRole.Button, new() { Name = "Build the sample package" }));

        await Expect(page.Locator("[data-build-state]")).ToHaveAttributeAsync("data-build-state", "Complete", new() { Timeout = 120_000 });
        await Expect(page.GetByText("dnf install hello-skyline")).ToBeVisibleAsync();
        await page.ScreenshotAsync(new() { Path = Path.Combine(Screens, "welcome-done.png"), FullPage = true });
        Assert.True(clicks < 5, $"It took {clicks} clicks.");
        await Expect(page).ToHaveTitleAsync("Welcome to Acme packages – Acme packages");
        var primary = await site.Server.Http().GetStringAsync("repos/testos-1/testos-1.repo", Ct);
        Assert.Contains("[skyline-testos-1]", primary, StringComparison.Ordinal);
        Assert.Equal(BuildState.Complete, (await site.Admin.Builds(Ct)).Builds.Single(build => build.Nvr.StartsWith("hello-skyline-1.0-1", StringComparison.Ordinal)).State);
    }
}
