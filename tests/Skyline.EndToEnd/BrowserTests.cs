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
        // The desktop: what it is told is kept.
        await page.AddInitScriptAsync("window.told = []; window.Notification = class { static requestPermission = async () => 'granted'; constructor(title) { window.told.push(title); } };");
        await page.GotoAsync("/");
        await Expect(page.GetByText("Nothing has been built yet")).ToBeVisibleAsync();

        var srpm = await SourcePackage.MakeHello(site.Folder, Ct, extraBuild: "for i in 1 2 3 4 5 6 7 8 9 10; do echo step $i; sleep 0.3; done");
        var build = await site.Submit(srpm);
        // The list shows what was submitted a moment ago.
        await page.GetByRole(AriaRole.Link, new() { Name = "hello-1.0-1" }).ClickAsync();
        await Expect(page.GetByText("has never asked for work")).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Tell me on the desktop" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "The desktop tells when it is over" })).ToBeDisabledAsync();

        await site.StartLocalBuilder();

        var log = page.GetByRole(AriaRole.Log);
        await Expect(log).ToContainTextAsync("step 3", new() { Timeout = 60_000 });
        await Expect(page.Locator("[data-build-state]")).ToContainTextAsync("building");
        await Expect(page.Locator("[data-build-state]")).ToContainTextAsync("complete", new() { Timeout = 60_000 });
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "hello-1.0-1.tos1" })).ToBeVisibleAsync();
        Assert.Equal(["hello-1.0-1.tos1 is built"], await page.EvaluateAsync<string[]>("window.told"));
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "hello-1.0-1.tos1.x86_64.rpm", Exact = true })).ToBeVisibleAsync();
        Assert.Single((await log.TextContentAsync())!.Split('\n'), line => line == "step 7");
        await Expect(page.GetByText($"curl -o /etc/yum.repos.d/skyline-testos.repo {site.Server.Address}repos/testos/testos.repo")).ToBeVisibleAsync();
        await page.ScreenshotAsync(new() { Path = Path.Combine(Screens, "build.png"), FullPage = true });

        await page.GetByRole(AriaRole.Link, new() { Name = "Tags", Exact = true }).ClickAsync();
        // At once, as the mouse's press and release are not: what becomes live between the two takes the link from under them.
        await page.GetByRole(AriaRole.Link, new() { Name = "testos", Exact = true }).DispatchEventAsync("click");
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

        await Expect(page.Locator("[data-build-state]")).ToContainTextAsync("failed", new() { Timeout = 60_000 });
        await Expect(page.GetByLabel("The lines that say why")).ToContainTextAsync("missing_word");
        await page.ScreenshotAsync(new() { Path = Path.Combine(Screens, "failed-dark-phone.png"), FullPage = true });
    }

    [Fact(Timeout = 240_000)]
    public async Task A_hostile_log_of_megabytes_is_text_in_bounds_and_leads_to_the_line_that_failed()
    {
        await using var site = await Appliance.Start(Ct);
        await site.StartLocalBuilder();
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await Open(playwright);
        var page = await browser.NewPageAsync(new() { BaseURL = site.Server.Address.ToString() });
        var faults = new List<string>();
        page.PageError += (_, fault) => faults.Add(fault);
        var id = (await site.Submit(await SourcePackage.Make(site.Folder, Hostile, Ct, ("say", HostileLog)))).Id;

        await page.GotoAsync($"/builds/{id}");
        await Expect(page.Locator("[data-build-state]")).ToContainTextAsync("failed", new() { Timeout = 90_000 });

        var log = page.GetByRole(AriaRole.Log);
        // The end of nine megabytes, and no more than the page can bear.
        await LogShows(page, "RPM build errors:");
        var text = (await log.TextContentAsync())!;
        Assert.Contains("\n<script>document.title = 'taken'</script><img src=x onerror=\"document.title = 'taken'\">\n", text, StringComparison.Ordinal);
        Assert.Contains("red and plain again", text, StringComparison.Ordinal);
        Assert.Contains("\n100% done\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("50%", text, StringComparison.Ordinal);
        Assert.Contains("\nbroken \ufffd\ufffd text\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', text);
        Assert.DoesNotContain('\u202e', text);
        Assert.Equal("red", await log.Locator(".ansi-1").First.TextContentAsync());
        await Expect(page).Not.ToHaveTitleAsync("taken");
        await Bounded(log, text);

        // Farther up, through five megabytes without a line's end, whose characters are whole.
        for (var more = 0; more < 4; more++)
        {
            var from = await page.Locator("[data-run-log]").GetAttributeAsync("data-from");
            await page.GetByRole(AriaRole.Button, new() { Name = "Earlier" }).ClickAsync();
            await Expect(page.Locator("[data-run-log]")).Not.ToHaveAttributeAsync("data-from", from!, new() { Timeout = 30_000 });
        }
        text = (await log.TextContentAsync())!;
        Assert.StartsWith("🚀🚀🚀", text, StringComparison.Ordinal);
        Assert.DoesNotContain("🚀\ufffd", text, StringComparison.Ordinal);
        await Bounded(log, text);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "To the end" })).ToBeVisibleAsync();

        var run = (await site.Admin.Build(id, Ct)).Tasks[0].Runs[0];
        var place = run.FailingPlaces![0];
        await page.GetByLabel("The lines that say why").GetByRole(AriaRole.Link, new() { Name = $"{place.Line}", Exact = true }).First.ClickAsync();
        var found = log.Locator(".found");
        await Expect(found).ToHaveTextAsync("main.c:3:1: error: this is why");
        await Expect(found).ToBeInViewportAsync();
        await page.ScreenshotAsync(new() { Path = Path.Combine(Screens, "log.png"), FullPage = true });
        // The address names the line, until somebody wants the end.
        Assert.EndsWith($"/builds/{id}?run={run.Id}#log-{run.Id}-{place.Offset}", page.Url, StringComparison.Ordinal);
        await page.ReloadAsync();
        await Expect(found).ToHaveTextAsync("main.c:3:1: error: this is why");
        await page.GetByRole(AriaRole.Button, new() { Name = "To the end" }).ClickAsync();
        await LogShows(page, "RPM build errors:");
        Assert.EndsWith($"/builds/{id}?run={run.Id}", page.Url, StringComparison.Ordinal);
        Assert.Empty(faults);
    }

    /// <summary>Looked for in the page: a log of half a megabyte is not told in a failure's message.</summary>
    /// <remarks>(Not by WaitForFunction: that asks the page to run a string, which its policy forbids.)</remarks>
    static Task<System.Text.Json.JsonElement?> LogShows(IPage page, string text) => page.EvaluateAsync("""
        text => new Promise((shown, never) => {
          const gives = setTimeout(() => never(new Error(`The log did not come to ${text}`)), 60000);
          const look = () => document.querySelector('[role=log]')?.textContent.includes(text) && (clearTimeout(gives), watch.disconnect(), shown());
          const watch = new MutationObserver(look);
          watch.observe(document.body, { subtree: true, childList: true, characterData: true });
          look();
        })
        """, text);

    static async Task Bounded(ILocator log, string text)
    {
        Assert.True(text.Length < 800_000, $"The page holds {text.Length} characters of the log.");
        Assert.All(text.Split('\n'), line => Assert.True(line.Length <= 8192, $"A line of {line.Length} characters."));
        Assert.InRange(await log.Locator("*").CountAsync(), 1, 20_000);
    }

    const string Hostile = """
        Name: hostile
        Version: 1
        Release: 1
        Summary: Writes what it should not
        License: MIT
        Source0: say
        BuildArch: noarch
        %description
        Writes what it should not.
        %build
        cat %SOURCE0
        exit 1
        %files
        """;

    /// <summary>Two megabytes of lines with the failing one among them, five without an end, two more, and everything that a terminal or a page might obey.</summary>
    static byte[] HostileLog
    {
        get
        {
            using var log = new MemoryStream();
            void Say(string text) => log.Write(System.Text.Encoding.UTF8.GetBytes(text));
            for (var line = 0; line < 40_000; line++) Say(line == 20_000 ? "main.c:3:1: error: this is why\n" : $"line {line} of the hostile log, before, \u001b[32mok\u001b[0m\n");
            Say("x");
            for (var rocket = 0; rocket < 1_250_000; rocket++) Say("🚀");
            Say("\n");
            for (var line = 0; line < 8_000; line++) Say($"line {line} of the hostile log, after\n");
            Say("<script>document.title = 'taken'</script><img src=x onerror=\"document.title = 'taken'\">\n");
            Say("\u001b[1;31mred\u001b[0m and plain again\u001b[2J\u001b]0;title\u0007\u001b[5A\n");
            Say("10%\r50%\r100% done\r\nright \u202eto left\n");
            log.Write([.. "broken "u8, 0xff, 0xfe, .. " text\n"u8]);
            return log.ToArray();
        }
    }

    [Fact(Timeout = 240_000)]
    public async Task Who_has_signed_in_builds_it_again_with_one_click_when_it_is_complete()
    {
        await using var site = await Appliance.Start(Ct);
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await Open(playwright);
        var page = await browser.NewPageAsync(new() { BaseURL = site.Server.Address.ToString() });
        var build = await site.Submit(await SourcePackage.MakeHello(site.Folder, Ct));
        await page.GotoAsync($"/login?back=/builds/{build.Id}");
        await page.GetByLabel("Token", new() { Exact = true }).FillAsync((await File.ReadAllTextAsync(site.Server.AdminTokenFile, Ct)).Trim());
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with it" }).ClickAsync();
        await Expect(page.GetByText("has never asked for work")).ToBeVisibleAsync();

        await site.StartLocalBuilder();
        // It was not there when the page was loaded.
        await page.GetByRole(AriaRole.Button, new() { Name = "Rebuild exactly as then" }).ClickAsync(new() { Timeout = 90_000 });

        await Expect(page.GetByText("Bit-identical to it.")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = $"build {build.Id}", Exact = true })).ToBeVisibleAsync();
        await page.ScreenshotAsync(new() { Path = Path.Combine(Screens, "rebuilt.png"), FullPage = true });
    }

    internal static Task<IBrowser> Open(IPlaywright playwright) => playwright.Chromium.LaunchAsync(new()
    {
        ExecutablePath = new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser" }.FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException("There is no Chromium: `./dev test` installs it (package chromium)."),
        Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    });
}
