using System.Text;
using System.Xml.Linq;
using Skyline.Protocol;

namespace Skyline.Server.Tests.Groups;

public sealed class GroupTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    const string Comps = """
        <?xml version="1.0" encoding="UTF-8"?>
        <!DOCTYPE comps PUBLIC "-//Red Hat, Inc.//DTD Comps info//EN" "comps.dtd">
        <comps>
          <group>
            <id>words</id><name>Words</name><name xml:lang="de">Wörter</name><description>Says &lt;words&gt;</description>
            <default>false</default><uservisible>true</uservisible>
            <packagelist>
              <packagereq type="mandatory">hello</packagereq>
              <packagereq type="default">more</packagereq>
              <packagereq type="optional">most</packagereq>
              <packagereq type="conditional" requires="hello">hello-langpack</packagereq>
            </packagelist>
          </group>
          <category><id>all</id><name>All</name><description/><display_order>7</display_order><grouplist><groupid>words</groupid></grouplist></category>
          <environment>
            <id>desk</id><name>Desk</name><description>A desk</description>
            <grouplist><groupid>words</groupid></grouplist><optionlist><groupid default="true">more-words</groupid></optionlist>
          </environment>
          <langpacks><match name="hello" install="hello-%s"/></langpacks>
        </comps>
        """;

    static Task<TakenGroups> Set(Site site, string comps = Comps, string tag = "paper") => site.Admin.SetGroups(tag, new MemoryStream(Encoding.UTF8.GetBytes(comps)), Ct);

    [Fact]
    public async Task Groups_are_served_as_they_were_given_and_written_the_one_way()
    {
        await using var site = await Site.Open();
        using var repo = new RepoClient(site, "paper");
        using var debug = new RepoClient(site, "paper", "x86_64-debug");

        Assert.Equal(new TakenGroups(1, 1, 1, 1), await Set(site));

        var served = await repo.Metadata("group");
        Assert.DoesNotContain("DOCTYPE", served);
        var comps = XDocument.Parse(served!).Root!;
        Assert.Equal(["Words", "Wörter"], comps.Element("group")!.Elements("name").Select(name => name.Value));
        Assert.Equal("Says <words>", comps.Element("group")!.Element("description")!.Value);
        Assert.Equal(["mandatory hello", "default more", "optional most", "conditional hello-langpack"], comps.Descendants("packagereq").Select(package => $"{package.Attribute("type")!.Value} {package.Value}"));
        Assert.Equal("hello", comps.Descendants("packagereq").Last().Attribute("requires")!.Value);
        Assert.Equal(("7", "true", "hello-%s"), (comps.Element("category")!.Element("display_order")!.Value, comps.Element("environment")!.Element("optionlist")!.Element("groupid")!.Attribute("default")!.Value, comps.Descendants("match").Single().Attribute("install")!.Value));
        Assert.Null(await debug.Metadata("group"));
        // What is served is taken again, and is the same.
        var repomd = await repo.Repomd();
        await Set(site, served!);
        Assert.Equal(repomd, await repo.Repomd());
        Assert.Equal(served, await new StreamReader(await site.Admin.OpenComps("paper", Ct)).ReadToEndAsync(Ct));
    }

    [Fact]
    public async Task One_group_is_made_edited_and_removed()
    {
        await using var site = await Site.Open();
        using var repo = new RepoClient(site, "paper");
        await Set(site);

        var made = await site.Admin.EditGroup("paper", "tools", new GroupEdit("Tools", Packages: [new("hammer"), new("nail", GroupPackageType.Conditional, "hammer")]), Ct);
        var edited = await site.Admin.EditGroup("paper", "words", new GroupEdit(Description: "Only words"), Ct);

        Assert.Equal(("Tools", true, 2), (made.Name, made.Visible, made.Packages.Count));
        Assert.Equal(("Words", "Only words", 4), (edited.Name, edited.Description, edited.Packages.Count));
        Assert.Contains("<name xml:lang=\"de\">Wörter</name>", await repo.Metadata("group"));
        Assert.Equal(["words", "tools"], (await site.Admin.Groups("paper", Ct)).Select(group => group.Id));
        await site.Admin.RemoveGroups("paper", "words", Ct);
        Assert.DoesNotContain("Wörter", await repo.Metadata("group"));
        await site.Admin.RemoveGroups("paper", null, Ct);
        Assert.Null(await repo.Metadata("group"));
        Assert.Equal(404, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.RemoveGroups("paper", null, Ct))).Status);
        Assert.Equal(400, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.EditGroup("paper", "unnamed", new GroupEdit(), Ct))).Status);
        Assert.Equal(400, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.EditGroup("paper", "odd", new GroupEdit("Odd", Packages: [new("a b")]), Ct))).Status);
    }

    [Fact]
    public async Task The_nearer_tags_group_wins_and_the_others_are_inherited()
    {
        await using var site = await Site.Open();
        await site.Admin.CreateTag(new NewTag("heir", "paper-1", ["x86_64"]), Ct);
        await site.Admin.SetParents("heir", [new TagParent("paper", 1)], preview: false, Ct);
        using var repo = new RepoClient(site, "heir");
        await Set(site);
        await site.Admin.EditGroup("paper", "tools", new GroupEdit("Tools"), Ct);

        await site.Admin.EditGroup("heir", "words", new GroupEdit("Better words"), Ct);

        Assert.Equal([("words", "Better words", "heir"), ("tools", "Tools", "paper")], (await site.Admin.Groups("heir", Ct)).Select(group => (group.Id, group.Name, group.Tag)));
        Assert.Equal(["Better words", "Tools"], XDocument.Parse((await repo.Metadata("group"))!).Root!.Elements("group").Select(group => group.Element("name")!.Value));
        Assert.Equal("Words", (await site.Admin.Groups("paper", Ct))[0].Name);
    }

    [Theory]
    [InlineData("<comps><group><id>a</id></group><group><id>a</id></group></comps>", "2 <group> called")]
    [InlineData("<comps><group><name>a</name></group></comps>", "called \"\"")]
    [InlineData("<comps><group><id>a</id>", "no comps.xml")]
    [InlineData("<groups/>", "not <comps>")]
    [InlineData("", "no comps.xml")]
    [InlineData("<!DOCTYPE comps [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><comps><group><id>&a;</id></group></comps>", "no comps.xml")]
    [InlineData("<!DOCTYPE comps [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><comps><group><id>x</id><name>&b;</name></group></comps>", "no comps.xml")]
    public async Task What_is_no_comps_xml_is_refused(string comps, string why)
    {
        await using var site = await Site.Open();

        var refused = await Assert.ThrowsAsync<RefusedException>(() => Set(site, comps));

        Assert.Equal(400, refused.Status);
        Assert.Contains(why, refused.Message);
    }

    [Fact]
    public async Task A_comps_xml_that_is_too_large_or_too_deep_is_no_danger()
    {
        await using var site = await Site.Open();

        // The answer comes before a byte of the body is sent.
        using var patient = new HttpClient(new SocketsHttpHandler { Expect100ContinueTimeout = TimeSpan.FromMinutes(1) }) { BaseAddress = site.Address };
        patient.DefaultRequestHeaders.Authorization = new("Bearer", site.AdminToken);
        var large = await Assert.ThrowsAsync<RefusedException>(() => new SkylineClient(patient).SetGroups("paper", new MemoryStream(new byte[5 << 20]), Ct));
        var deep = await Set(site, "<comps>" + string.Concat(Enumerable.Repeat("<a>", 100_000)) + string.Concat(Enumerable.Repeat("</a>", 100_000)) + "</comps>");

        Assert.Equal(413, large.Status);
        Assert.Equal(new TakenGroups(0, 0, 0, 0), deep);
    }

    [Fact]
    public async Task Dnf_lists_and_installs_a_group()
    {
        Assert.SkipUnless(Environment.UserName == "root", "Only root can install into a root of its own.");
        await using var site = await Site.Open();
        using var repo = new RepoClient(site, "paper");
        foreach (var name in new[] { "hello", "more", "most" }) await site.Admin.Import(Papers.Binary(name, "1.0", "1").Open(), "paper", Ct);
        await Set(site);

        Assert.Contains("Words", await repo.Dnf("group", "list"));
        Assert.Matches(@"Mandatory Packages:\s+hello\s+Default Packages:\s+more\s+Optional Packages:\s+most", await repo.Dnf("group", "info", "words"));
        await repo.Dnf("group", "install", "words");

        var installed = await repo.Dnf("list", "installed");
        Assert.Contains("hello.x86_64", installed);
        Assert.Contains("more.x86_64", installed);
        Assert.DoesNotContain("most.x86_64", installed);
    }
}
