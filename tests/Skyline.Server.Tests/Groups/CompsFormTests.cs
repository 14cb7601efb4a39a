using System.Text;
using Skyline.Server.Tests.Shell;

namespace Skyline.Server.Tests.Groups;

/// <summary>The form that takes a comps.xml, as a file or as a text.</summary>
public sealed class CompsFormTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    const string Form = "tags/paper/groups?show=comps", To = "/tags/paper/groups/file";

    static string Comps(string id) => $"<comps><group><id>{id}</id><name>Words</name><packagelist><packagereq type=\"mandatory\">hello</packagereq></packagelist></group></comps>";

    static Paper File(string text) => new("comps.xml", Encoding.UTF8.GetBytes(text));

    static async Task<IEnumerable<string>> Groups(Site site) => (await site.Admin.Groups("paper", Ct)).Select(group => group.Id);

    [Fact]
    public async Task A_file_is_taken_and_a_text_takes_its_place()
    {
        await using var site = await Site.Open();
        using var browser = await Posts.Of(site);

        Assert.Contains("paper: 1 groups", await browser.SendFile(Form, To, File(Comps("words")), ("text", "")));
        Assert.Equal(["words"], await Groups(site));
        // The page says what is lost by it.
        Assert.Contains("Take it in place of 1 group", await browser.Page(Form));
        Assert.Contains("paper: 1 groups", await browser.SendFile(Form, To, null, ("text", "\r\n" + Comps("letters"))));
        Assert.Equal(["letters"], await Groups(site));
        // Of both the file counts.
        await browser.SendFile(Form, To, File(Comps("words")), ("text", Comps("letters")));
        Assert.Equal(["words"], await Groups(site));
    }

    [Fact]
    public async Task What_is_no_comps_xml_is_refused_in_a_sentence_and_stays_in_the_field()
    {
        await using var site = await Site.Open();
        using var browser = await Posts.Of(site);
        await browser.SendFile(Form, To, File(Comps("words")));

        var refused = await browser.SendFile(Form, To, null, ("text", "<groups>mine</groups>"));
        Assert.Contains("not <comps>", refused);
        Assert.Contains("<groups>mine</groups></textarea>", refused);
        Assert.Contains("comps.xml", await browser.SendFile(Form, To, null, ("text", "<comps><group>")));
        Assert.Contains("choose the file, or write its text", await browser.SendFile(Form, To, null, ("text", "  ")));
        Assert.Contains($"{(4 << 20) + 1} bytes; {4 << 20} are the most", await browser.SendFile(Form, To, File(new string(' ', (4 << 20) + 1))));
        Assert.Equal(["words"], await Groups(site));
    }
}
