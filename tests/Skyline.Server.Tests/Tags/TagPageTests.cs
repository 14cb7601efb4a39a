using System.Net;
using System.Text;
using Skyline.Protocol;
using Skyline.Server.Tests.Externals;

namespace Skyline.Server.Tests.Tags;

/// <summary>What can be seen of a tag is on its pages, without a token.</summary>
public sealed class TagPageTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    const string Words = "<comps><group><id>words</id><name>Words &lt;b&gt;</name><description>Says words</description><uservisible>false</uservisible>"
        + "<packagelist><packagereq type=\"mandatory\">hello</packagereq><packagereq type=\"conditional\" requires=\"hello\">hello-langpack</packagereq></packagelist></group>"
        + "<environment><id>desk</id><name>Desk</name><grouplist><groupid>words</groupid></grouplist></environment></comps>";

    const string Module = "document: modulemd-defaults\nversion: 1\ndata:\n  module: hello\n  stream: \"2.0\"\n";

    static async Task<string> Page(Site site, string path) => WebUtility.HtmlDecode(await site.Http().GetStringAsync(path, Ct));

    static MemoryStream Bytes(string text) => new(Encoding.UTF8.GetBytes(text));

    [Fact]
    public async Task A_tags_page_shows_its_settings_what_it_keeps_and_the_keys()
    {
        await using var site = await Site.Open();
        await site.Admin.SetTag("paper", new(TagCompression.Gzip, TagHolds.All), preview: false, Ct);
        await site.Admin.SetRetention("paper", new(7, 3), Ct);

        var page = await Page(site, "/tags/paper");

        Assert.Contains("<dd>all builds</dd>", page);
        Assert.Contains("<dd>gzip</dd>", page);
        Assert.Contains("<a href=\"/tags/paper/keeping\">7 snapshots, 3 days</a>", page);
        Assert.Contains("the instance's key", page);
        Assert.Contains("<a href=\"/keys\">All keys</a>", page);
        Assert.Contains("<a href=\"/keys\"", await Page(site, "/builders"));
    }

    [Fact]
    public async Task A_tag_its_packages_its_latest_builds_and_targets_have_pages_and_a_past_tag_has_one()
    {
        await using var site = await Site.Open();
        await site.MakeTags("base");
        await site.Admin.SetParents("paper", [new("base", 5, MaxDepth: 1, Filter: "h.*<b>|h")], preview: false, Ct);
        await site.Import("hello", "1", "base");
        await site.Admin.ListPackages("base", new(["hello"]), preview: false, Ct);
        await site.Admin.SetTagSettings("paper", [new(TagSettingKind.Macro, "vendor", "<i>ACME")], preview: false, Ct);
        var then = (await site.Admin.TagEvents("paper", Ct)).Events[0].Id;
        await site.Admin.SetTag("paper", new(Description: "For <b>paper</b>", Locked: true), preview: false, Ct);

        var (page, html) = (await Page(site, "/tags/paper"), await site.Http().GetStringAsync("/tags/paper", Ct));
        Assert.Contains("(maxdepth 1, filter h.*<b>|h)", page);
        Assert.Contains("For &lt;b&gt;paper&lt;/b&gt;", html);
        Assert.Contains("&lt;i&gt;ACME", await site.Http().GetStringAsync("/tags/paper?show=buildroot", Ct));
        Assert.Contains(">locked</span>", html);
        Assert.Contains(">hello</td>", await Page(site, "/tags/paper/latest"));
        Assert.Contains(">admin</td>", await Page(site, "/tags/paper/packages"));
        Assert.Contains("><a href=\"/tags/base\">base</a></td>", await Page(site, "/tags/paper/packages"));
        Assert.Contains("<span class=\"state cancelled\">locked</span>", await Page(site, "/targets"));
        var past = await Page(site, $"/tags/paper?event={then}");
        Assert.Contains("paper as it was", past);
        Assert.Contains("hello-1-1", past);
        Assert.DoesNotContain("locked", past);
        foreach (var (path, status) in new[] { ("/tags/paper?at=1999-01-01", 404), ("/tags/paper?at=x", 400), ("/tags/paper?event=x", 400), ("/tags/none/latest", 404), ("/tags/none/packages", 404), ("/tags/none?at=2026-11-03", 404) })
            Assert.Equal(status, (int)(await site.Http().GetAsync(path, Ct)).StatusCode);
    }

    [Fact]
    public async Task Groups_and_modules_are_shown_where_they_are_and_where_they_are_inherited()
    {
        await using var site = await Site.Open();
        await site.MakeTags("base", "heir");
        await site.Inherit("heir", "base");
        await site.Admin.SetGroups("base", Bytes(Words), Ct);
        await site.Admin.EditGroup("heir", "tools", new(Name: "Tools", Default: true, Packages: [new("hammer")]), Ct);
        await site.Admin.SetModules("base", Bytes(Module), Ct);

        var (page, groups, modules) = (await Page(site, "/tags/heir"), await Page(site, "/tags/heir/groups"), await Page(site, "/tags/heir/modules"));

        Assert.Contains("<a href=\"/tags/heir/groups\">its own, those of base</a>", page);
        Assert.Contains("<a href=\"/tags/heir/modules\">those of base</a>", page);
        Assert.Contains("1 package, installed unless told otherwise, its own", groups);
        Assert.Contains("2 packages, hidden, inherited from base", groups);
        Assert.Contains("hello-langpack (beside hello)", groups);
        Assert.Contains("Words &lt;b&gt;", await site.Http().GetStringAsync("/tags/heir/groups", Ct));
        Assert.Contains("Desk", groups);
        Assert.Contains(">modulemd-defaults</td>", modules);
        Assert.Contains("<a href=\"/tags/base/modules\">base</a>", modules);
        Assert.Contains("There are none", await Page(site, "/tags/paper/groups"));
        Assert.Contains("There are none", await Page(site, "/tags/paper/modules"));
        foreach (var missing in new[] { "groups", "modules" }) Assert.Equal(HttpStatusCode.NotFound, (await site.Http().GetAsync($"/tags/none/{missing}", Ct)).StatusCode);
    }

    [Fact]
    public async Task The_newest_advisories_of_a_tag_are_on_its_page()
    {
        await using var site = await Site.Open();
        await site.MakeTags("other");
        for (var i = 1; i <= 6; i++) await site.Admin.CreateAdvisory(new("paper", AdvisoryType.Security, $"Title {i}", $"PAPER-{i}"), Ct);
        await site.Admin.CreateAdvisory(new("other", AdvisoryType.Security, "Elsewhere"), Ct);

        var page = await Page(site, "/tags/paper");

        Assert.Contains("<a href=\"/advisories/PAPER-6\">PAPER-6</a>", page);
        Assert.Contains("<a href=\"/advisories?tag=paper\">all</a>", page);
        Assert.DoesNotContain("PAPER-1<", page);
        Assert.DoesNotContain("Elsewhere", page);
    }

    [Fact]
    public async Task External_repositories_that_its_builds_see_are_told_with_their_faults()
    {
        await using var upstream = await Upstream.Open("alpha");
        await using var site = await Pinning.Open();
        await site.Add(new NewExternal("up", ExternalKind.BaseUrl, upstream.Url, Arches: ["x86_64"]));
        await site.Add(new NewExternal("gone", ExternalKind.BaseUrl, upstream.Url + "nothing-here/", Arches: ["x86_64"]));
        await site.Admin.AddTagExternal("paper", new("up", 40), Ct);
        await site.Admin.AddTagExternal("paper", new("gone"), Ct);

        var page = await Page(site, "/tags/paper?show=buildroot");

        Assert.Contains("<a href=\"/externals/up\">up</a></td><td class=\"number\">40</td><td>this tag</td>", page);
        Assert.True(page.IndexOf("/externals/up\"", StringComparison.Ordinal) < page.IndexOf("/externals/gone\"", StringComparison.Ordinal), "The lower priority comes first.");
        Assert.Single(page.Split("<span class=\"state failed\"")[1..]);
    }

    [Fact]
    public async Task A_snapshots_page_has_its_repositories_and_how_to_stay_on_it()
    {
        await using var site = await Site.Open();
        await site.Import("hello", "1", "paper");
        var first = await site.UpToDate("paper");
        await site.Import("world", "1", "paper");
        var second = await site.UpToDate("paper");

        var (older, newest, all) = (await Page(site, $"/tags/paper/snapshots/{first[..8]}"), await Page(site, $"/tags/paper/snapshots/{second}"), await Page(site, "/tags/paper/snapshots"));

        Assert.Contains($"<a href=\"/tags/paper/snapshots/{first}\">", all);
        Assert.Contains($"baseurl={site.Address}repos/paper/@{first}/$basearch/", older);
        Assert.Contains($"/repos/paper/@{first}/x86_64/repodata/repomd.xml", older);
        Assert.Contains("hello-1-1 tagged", older);
        Assert.Contains($"skyline tag rollback paper {first[..12]} --preview", older);
        Assert.Contains("It is the newest.", newest);
        Assert.DoesNotContain("rollback", newest);
        foreach (var (missing, status) in new[] { ("none/snapshots/abcdef", 404), ("paper/snapshots/000000", 404), ("paper/snapshots/<script>", 400) })
            Assert.Equal(status, (int)(await site.Http().GetAsync($"/tags/{missing}", Ct)).StatusCode);
    }
}
