using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Skyline.Testing;

namespace Skyline.Benchmarks.Ui;

/// <summary>
/// The first page that a browser with an empty cache is given, of the site of a million builds: what comes over the wire until it is at rest. Then once
/// more with no live connection to be had: its links, its filter and its paging must work.
/// </summary>
static class FirstPageBench
{
    public static IEnumerable<BenchResult> Run() => Run(CancellationToken.None).GetAwaiter().GetResult();

    static async Task<IReadOnlyList<BenchResult>> Run(CancellationToken ct)
    {
        await using var server = MillionBuilds.Server(await MillionBuilds.Folder());
        await server.Start();
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser" }.FirstOrDefault(File.Exists) ?? throw new InvalidOperationException("There is no Chromium: `./dev bench` installs it (package chromium)."),
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
        var (home, builds) = (await Fetched(browser, server, ""), await Fetched(browser, server, "builds?state=Failed"));
        var works = await WorksAlone(browser, server);
        await server.Process.Terminate(ct);
        return [
            BenchResult.AtMost("home from a cold cache, over the wire", home.Kilobytes, "kB", 500),
            BenchResult.Beside($"  of {home.Files} files; until it can be read", home.Seconds, "s"),
            BenchResult.AtMost("a list of builds from a cold cache, over the wire", builds.Kilobytes, "kB", 500),
            BenchResult.Beside($"  of {builds.Files} files; until it can be read", builds.Seconds, "s"),
            BenchResult.AtMost("  of links, filter and paging, what does not work without a live connection", works.Count(done => !done), "", 0),
        ];
    }

    static async Task<(double Kilobytes, int Files, double Seconds)> Fetched(IBrowser browser, ServerProcess server, string path)
    {
        await using var wire = new CountedWire(server.Address);
        await using var context = await browser.NewContextAsync(new() { BaseURL = wire.Address.ToString() });
        var page = await context.NewPageAsync();
        var files = 0;
        page.RequestFinished += (_, _) => files++;
        var begun = System.Diagnostics.Stopwatch.GetTimestamp();
        await page.GotoAsync("/" + path, new() { WaitUntil = WaitUntilState.DOMContentLoaded });
        var seconds = System.Diagnostics.Stopwatch.GetElapsedTime(begun).TotalSeconds;
        await page.WaitForLoadStateAsync(LoadState.Load);
        // The live connection's first changes too.
        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System);
        return (wire.Bytes / 1000.0, files, seconds);
    }

    static async Task<bool[]> WorksAlone(IBrowser browser, ServerProcess server)
    {
        await using var context = await browser.NewContextAsync(new() { BaseURL = server.Address.ToString() });
        var page = await context.NewPageAsync();
        await page.RouteAsync(new Regex("/_blazor"), route => route.AbortAsync());
        await page.RouteWebSocketAsync(new Regex("/_blazor"), socket => socket.CloseAsync());
        await page.GotoAsync("/");
        await page.GetByRole(AriaRole.Link, new() { Name = "Builds", Exact = true }).First.ClickAsync();
        await page.WaitForURLAsync("**/builds");
        await page.GetByRole(AriaRole.Heading, new() { Name = "Builds", Level = 1 }).WaitForAsync();
        const bool linked = true;
        await page.GetByLabel("Package begins with").FillAsync("rust-");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show", Exact = true }).ClickAsync();
        await page.WaitForURLAsync(new Regex("package=rust-"));
        await page.Locator("main a.chip").First.WaitForAsync();
        var filtered = (await page.Locator("main tbody tr").First.TextContentAsync())!.Contains("rust-", StringComparison.Ordinal);
        var first = await page.Locator("main tbody tr td a").First.TextContentAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Next page" }).First.ClickAsync();
        await page.WaitForURLAsync(new Regex("before="));
        await page.Locator("a[rel=prev]").WaitForAsync();
        var paged = await page.Locator("main tbody tr td a").First.TextContentAsync() != first;
        await page.GetByRole(AriaRole.Link, new() { Name = "Previous page" }).First.ClickAsync();
        await page.WaitForURLAsync(new Regex("after="));
        await page.Locator("a[rel=prev]").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        return [linked, filtered, paged, await page.Locator("main tbody tr td a").First.TextContentAsync() == first];
    }
}
