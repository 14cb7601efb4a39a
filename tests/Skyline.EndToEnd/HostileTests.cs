using Microsoft.Playwright;
using Skyline.Protocol;
using Skyline.Testing;
using static Microsoft.Playwright.Assertions;

namespace Skyline.EndToEnd;

/// <summary>A package, a log, and all that people may write, with markup, quotes, a terminal's language and reversed writing in every field: on no page is any of it more than text.</summary>
public sealed class HostileTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Without a per cent sign, which is rpm's, and without a slash where a name has none.</summary>
    const string Evil = "<script>window.taken=1</script><img src=x onerror=\"window.taken=1\">\"'><svg onload='window.taken=1'>&lt;b&gt; \u202etxet", EvilName = "<img src=x onerror='window.taken=1'>\"\u202ename";

    /// <summary>As git lets a branch be called, and a hook's pattern: without blanks, and none of ~ ^ : ? * [ \ {.</summary>
    const string EvilRef = "<script>window.taken=1</script><svg/onload='window.taken=1'>\"\u202eferb";

    static string Spec(string name, string build) => $$"""
        Name: {{name}}
        Version: 1
        Release: 1
        Summary: {{Evil}}
        License: {{Evil}}
        URL: javascript:window.taken=1//{{EvilName.Replace(" ", "", StringComparison.Ordinal)}}
        Group: {{Evil}}
        Vendor: {{Evil}}
        Packager: {{Evil}}
        Provides: evil(<script>window.taken=1</script>)
        BuildArch: noarch
        %description
        {{Evil}} \u001b[31mred\u001b]0;taken\u0007
        %prep
        %build
        {{build}}
        %install
        mkdir -p "%{buildroot}%{_datadir}/{{name}}"
        echo x > "%{buildroot}%{_datadir}/{{name}}/"{{Quoted(EvilName)}}
        ln -s {{Quoted(EvilName)}} "%{buildroot}%{_datadir}/{{name}}/link"
        %post
        echo {{Quoted(Evil)}}
        %triggerin -- gcc
        echo {{Quoted(Evil)}}
        %files
        %{_datadir}/{{name}}
        %changelog
        * Sat Jan 06 2024 {{Evil}} - 1-1
        - {{Evil}}
        """.Replace("\\u001b", "\u001b", StringComparison.Ordinal).Replace("\\u0007", "\u0007", StringComparison.Ordinal);

    static string Quoted(string text) => "'" + text.Replace("'", "'\\''", StringComparison.Ordinal) + "'";

    static string Say(string text) => $"printf '{text.Replace("'", "'\\''", StringComparison.Ordinal).Replace("\u001b", "\\033", StringComparison.Ordinal).Replace("\u0007", "\\007", StringComparison.Ordinal)}\\n'";

    [Fact(Timeout = 280_000)]
    public async Task Whatever_is_written_is_text_on_every_page()
    {
        await using var site = await Appliance.Start(Ct);
        await Write(site);
        await Refused(site);
        var git = await site.Admin.SubmitSource(new("https://git.example.invalid/rpms/hostile", "testos", EvilRef), Ct);
        await site.StartLocalBuilder();
        var first = await site.UntilComplete((await site.Submit(await SourcePackage.Make(site.Folder, Spec("hostile", Say(Evil + "\u001b[31mred\u001b[2J\u001b]0;taken\u0007")), Ct, Array.Empty<(string, string)>()), scratch: true)).Id);
        var second = await site.UntilComplete((await site.Submit(await SourcePackage.Make(site.Folder, Spec("hostile", "echo other > other; " + Say(Evil)).Replace("echo x >", "echo other >", StringComparison.Ordinal), Ct, Array.Empty<(string, string)>()))).Id);
        var failed = await site.Submit(await SourcePackage.Make(site.Folder, Spec("hostile-fails", Say("main.c:3:1: error: " + Evil) + " >&2; exit 1"), Ct, Array.Empty<(string, string)>()));
        await Ended(site, failed.Id);
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await BrowserTests.Open(playwright);
        var page = await Watched(browser, site);

        var rpm = second.Rpms.Single(one => one.Arch == "noarch").FileName;
        var wrong = new List<string>();
        string[] ofBuilds =
        [
            "/me/hooks", "/me/hooks/hostile", "/me/hooks/hostile?show=settings", "/me/webhooks", "/me/webhooks/1", "/me/webhooks/1?show=change",
            $"/builds/{git.Id}", $"/builds/{first.Id}", $"/builds/{second.Id}", $"/builds/{failed.Id}", $"/builds/{second.Id}/lock?arch=noarch", $"/builds/{first.Id}/compare/{second.Id}", $"/builds/{second.Id}/compare", $"/builds/{first.Id}/buildroot/{second.Id}", $"/builds/{second.Id}/rebuild",
            .. new[] { "files", "scripts", "dependencies", "changelog", "header", "changes" }.Select(show => $"/builds/{second.Id}/packages/{rpm}?show={show}"),
        ];
        foreach (var address in ofBuilds) wrong.AddRange(await Look(page, address, own: true));
        foreach (var address in new[]
        {
            "/", "/builds", "/tags", $"/tags/{TagAddress.Of("admin/hostile")}", $"/tags/{TagAddress.Of("admin/hostile")}/history", "/tags/testos", "/tags/testos/history", "/tags/testos/packages/hostile/history", "/targets", "/builders", "/builders/local", "/builders/hostile", "/advisories", "/audit", "/people", "/notices", $"/builds?search={Uri.EscapeDataString(Evil)}",
        }) wrong.AddRange(await Look(page, address, own: false));
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));

        await page.GotoAsync($"/builds/{failed.Id}");
        await Expect(page.GetByRole(AriaRole.Log)).ToContainTextAsync("<script>window.taken=1</script>");
        await Expect(page.GetByLabel("The lines that say why")).ToContainTextAsync("<script>window.taken=1</script>");
    }

    /// <summary>What people write, where they may.</summary>
    static async Task Write(Appliance site)
    {
        await site.Admin.CreateTag(new("admin/hostile", Base: "testos", Description: Evil[..Math.Min(Evil.Length, 200)]), Ct);
        await site.Admin.EnrolBuilder(new("hostile", Evil), Ct);
        await site.Admin.CreateAdvisory(new("testos", AdvisoryType.Bugfix, Evil, Summary: Evil, Description: Evil, Rights: Evil), Ct);
        await site.Admin.AddHook(new("hostile", "https://git.example.invalid/rpms/hostile", "testos", Forge.GitHub, Branches: [EvilRef], Tags: [EvilRef], Paths: [EvilRef]), Ct);
        await site.Admin.AddWebhook(new($"https://chat.example.invalid/{EvilRef.Replace("\u202e", "", StringComparison.Ordinal)}", ["build.failed"], Note: Evil[..Math.Min(Evil.Length, 200)]), Ct);
    }

    /// <summary>What the front door takes none of: each is refused with a sentence that obeys none of it either.</summary>
    static async Task Refused(Appliance site)
    {
        foreach (var evil in new[] { EvilRef, "\u202egit", "a\u001b[31mred", "a\u0007", "a\"b c" })
        {
            await No(site.Admin.SubmitSource(new($"https://git.example.invalid/rpms/{evil}", "testos"), Ct), "A repository's address has no", "is no repository's path");
            await No(site.Admin.AddHook(new("other", $"https://git.example.invalid/rpms/{evil}", "testos", Forge.GitHub, Branches: ["main"]), Ct), "A repository's address has no", "is no repository's path");
            await No(site.Admin.AddHook(new(evil, "https://git.example.invalid/rpms/other", "testos", Forge.GitHub, Branches: ["main"]), Ct), "A hook is called something");
        }
        foreach (var evil in new[] { "a\u001b[31mred", "a\u0007", "a b", "-x", "a..b" })
            await No(site.Admin.SubmitSource(new("https://git.example.invalid/rpms/hostile", "testos", evil), Ct), "is no branch, tag or commit");
        foreach (var evil in new[] { "\u202ekcab", "a\u001b[31mred", "a\u0007", "a b" })
            await No(site.Admin.AddWebhook(new($"https://chat.example.invalid/{evil}", ["build.failed"]), Ct), "A webhook's address is http or https");
        foreach (var evil in new[] { "javascript:window.taken=1", "data:text/html,<script>window.taken=1</script>", "https://<script>/x" })
            await No(site.Admin.AddWebhook(new(evil, ["build.failed"]), Ct), "A webhook's address is http or https");
        await No(site.Admin.AddWebhook(new("https://chat.example.invalid/x", ["build.failed"], Note: "a\u001b[31mred"), Ct), "A note is one line");
    }

    static async Task No(Task act, params string[] sentences)
    {
        var refused = await Assert.ThrowsAsync<RefusedException>(() => act);
        Assert.Equal(400, refused.Status);
        Assert.Contains(sentences, sentence => refused.Message.Contains(sentence, StringComparison.Ordinal));
        Assert.DoesNotContain(refused.Message, letter => char.IsControl(letter) || letter is >= '\u202a' and <= '\u202e');
    }

    static async Task Ended(Appliance site, long id)
    {
        var now = await site.Admin.Build(id, Ct);
        while (now.EndedAt is null) now = await site.Admin.WaitBuild(id, now.Revision, 30, Ct);
        Assert.Equal(BuildState.Failed, now.State);
    }

    static async Task<IPage> Watched(IBrowser browser, Appliance site)
    {
        var page = await (await browser.NewContextAsync(new() { BaseURL = site.Server.Address.ToString() })).NewPageAsync();
        await page.AddInitScriptAsync("""
            window.violated = [];
            document.addEventListener("securitypolicyviolation", event => window.violated.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
            """);
        page.Dialog += (_, dialog) => Assert.Fail($"A dialog opened: {dialog.Message}");
        await page.GotoAsync("/login");
        await page.GetByLabel("Token", new() { Exact = true }).FillAsync((await File.ReadAllTextAsync(site.Server.AdminTokenFile, Ct)).Trim());
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with it" }).ClickAsync();
        // (Not for the page's load: a page that follows changes may go on to another in the middle of it.)
        await Expect(page.Locator("details.person")).ToBeVisibleAsync(new() { Timeout = 30_000 });
        return page;
    }

    /// <param name="own">A page of builds, where what is not to be seen is shown as what it is.</param>
    /// <returns>What is wrong with the page at an address.</returns>
    static async Task<IEnumerable<string>> Look(IPage page, string address, bool own)
    {
        await page.GotoAsync(address);
        await page.WaitForLoadStateAsync(LoadState.Load);
        var found = await page.EvaluateAsync<string[]>("""
            own => [
                ...(window.taken ? ["a script ran"] : []),
                ...window.violated.map(one => `violated ${one}`),
                ...[...document.querySelectorAll("[onerror], [onload], main script, main img[src='x'], a[href^='javascript:']")].map(one => one.outerHTML.slice(0, 200)),
                ...(document.title === "taken" || own && /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.test(document.title) ? [`the title is ${document.title}`] : []),
                ...(own && /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.test(document.querySelector("main").textContent) ? ["what is not to be seen is in it"] : []),
            ]
            """, own);
        return found.Select(one => $"{address}: {one}");
    }
}
