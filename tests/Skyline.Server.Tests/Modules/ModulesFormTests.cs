using System.Text;
using Skyline.Server.Tests.Shell;

namespace Skyline.Server.Tests.Modules;

/// <summary>The form that takes module documents, as a file or as a text, and the one that changes one of them.</summary>
public sealed class ModulesFormTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    const string Form = "tags/paper/modules?show=new", To = "/tags/paper/modules/file";

    static string Defaults(string module, string stream = "1") => $"document: modulemd-defaults\nversion: 1\ndata:\n  module: {module}\n  stream: \"{stream}\"\n";

    static Paper File(string text) => new("modules.yaml", Encoding.UTF8.GetBytes(text));

    static async Task<IEnumerable<string?>> Modules(Site site) => (await site.Admin.Modules("paper", Ct)).Select(one => one.Module);

    [Fact]
    public async Task A_file_and_a_text_come_beside_what_is_there_or_in_its_place()
    {
        await using var site = await Site.Open();
        using var browser = await Posts.Of(site);

        Assert.Contains("paper: modulemd-defaults hello", await browser.SendFile(Form, To, File(Defaults("hello")), ("text", ""), ("how", "beside")));
        Assert.Contains("paper: modulemd-defaults world", await browser.SendFile(Form, To, null, ("text", Defaults("world").ReplaceLineEndings("\r\n")), ("how", "beside")));
        Assert.Equal(["hello", "world"], await Modules(site));
        await browser.SendFile(Form, To, File(Defaults("other")), ("how", "whole"));
        Assert.Equal(["other"], await Modules(site));
    }

    [Fact]
    public async Task What_is_no_module_document_is_refused_in_a_sentence_and_what_was_chosen_stays()
    {
        await using var site = await Site.Open();
        using var browser = await Posts.Of(site);

        var refused = await browser.SendFile(Form, To, null, ("text", Defaults("hello") + "---\ndocument: packager\nversion: 1\n"), ("how", "whole"));
        Assert.Contains("Document 2 of this modules.yaml cannot be taken: its 'document' is 'packager'", refused);
        Assert.Contains("document: packager\nversion: 1\n</textarea>", refused);
        Assert.Contains("value=\"whole\" checked", refused);
        Assert.Contains("cannot be taken", await browser.SendFile(Form, To, File("just text"), ("how", "beside")));
        Assert.Contains("choose the file, or write its text", await browser.SendFile(Form, To, null, ("text", ""), ("how", "beside")));
        Assert.Empty(await Modules(site));
    }

    [Fact]
    public async Task A_document_is_changed_where_it_is_read_and_a_bad_change_is_refused_there()
    {
        await using var site = await Site.Open();
        using var browser = await Posts.Of(site);
        await browser.SendFile(Form, To, null, ("text", Defaults("hello")), ("how", "beside"));
        var one = $"tags/paper/modules?document={(await browser.Page("tags/paper/modules")).Split("?document=")[1].Split('#')[0]}";

        var refused = await browser.SendFile(one, To, null, ("text", "document: [modulemd"));
        Assert.Contains("cannot be taken", refused);
        Assert.Contains(">document: [modulemd</textarea>", refused);
        Assert.Contains("paper: modulemd-defaults hello", await browser.SendFile(one, To, null, ("text", Defaults("hello", "2"))));
        Assert.Contains("stream: \"2\"", await browser.Page(one));
    }
}
