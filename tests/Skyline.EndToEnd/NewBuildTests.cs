using Microsoft.Playwright;
using Skyline.Protocol;
using Skyline.Testing;
using static Microsoft.Playwright.Assertions;

namespace Skyline.EndToEnd;

/// <summary>From source packages on a packager's machine to packages that can be installed, in a real browser and with a real builder.</summary>
public sealed class NewBuildTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;
    static string Screens => Directory.CreateDirectory(Path.Combine(Checkout.Root, "artifacts", "screens")).FullName;

    static async Task<IPage> SignedIn(IBrowser browser, Appliance site, List<string> faults)
    {
        var page = await browser.NewPageAsync(new() { BaseURL = site.Server.Address.ToString() });
        page.PageError += (_, fault) => faults.Add(fault);
        await page.GotoAsync("/login?back=/new");
        await page.GetByLabel("Token", new() { Exact = true }).FillAsync((await File.ReadAllTextAsync(site.Server.AdminTokenFile, Ct)).Trim());
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with it" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "New build" })).ToBeVisibleAsync();
        return page;
    }

    /// <summary>Builds at once, and only beside what it needs.</summary>
    static Task<string> Source(Appliance site, string name, string? needs = null) => SourcePackage.Make(site.Folder, $$"""
        Name: {{name}}
        Version: 1
        Release: 1%{?dist}
        Summary: Words
        License: MIT
        BuildArch: noarch
        {{(needs is null ? "" : $"BuildRequires: {needs}")}}
        %description
        Words.
        %install
        mkdir -p %{buildroot}/usr/share/{{name}}
        {{(needs is null ? $"echo words of {name} > %{{buildroot}}/usr/share/{name}/words" : $"cp /usr/share/{needs}/words %{{buildroot}}/usr/share/{name}/words")}}
        %files
        /usr/share/{{name}}
        """, Ct, Array.Empty<(string, string)>());

    [Fact(Timeout = 240_000)]
    public async Task Two_source_packages_are_sent_by_the_page_and_followed_from_their_log_to_the_install_line()
    {
        await using var site = await Appliance.Start(Ct);
        await site.StartLocalBuilder();
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await BrowserTests.Open(playwright);
        var faults = new List<string>();
        var page = await SignedIn(browser, site, faults);
        var (first, second) = (await SourcePackage.MakeHello(site.Folder, Ct), await Source(site, "words"));
        var broken = Path.Combine(site.Folder, "notes.txt");
        await File.WriteAllTextAsync(broken, "no package", Ct);

        // A line that breaks once: the rest goes on by itself.
        var broke = false;
        await page.RouteAsync("**/new/sources/*", async route =>
        {
            if (route.Request.Method != "PUT" || broke) await route.ContinueAsync();
            else
            {
                broke = true;
                await route.AbortAsync("connectionreset");
            }
        });
        await page.GetByLabel("Drop source packages here, or choose them").SetInputFilesAsync([first, second, broken]);
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("notes.txt is not an RPM package", new() { Timeout = 30_000 });
        await page.ScreenshotAsync(new() { Path = Path.Combine(Screens, "new-build-sent.png"), FullPage = true });
        await page.GetByRole(AriaRole.Button, new() { Name = "Go on with the others" }).ClickAsync(new() { Timeout = 30_000 });
        Assert.True(broke);

        await Expect(page.GetByText("ready: nothing speaks against it")).ToHaveCountAsync(2);
        await page.ScreenshotAsync(new() { Path = Path.Combine(Screens, "new-build.png"), FullPage = true });
        await page.GetByRole(AriaRole.Button, new() { Name = "Build", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "hello-1.0-1" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Log)).ToContainTextAsync("hello", new() { Timeout = 60_000 });
        await Expect(page.GetByRole(AriaRole.Status).First).ToContainTextAsync("complete", new() { Timeout = 60_000 });
        foreach (var build in new long[] { 1, 2 }) await site.UntilComplete(build);
        await page.GotoAsync("/tags/testos");
        await Expect(page.GetByText($"curl -o /etc/yum.repos.d/skyline-testos.repo {site.Server.Address}repos/testos/testos.repo")).ToBeVisibleAsync();

        // What was made elsewhere is imported by the same hand.
        await page.GotoAsync("/import?tag=testos");
        await page.GetByLabel("Drop packages here, or choose them").SetInputFilesAsync(await Source(site, "brought"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Put them into testos" }).ClickAsync(new() { Timeout = 30_000 });
        await Expect(page.GetByText("The repository holds it: it can be installed.")).ToBeVisibleAsync(new() { Timeout = 30_000 });
        Assert.Empty(faults);
    }

    [Fact(Timeout = 240_000)]
    public async Task Three_packages_are_arranged_as_a_chain_whose_picture_shows_the_order_and_which_is_built_in_it()
    {
        await using var site = await Appliance.Start(Ct);
        await site.StartLocalBuilder();
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await BrowserTests.Open(playwright);
        var faults = new List<string>();
        var page = await SignedIn(browser, site, faults);
        string[] sources = [await Source(site, "upper", "middle"), await Source(site, "lower"), await Source(site, "middle", "lower")];
        await page.GetByLabel("Drop source packages here, or choose them").SetInputFilesAsync(sources);
        await page.GetByText("A chain, in this order").ClickAsync(new() { Timeout = 30_000 });
        await page.GetByRole(AriaRole.Button, new() { Name = "Build", Exact = true }).ClickAsync();

        // As they were chosen: upper, lower, middle. By keyboard, upper goes to the end.
        var later = page.GetByRole(AriaRole.Button, new() { Name = "Later: upper-1-1" });
        await Expect(page.Locator("li.link")).ToHaveCountAsync(3);
        var said = page.Locator("main p[role=status]");
        await Expect(page.Locator("figure.graph svg .node")).ToHaveCountAsync(3);
        // (Before that the buttons are a form's.)
        await Expect(page.Locator("form[data-live]")).ToBeVisibleAsync();
        await later.FocusAsync();
        foreach (var place in new[] { "is in link 1 of 2 now, beside lower-1-1", "is in link 2 of 3 now, alone", "is in link 2 of 2 now, beside middle-1-1", "is in link 3 of 3 now, alone" })
        {
            await page.Keyboard.PressAsync("Enter");
            await Expect(said).ToContainTextAsync("upper-1-1 " + place);
            await Expect(later).ToBeFocusedAsync();
        }
        // What was arranged outlives the connection, and the order that is found is the same.
        await page.ReloadAsync();
        await Expect(page.Locator("li.link .name")).ToContainTextAsync(["lower-1-1", "middle-1-1", "upper-1-1"]);
        await page.GetByRole(AriaRole.Button, new() { Name = "Find the order" }).ClickAsync();
        await Expect(page.GetByText("after middle-1-1: it needs middle, which middle has")).ToBeVisibleAsync();
        await page.ScreenshotAsync(new() { Path = Path.Combine(Screens, "chain-editor.png"), FullPage = true });
        await page.GetByRole(AriaRole.Button, new() { Name = "Start it" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Status).First).ToContainTextAsync("3 of 3 built", new() { Timeout = 150_000 });
        await Expect(page.Locator("figure.graph .of-done")).ToHaveCountAsync(3);
        await page.ScreenshotAsync(new() { Path = Path.Combine(Screens, "chain.png"), FullPage = true });
        Assert.Empty(faults);
        var chain = Assert.Single((await site.Admin.Batches(Ct)).Batches);
        Assert.Equal((BatchState.Complete, 3), (chain.State, (await site.Admin.Batch(chain.Id, Ct)).Waves.Count));
    }
}
