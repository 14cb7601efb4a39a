using Microsoft.Playwright;
using Skyline.Protocol;
using Skyline.Testing;
using static Microsoft.Playwright.Assertions;

namespace Skyline.EndToEnd;

/// <summary>A packager at a real browser, beside a real server and a real builder.</summary>
public sealed class BrowserTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;
    static string Screens => Directory.CreateDirectory(Path.Combine(Checkout.Root, "artifacts", "screens")).FullName;

    [Fact(Timeout = 240_000)]
    public async Task A_build_is_followed_from_waiting_to_the_install_line_without_a_reload()
    {
        await using var site = await Appliance.Start(Ct);
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await Open(playwright);
        var page = await browser.NewPageAsync(new() { BaseURL = site.Server.Address.ToString() });
        var faults = new List<string>();
        page.PageError += (_, fault) => faults.Add(fault);
        await page.GotoAsync("/");
        await Expect(page.GetByText("Nothing has been built yet")).ToBeVisibleAsync();

        var srpm = await SourcePackage.MakeHello(site.Folder, Ct, extraBuild: "for i in 1 2 3 4 5 6 7 8 9 10; do echo step $i; sleep 0.3; done");
        var build = await site.Submit(srpm);
        // The list shows what was submitted a moment ago.
        await page.GetByRole(AriaRole.Link, new() { Name = "hello-1.0-1" }).ClickAsync();
        await Expect(page.GetByText("has never asked for work")).ToBeVisibleAsync();

        await site.StartLocalBuilder();

        var log = page.GetByRole(AriaRole.Log);
        await Expect(log).ToContainTextAsync("step 3", new() { Timeout = 60_000 });
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("building");
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("complete", new() { Timeout = 60_000 });
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "hello-1.0-1.tos1" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "hello-1.0-1.tos1.x86_64.rpm" })).ToBeVisibleAsync();
        Assert.Single((await log.TextContentAsync())!.Split('\n'), line => line == "step 7");
        await page.ScreenshotAsync(new() { Path = Path.Combine(Screens, "build.png"), FullPage = true });

        await page.GetByRole(AriaRole.Link, new() { Name = "Tags" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "testos", Exact = true }).ClickAsync();
        await Expect(page.GetByText($"curl -o /etc/yum.repos.d/skyline-testos.repo {site.Server.Address}repos/testos/testos.repo")).ToBeVisibleAsync();
        await page.ScreenshotAsync(new() { Path = Path.Combine(Screens, "tag.png"), FullPage = true });
        Assert.Empty(faults);
        Assert.Equal(BuildState.Complete, (await site.Admin.Build(build.Id, Ct)).State);
    }

    [Fact(Timeout = 240_000)]
    public async Task A_failed_build_shows_the_line_that_failed_first()
    {
        await using var site = await Appliance.Start(Ct);
        await site.StartLocalBuilder();
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await Open(playwright);
        var page = await browser.NewPageAsync(new() { BaseURL = site.Server.Address.ToString(), ColorScheme = ColorScheme.Dark, ViewportSize = new() { Width = 400, Height = 900 } });
        var build = await site.Submit(await SourcePackage.MakeHello(site.Folder, Ct, extraBuild: "echo 'int main(void) { return missing_word; }' > bad.c; gcc bad.c"));

        await page.GotoAsync($"/builds/{build.Id}");

        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("failed", new() { Timeout = 60_000 });
        await Expect(page.GetByLabel("The lines that say why")).ToContainTextAsync("missing_word");
        await page.ScreenshotAsync(new() { Path = Path.Combine(Screens, "failed-dark-phone.png"), FullPage = true });
    }

    static Task<IBrowser> Open(IPlaywright playwright) => playwright.Chromium.LaunchAsync(new()
    {
        ExecutablePath = new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser" }.FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException("There is no Chromium: `./dev test` installs it (package chromium)."),
        Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    });
}
