using System.Collections.Concurrent;
using Microsoft.Playwright;
using Skyline.Testing;

namespace Skyline.Pages.Tests;

/// <summary>Several browsers' windows at once, that open every page; what is wrong is told of all of them together.</summary>
sealed class Walker(IBrowser browser, Uri server, string? session)
{
    /// <summary>Pages are rendered here and there: on two processors a third window still finds something to do.</summary>
    const int Windows = 3;

    public static string Screens => Directory.CreateDirectory(Path.Combine(Checkout.Root, "artifacts", "screens")).FullName;

    public static Task<IBrowser> Open(IPlaywright playwright) => playwright.Chromium.LaunchAsync(new()
    {
        ExecutablePath = new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser" }.FirstOrDefault(File.Exists) ?? throw new InvalidOperationException("There is no Chromium: `./dev test` installs it (package chromium)."),
        Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    });

    /// <param name="look">What is wrong with a page that is open.</param>
    /// <returns>A line for each fault, in the order of pages.</returns>
    public async Task<IReadOnlyList<string>> Walk(IReadOnlyList<Address> pages, Func<IPage, Address, List<string>, Task> look, params Cookie[] cookies)
    {
        var (left, faults) = (new ConcurrentQueue<Address>(pages), new ConcurrentBag<(string Page, string Fault)>());
        await Task.WhenAll(Enumerable.Range(0, Windows).Select(async _ =>
        {
            await using var context = await Window(cookies);
            var page = await context.NewPageAsync();
            (Address Address, List<string> Found) now = (pages[0], []);
            Hear(page, () => now.Address, fault => { lock (now.Found) now.Found.Add(fault); });
            while (left.TryDequeue(out var address))
            {
                now = (address, []);
                try
                {
                    await page.GotoAsync(address.Path, new() { WaitUntil = WaitUntilState.Load });
                    await look(page, address, now.Found);
                }
                catch (Exception fault) when (fault is PlaywrightException or TimeoutException)
                {
                    now.Found.Add($"could not be looked at: {fault.Message.Split('\n')[0]}");
                }
                foreach (var fault in now.Found) faults.Add((address.Name, $"{address.Path}: {fault}"));
            }
        }));
        return [.. faults.OrderBy(one => one.Page, StringComparer.Ordinal).Select(one => one.Fault).Distinct()];
    }

    public async Task<IBrowserContext> Window(params Cookie[] cookies)
    {
        var context = await browser.NewContextAsync(new() { BaseURL = server.ToString(), ViewportSize = new() { Width = 1280, Height = 900 }, ReducedMotion = ReducedMotion.Reduce, ColorScheme = ColorScheme.Light });
        context.SetDefaultTimeout(20_000);
        if (session is not null) await context.AddCookiesAsync([new() { Name = "skyline-person", Value = session, Url = server.ToString() }]);
        if (cookies.Length > 0) await context.AddCookiesAsync(cookies);
        // Told by the browser itself, of whatever a page would do that its policy forbids.
        await context.AddInitScriptAsync("document.addEventListener('securitypolicyviolation', event => console.error(`forbidden by the policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));");
        return context;
    }

    /// <summary>What a page says of itself by failing. One window shows one after the other, as a person's does: a new one for each is a new process for each.</summary>
    static void Hear(IPage page, Func<Address> shown, Action<string> add)
    {
        page.PageError += (_, fault) => add($"a script failed: {fault.Split('\n')[0]}");
        // (That a page of what is not there is answered with 404 is as it should be.)
        page.Console += (_, message) => { if (message.Type == "error" && !message.Location.Contains(shown().Path, StringComparison.Ordinal)) add($"the console says: {message.Text}"); };
        page.RequestFailed += (_, request) => { if (request.Failure is not "net::ERR_ABORTED") add($"{request.Url} failed: {request.Failure}"); };
    }
}
