using System.Net;
using System.Net.Http.Json;
using Bunit;
using Skyline.Protocol;
using Skyline.Server.Imports;
using Skyline.Server.Storage;
using Skyline.Server.Tests.Shell;
using Skyline.Server.Tests.Tags;
using TestContext = Xunit.TestContext;

namespace Skyline.Server.Tests.Imports;

/// <summary>The page that imports, as a browser without JavaScript uses it, and as its script does.</summary>
public sealed class ImportPageTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static readonly Paper hello = Papers.Binary("hello", "1", "1"), world = Papers.Binary("world", "1", "1");

    static string Led(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return answer.Headers.Location!.ToString().Split('#')[0];
    }

    [Fact]
    public async Task Packages_are_sent_and_then_put_into_the_tag_all_at_once()
    {
        await using var site = await Site.Open();
        using var browser = await Posts.Of(site);

        Assert.Contains("The tag that they are for", await browser.Page("import"));
        Assert.Contains("There is no tag nowhere.", await browser.Page("import?tag=nowhere"));
        var sent = Led(await browser.SendFiles("import?tag=paper", "/tags/paper/rpms", world, hello, Papers.Binary("hello", "1", "1", "noarch")));
        Assert.Equal("/import?tag=paper&build=world-1-1&build=hello-1-1", sent);
        var came = await browser.Page(sent);
        Assert.Contains("2 packages: hello-1-1.noarch.rpm, hello-1-1.x86_64.rpm", came);
        Assert.Contains("Put them into paper", came);
        Assert.Empty((await site.Admin.Tag("paper", Ct)).Builds);
        // Whoever left the page finds there what is in no tag.
        Assert.Contains("and in no tag (2)", await browser.Page("import?tag=paper"));

        Assert.Contains("tick one of those that came", await browser.Page(Led(await browser.Send("import?tag=paper", "/import/builds", ("act", "import")))));
        Assert.Equal(sent.Replace("world-1-1&build=hello-1-1", "hello-1-1&build=world-1-1", StringComparison.Ordinal), Led(await browser.Send(sent, "/import/builds", ("build", "world-1-1"), ("build", "hello-1-1"), ("act", "look"))));
        var done = await browser.Page(Led(await browser.Send(sent, "/import/builds", ("build", "world-1-1"), ("build", "hello-1-1"), ("act", "import"))));
        Assert.Contains("paper: hello-1-1 tagged", done);
        Assert.Contains("All that you sent is in paper.", done);
        Assert.Contains("The repository holds", done);
        Assert.Equal(["hello-1-1", "world-1-1"], (await site.Admin.Tag("paper", Ct)).Builds.Select(build => build.Nvr).Order());

        var refused = await browser.Page(Led(await browser.SendFiles("import?tag=paper", "/tags/paper/rpms", Papers.Binary("hello", "1", "1", summary: "Another one"))));
        Assert.Contains("There is another hello-1-1.x86_64.rpm here already", refused);
    }

    [Fact]
    public async Task A_script_sends_a_package_by_its_hash_and_what_is_here_is_not_sent_again()
    {
        await using var site = await Site.Open();
        using var browser = await Posts.Of(site);
        var token = (await browser.Hidden("import?tag=paper", "/tags/paper/rpms")).First(field => field.Key == "__RequestVerificationToken").Value;
        var address = $"tags/paper/rpms/{hello.Sha256}";

        Assert.Equal(HttpStatusCode.BadRequest, (await browser.Put(address, "forged", hello.Bytes)).StatusCode);
        Assert.False((await (await browser.Get(address)).Content.ReadFromJsonAsync(SkylineJson.Default.SourceState, Ct))!.Kept);
        Assert.Contains("goes on from byte 0", await (await browser.Put($"{address}?name={hello.FileName}&offset=7", token, hello.Bytes[7..])).Content.ReadAsStringAsync(Ct));
        var bad = await browser.Put($"tags/paper/rpms/{new string('0', 64)}?name=x.rpm", token, hello.Bytes);
        Assert.Contains("is not what was said", await bad.Content.ReadAsStringAsync(Ct));
        var whole = await (await browser.Put($"{address}?name={hello.FileName}&offset=0", token, hello.Bytes)).Content.ReadFromJsonAsync(SkylineJson.Default.SourceState, Ct);
        Assert.Equal((true, "hello-1-1", "hello-1-1.x86_64.rpm"), (whole!.Kept, whole.Nvr, whole.FileName));
        Assert.Equal("hello-1-1", (await (await browser.Get(address)).Content.ReadFromJsonAsync(SkylineJson.Default.SourceState, Ct))!.Nvr);
        Assert.Empty((await site.Admin.Tag("paper", Ct)).Builds);
    }

    [Fact]
    public async Task Into_ones_own_tag_or_a_private_one_a_package_goes_as_it_comes()
    {
        await using var site = await Site.Open();
        var ann = (await site.Admin.AddPerson(new NewPerson("ann", "packager"), Ct)).Token;
        await new SkylineClient(site.Http(ann)).CreateTag(new NewTag("ann/tools", Base: "paper"), Ct);
        await site.Admin.CreateTag(new NewTag("hidden", "paper-1", ["x86_64"], Private: true), Ct);
        using var browser = await Posts.Of(site, ann);
        using var admin = await Posts.Of(site);

        var page = await browser.Page("import");
        Assert.Contains("<option value=\"ann/tools\"", page);
        Assert.DoesNotContain("<option value=\"paper\"", page);
        Assert.Contains("paper is not yours to change", await browser.Page("import?tag=paper"));
        Assert.Contains("as soon as it has come", await browser.Page("import?tag=ann/tools"));
        Assert.Contains("All that you sent is in ann/tools.", await browser.Page(Led(await browser.SendFiles("import?tag=ann/tools", "/tags/ann~tools/rpms", hello))));
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.Get($"tags/paper/rpms/{hello.Sha256}")).StatusCode);
        Led(await admin.SendFiles("import?tag=hidden", "/tags/hidden/rpms", world));
        Assert.Equal("world-1-1", Assert.Single((await site.Admin.Tag("hidden", Ct)).Builds).Nvr);
        Assert.Contains("Release engineers import packages", await site.Http().GetStringAsync("import?tag=paper", Ct));
    }

    [Fact]
    public async Task Who_waits_for_the_repository_sees_it_hold_them_without_a_reload()
    {
        await using var site = await Site.Open();
        await site.Import("hello", "1");
        using var context = new PageContext(site);
        var shown = context.Render<ImportStanding>(parts => parts.Add(part => part.TagName, "paper").Add(part => part.Builds, ["hello-1-1", "none-1-1"]));
        Assert.Contains("hello-1-1 is not tagged in 'paper'", shown.Markup, StringComparison.Ordinal);
        Assert.Contains("There is no build 'none-1-1' here.", shown.Markup, StringComparison.Ordinal);
        Assert.Contains("The repository holds 0 of 2.", shown.Find("[role=status]").TextContent, StringComparison.Ordinal);

        await site.Add("paper", "hello-1-1");
        await site.UpToDate("paper");

        shown.WaitForAssertion(() => Assert.Contains("The repository holds 1 of 2.", shown.Find("[role=status]").TextContent, StringComparison.Ordinal), TimeSpan.FromSeconds(10));
        Assert.Single(shown.FindAll(".state.published"));
        await shown.Instance.DisposeAsync();
        var looked = shown.RenderCount;
        site.Part<Bells>().Ring(Bells.Tags);
        Assert.Equal(looked, shown.RenderCount);
    }
}
