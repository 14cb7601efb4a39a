using System.Net;
using System.Text;
using Skyline.Protocol;
using Skyline.Server.Tests.Shell;
using Skyline.Server.Tests.Tags;

namespace Skyline.Server.Tests.Groups;

/// <summary>What the API does to groups and modules can be clicked.</summary>
public sealed class GroupFormTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    const string Comps = "<comps><group><id>words</id><name>Words</name><packagelist><packagereq type=\"mandatory\">hello</packagereq></packagelist></group><environment><id>desk</id><name>Desk</name><grouplist><groupid>words</groupid></grouplist></environment></comps>";

    static Paper File(string name, string text) => new(name, Encoding.UTF8.GetBytes(text));

    [Fact]
    public async Task A_group_is_made_changed_and_removed_by_forms()
    {
        await using var site = await Site.Open();
        using var browser = await FormBrowser.Open(site, site.AdminToken);

        Assert.Contains("Make one, or give it all that a comps.xml has.", await browser.Page("tags/paper/groups"));
        var refused = await browser.Post("tags/paper/groups", ("act", "set"), ("new", "true"), ("id", "no good"), ("name", "Words & more"), ("mandatory", "hello"));
        Assert.Equal("/tags/paper/groups?show=new", refused.Address);
        Assert.Contains("A group cannot be called 'no good'", refused.Page);
        Assert.Contains("value=\"Words & more\"", refused.Page);
        Assert.Contains(">hello</textarea>", refused.Page);

        var made = await browser.Post("tags/paper/groups", ("act", "set"), ("new", "true"), ("id", "words"), ("name", "Words"), ("visible", "true"), ("mandatory", "hello, bash"), ("optional", "most"), ("conditional", "hello-langpack hello\r\n"));
        Assert.Equal("/tags/paper/groups", made.Address);
        Assert.Contains("paper: group words set", made.Page);
        Assert.Equal(["Mandatory hello ", "Mandatory bash ", "Optional most ", "Conditional hello-langpack hello"], (await site.Admin.Groups("paper", Ct))[0].Packages.Select(package => $"{package.Type} {package.Name} {package.Requires}"));
        Assert.Contains("has a group 'words' already", (await browser.Post("tags/paper/groups", ("act", "set"), ("new", "true"), ("id", "words"), ("name", "Others"))).Page);

        var form = await browser.Page("tags/paper/groups?edit=words");
        Assert.Contains(">hello\nbash</textarea>", form);
        Assert.Contains(">hello-langpack hello</textarea>", form);
        Assert.Contains("'lonely' cannot be a group's package", (await browser.Post("tags/paper/groups", ("act", "set"), ("id", "words"), ("name", "Words"), ("conditional", "lonely"))).Page);
        await browser.Post("tags/paper/groups", ("act", "set"), ("id", "words"), ("name", "Better words"), ("asDefault", "true"));
        Assert.Equal(("Better words", true, false, 0), (await site.Admin.Groups("paper", Ct))[0] is var group ? (group.Name, group.Default, group.Visible, group.Packages.Count) : default);

        Assert.Contains("group words removed", (await browser.Post("tags/paper/groups", ("act", "remove"), ("id", "words"))).Page);
        Assert.Contains("has no groups of its own", (await browser.Post("tags/paper/groups", ("act", "clear"))).Page);
        Assert.Equal("400", (await browser.Post("tags/paper/groups", ("act", "everything"))).Address);
        Assert.Equal(400, (int)(await browser.SendFromElsewhere("tags/paper/groups", ("act", "clear"))).StatusCode);
    }

    [Fact]
    public async Task A_comps_xml_is_sent_and_what_an_heir_changes_becomes_its_own()
    {
        await using var site = await Site.Open();
        await site.MakeTags("heir");
        await site.Inherit("heir", "paper");
        using var sends = await Posts.Of(site);
        using var browser = await FormBrowser.Open(site, site.AdminToken);

        var bad = await sends.SendFiles("tags/paper/groups?show=comps", "/tags/paper/groups/file", File("comps.xml", "<groups/>"));
        Assert.Contains("not <comps>", await sends.Page(bad.Headers.Location!.ToString().Split('#')[0]));
        Assert.Contains("choose the file, or write its text", (await browser.Post("tags/paper/groups/file")).Page);
        var taken = await sends.SendFiles("tags/paper/groups?show=comps", "/tags/paper/groups/file", File("comps.xml", Comps));
        Assert.Contains("paper: 1 groups, 0 categories, 1 environments", await sends.Page(taken.Headers.Location!.ToString().Split('#')[0]));

        var page = await browser.Page("tags/heir/groups");
        Assert.Contains("inherited from paper", page);
        Assert.Contains("Change it for heir", page);
        Assert.DoesNotContain("value=\"remove\"", page);
        Assert.Contains("becomes heir's own", await browser.Page("tags/heir/groups?edit=words"));
        await browser.Post("tags/heir/groups", ("act", "set"), ("id", "words"), ("name", "Ours"), ("visible", "true"), ("mandatory", "hello"));
        Assert.Equal(("Ours", "heir"), (await site.Admin.Groups("heir", Ct))[0] is var own ? (own.Name, own.Tag) : default);
        Assert.Contains("all its own groups removed", (await browser.Post("tags/heir/groups", ("act", "clear"))).Page);
        Assert.Equal("Words", (await site.Admin.Groups("heir", Ct))[0].Name);
    }

    [Fact]
    public async Task A_file_waits_for_a_second_person_and_who_may_not_finds_no_form()
    {
        await using var site = await Site.Open();
        var ray = (await site.Admin.AddPerson(new NewPerson("ray", "release-engineer"), Ct)).Token;
        var ann = (await site.Admin.AddPerson(new NewPerson("ann", "packager"), Ct)).Token;
        await site.Admin.SetTag("paper", new(SecondPerson: true), false, Ct);
        using var sends = await Posts.Of(site, ray);
        using var looks = await FormBrowser.Open(site, ann);

        var held = await sends.SendFiles("tags/paper/groups?show=comps", "/tags/paper/groups/file", File("comps.xml", Comps));
        Assert.StartsWith("/approvals/", held.Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.Empty(await site.Admin.Groups("paper", Ct));
        var waits = (await site.Admin.Approvals(true, null, null, Ct)).Approvals[0];
        await site.Admin.Approve(waits.Id, waits.Digest, Ct);
        Assert.Equal("words", Assert.Single(await site.Admin.Groups("paper", Ct)).Id);

        foreach (var page in new[] { "tags/paper/groups?show=new", "tags/paper/groups?edit=words", "tags/paper/modules?show=new" }) Assert.DoesNotContain("method=\"post\" action=\"/tags/paper", await looks.Page(page));
        Assert.Equal(HttpStatusCode.Forbidden, (await looks.Send("tags/paper/groups", ("act", "clear"))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await looks.Send("tags/paper/modules/file", ("text", "x"))).StatusCode);
        // In a tag of one's own everybody may.
        await looks.Post("tags", ("kind", "own"), ("name", "tools"), ("base", "paper"));
        Assert.Contains("ann/tools: group mine set", (await looks.Post("tags/ann~tools/groups", ("act", "set"), ("new", "true"), ("id", "mine"), ("name", "Mine"))).Page);
    }

    [Fact]
    public async Task Module_documents_are_added_changed_and_removed_by_forms()
    {
        await using var site = await Site.Open();
        using var sends = await Posts.Of(site);
        using var browser = await FormBrowser.Open(site, site.AdminToken);
        static string Defaults(string module, string stream) => $"document: modulemd-defaults\nversion: 1\ndata:\n  module: {module}\n  stream: \"{stream}\"\n";

        Assert.Contains("this modules.yaml cannot be taken", (await browser.Post("tags/paper/modules/file", ("text", "just text"), ("how", "beside"))).Page);
        var taken = await sends.SendFiles("tags/paper/modules?show=new", "/tags/paper/modules/file", File("modules.yaml", Defaults("hello", "1") + "---\n" + Defaults("world", "1")));
        Assert.Contains("paper: modulemd-defaults hello", await sends.Page(taken.Headers.Location!.ToString().Split('#')[0]));
        Assert.Contains("paper: modulemd-defaults hello", (await browser.Post("tags/paper/modules/file", ("text", Defaults("hello", "2").ReplaceLineEndings("\r\n")), ("how", "beside"))).Page);
        Assert.Equal(["hello", "world"], (await site.Admin.Modules("paper", Ct)).Select(one => one.Module));
        Assert.Contains("---\n" + Defaults("hello", "2") + "...\n", await new StreamReader(await site.Admin.OpenModules("paper", Ct)).ReadToEndAsync(Ct));

        var page = await browser.Page("tags/paper/modules");
        var id = page.Split("?document=")[1].Split('#')[0];
        Assert.Contains("  stream: \"2\"", await browser.Page($"tags/paper/modules?document={id}"));
        Assert.Contains("module document removed", (await browser.Post("tags/paper/modules", ("act", "remove"), ("document", id))).Page);
        Assert.Contains("has no such module document", (await browser.Post("tags/paper/modules", ("act", "remove"), ("document", id))).Page);
        await browser.Post("tags/paper/modules/file", ("text", Defaults("other", "1")), ("how", "whole"));
        Assert.Equal("other", Assert.Single(await site.Admin.Modules("paper", Ct)).Module);
        Assert.Contains("all its own module documents removed", (await browser.Post("tags/paper/modules", ("act", "clear"))).Page);
        Assert.Contains("has no modules of its own", (await browser.Post("tags/paper/modules", ("act", "clear"))).Page);
    }
}
