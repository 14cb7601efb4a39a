using Microsoft.Playwright;
using Skyline.Testing;
using static Microsoft.Playwright.Assertions;

namespace Skyline.EndToEnd;

/// <summary>An administrator at a real browser, and a machine that runs the command which the page gave them.</summary>
public sealed class EnrolTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(Timeout = 240_000)]
    public async Task A_builder_that_is_enrolled_with_the_copied_command_joins_before_ones_eyes_and_is_drained()
    {
        await using var site = await Appliance.Start(Ct);
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await BrowserTests.Open(playwright);
        var page = await browser.NewPageAsync(new() { BaseURL = site.Server.Address.ToString(), Permissions = ["clipboard-read", "clipboard-write"] });
        var faults = new List<string>();
        page.PageError += (_, fault) => faults.Add(fault);
        await page.GotoAsync("/login?back=%2Fbuilders");
        await page.GetByLabel("Token", new() { Exact = true }).FillAsync((await File.ReadAllTextAsync(site.Server.AdminTokenFile, Ct)).Trim());
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with it" }).ClickAsync();

        await page.GetByLabel("Name", new() { Exact = false }).First.FillAsync("big-machine");
        await page.GetByRole(AriaRole.Button, new() { Name = "Enrol it" }).ClickAsync();
        await Expect(page.GetByText("Nothing has been heard of big-machine yet.")).ToBeVisibleAsync();
        await page.GetByText("Without the package's service").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Copy: the command that starts the builder in a terminal" }).ClickAsync();
        var command = await page.EvaluateAsync<string>("navigator.clipboard.readText()");

        await using var machine = await Run(command, site.Folder);
        await Expect(page.GetByText("big-machine is here.")).ToBeVisibleAsync(new() { Timeout = 90_000 });

        await page.GetByRole(AriaRole.Link, new() { Name = "Look at big-machine" }).ClickAsync();
        var heading = page.GetByRole(AriaRole.Heading, new() { Level = 1 });
        await Expect(heading).ToContainTextAsync("idle");
        await page.GetByPlaceholder("Why, for others to read").FillAsync("new kernel");
        await page.GetByRole(AriaRole.Button, new() { Name = "Drain it" }).ClickAsync();
        await Expect(heading).ToContainTextAsync("drained");
        await Expect(page.GetByText("It is being drained (new kernel)")).ToBeVisibleAsync();
        Assert.Empty(faults);
    }

    /// <summary>A shell that is given a line, with the agent in its path.</summary>
    static async Task<ProgramProcess> Run(string command, string folder)
    {
        var bin = Directory.CreateDirectory(Path.Combine(folder, "bin")).FullName;
        var agent = Path.Combine(bin, "skyline-builder");
        await File.WriteAllTextAsync(agent, $"#!/bin/sh\nexec dotnet '{Checkout.Program("Skyline.Builder", "skyline-builder")}' \"$@\"\n", Ct);
        File.SetUnixFileMode(agent, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var shell = ProgramProcess.Start(["sh", "-c", command], new Dictionary<string, string>
        {
            ["PATH"] = $"{bin}:{Environment.GetEnvironmentVariable("PATH")}", ["SKYLINE_TESTOS"] = Checkout.TestOs,
            ["SKYLINE_BUILDER_DATA"] = Path.Combine(folder, "builder"), ["SKYLINE_BUILDER_ISOLATION"] = "bubblewrap", ["SKYLINE_BUILDER_SLOTS"] = "1",
        });
        await shell.Line(" works for ").WaitAsync(Ct);
        return shell;
    }
}
