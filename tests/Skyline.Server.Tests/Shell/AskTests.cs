using Skyline.Protocol;

namespace Skyline.Server.Tests.Shell;

/// <summary>What has no way back is asked for in words first, and the answer needs no script: it is a plain form of the page.</summary>
public sealed class AskTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_question_is_answered_without_JavaScript()
    {
        await using var site = await Site.Open();
        await site.Admin.EditGroup("paper", "words", new GroupEdit("Words"), Ct);
        await site.Admin.EditGroup("paper", "letters", new GroupEdit("Letters"), Ct);
        await site.Admin.SetModules("paper", new MemoryStream("document: modulemd-defaults\nversion: 1\ndata: {module: hello}"u8.ToArray()), Ct);
        using var browser = await Posts.Of(site);

        var groups = await browser.Page("tags/paper/groups");
        Assert.Contains("Remove the group words?", groups);
        Assert.Contains("popovertarget=\"ask-remove-words\"", groups);
        Assert.Contains("paper: group words removed", await browser.Answer("tags/paper/groups", "ask-remove-words"));
        Assert.Equal("letters", Assert.Single(await site.Admin.Groups("paper", Ct)).Id);
        Assert.Contains("all its own groups removed", await browser.Answer("tags/paper/groups", "ask-clear"));
        Assert.Empty(await site.Admin.Groups("paper", Ct));

        var modules = await browser.Page("tags/paper/modules");
        var document = modules.Split("id=\"ask-remove-")[1].Split('"')[0];
        Assert.Contains("Remove modulemd-defaults hello", modules);
        Assert.Contains("module document removed", await browser.Answer("tags/paper/modules", $"ask-remove-{document}"));
        Assert.Empty(await site.Admin.Modules("paper", Ct));
    }
}
