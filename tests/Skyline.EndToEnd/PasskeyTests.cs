using Microsoft.Playwright;
using Skyline.Testing;
using static Microsoft.Playwright.Assertions;

namespace Skyline.EndToEnd;

/// <summary>Passkeys with a real browser and its virtual authenticator: what the page's script says to both sides.</summary>
public sealed class PasskeyTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(Timeout = 120_000)]
    public async Task A_passkey_is_added_and_signs_in_without_a_password_and_the_page_says_so_when_none_is_given()
    {
        await using var site = await Appliance.Start(Ct, settings: new Dictionary<string, string> { ["Skyline__PublicUrl"] = "http://localhost:PORT" });
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await BrowserTests.Open(playwright);
        var page = await browser.NewPageAsync(new() { BaseURL = $"http://localhost:{site.Server.Address.Port}" });
        var faults = new List<string>();
        page.PageError += (_, fault) => faults.Add(fault);
        var devices = await page.Context.NewCDPSessionAsync(page);
        await devices.SendAsync("WebAuthn.enable");
        var added = await devices.SendAsync("WebAuthn.addVirtualAuthenticator", new()
        {
            ["options"] = new Dictionary<string, object> { ["protocol"] = "ctap2", ["transport"] = "internal", ["hasResidentKey"] = true, ["hasUserVerification"] = true, ["isUserVerified"] = true, ["automaticPresenceSimulation"] = true },
        });

        await page.GotoAsync("/login");
        await page.GetByLabel("Token", new() { Exact = true }).FillAsync((await File.ReadAllTextAsync(site.Server.AdminTokenFile, Ct)).Trim());
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with it" }).ClickAsync();
        await page.Locator("details.person > summary").ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Your account" }).ClickAsync();
        await page.GetByPlaceholder("my phone").FillAsync("the browser");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Cell, new() { Name = "the browser", Exact = true })).ToBeVisibleAsync();
        // The same authenticator has one already.
        await page.GetByPlaceholder("my phone").FillAsync("again");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" }).ClickAsync();
        await Expect(page.GetByText("That device has a passkey of yours already.")).ToBeVisibleAsync();

        await page.Locator("details.person > summary").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out", Exact = true }).ClickAsync();
        await page.GotoAsync("/login?back=%2Fme");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" }).ClickAsync();
        await Expect(page.GetByText("You are an administrator")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Cell, new() { Name = "the browser", Exact = true })).ToBeVisibleAsync();

        // Nobody lays a finger on it.
        await devices.SendAsync("WebAuthn.setUserVerified", new() { ["authenticatorId"] = added!.Value.GetProperty("authenticatorId").GetString()!, ["isUserVerified"] = false });
        await page.Locator("details.person > summary").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out", Exact = true }).ClickAsync();
        await page.GotoAsync("/login");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" }).ClickAsync();
        await Expect(page.GetByText("No passkey was given.")).ToBeVisibleAsync();
        Assert.Empty(faults);
    }
}
