using Microsoft.Playwright;
using Skyline.Protocol;
using Skyline.Testing;
using static Microsoft.Playwright.Assertions;

namespace Skyline.EndToEnd;

/// <summary>A packager at a real browser makes a tag of their own, sees where it stands, and removes it again, without a line typed into a shell.</summary>
public sealed class TagJourneyTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(Timeout = 120_000)]
    public async Task A_personal_tag_is_made_seen_in_the_picture_built_for_and_removed_by_clicking()
    {
        await using var site = await Appliance.Start(Ct);
        var token = (await site.Admin.AddPerson(new NewPerson("ann"), Ct)).Token;
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await BrowserTests.Open(playwright);
        var page = await browser.NewPageAsync(new() { BaseURL = site.Server.Address.ToString() });
        var faults = new List<string>();
        page.PageError += (_, fault) => faults.Add(fault);

        await page.GotoAsync("/login?back=%2Ftags");
        await page.GetByLabel("Token", new() { Exact = true }).FillAsync(token);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with it" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "New tag", Exact = true }).First.ClickAsync();
        var form = page.Locator("form", new() { Has = page.Locator("input[name=kind][value=own]") });
        await form.GetByLabel("Name").FillAsync("tools");
        await form.GetByLabel("Base").SelectOptionAsync("testos");
        await form.GetByRole(AriaRole.Button, new() { Name = "Make it" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "ann/tools", Level = 1 })).ToBeVisibleAsync();
        // The picture: itself, and an arrow to what it inherits from.
        var picture = page.Locator("figure.graph svg");
        await Expect(picture.GetByText("ann/tools", new() { Exact = true })).ToBeVisibleAsync();
        // At once, as the mouse's press and release are not: what becomes live between the two takes the link from under them.
        await picture.GetByText("testos", new() { Exact = true }).DispatchEventAsync("click");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "testos", Level = 1 })).ToBeVisibleAsync();
        await Expect(page.Locator("figure.graph svg").GetByText("ann/tools", new() { Exact = true })).ToBeVisibleAsync();
        Assert.Contains(await new SkylineClient(new HttpClient { BaseAddress = site.Server.Address }).Targets(Ct), target => target.Name == "ann/tools" && target.BuildTag == "ann/tools");

        await page.Locator("figure.graph svg").GetByText("ann/tools", new() { Exact = true }).DispatchEventAsync("click");
        await page.GetByRole(AriaRole.Navigation, new() { Name = "What is shown of ann/tools" }).GetByRole(AriaRole.Link, new() { Name = "Change" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "What would be lost, and what stands against it" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove the target… ann/tools" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog, new() { Name = "Remove the target ann/tools?" }).GetByRole(AriaRole.Button, new() { Name = "Remove the target" }).ClickAsync();
        await Expect(page.GetByText("ann/tools: removed")).ToBeVisibleAsync();
        // What was meant is said once more; what is not meant is refused beside the form.
        await page.GetByLabel("To be sure, write ann/tools here").FillAsync("tools");
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove the tag" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Write 'ann/tools' into the field");
        await page.GetByLabel("To be sure, write ann/tools here").FillAsync("ann/tools");
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove the tag" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Tags", Level = 1 })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Status).Filter(new() { HasText = "ann/tools: removed" })).ToBeVisibleAsync();
        Assert.Empty(faults);
        Assert.Equal(["testos"], (await site.Admin.Tags(Ct)).Select(tag => tag.Name));
    }
}
