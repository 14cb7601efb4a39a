using System.Net;
using System.Text.RegularExpressions;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Skyline.Server.Help;
using Skyline.Server.Shell;
using Skyline.Testing;

namespace Skyline.Server.Tests.Help;

/// <summary>The manual in the product.</summary>
public sealed partial class ManualPagesTests
{
    static CancellationToken Ct => Xunit.TestContext.Current.CancellationToken;
    static readonly Manual manual = new();

    [Fact]
    public void Every_chapter_is_there_has_a_title_and_its_anchors_are_unique()
    {
        Assert.Equal(Directory.GetFiles(Path.Combine(Checkout.Root, "docs"), "*.md").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal), manual.Names.Order(StringComparer.Ordinal));
        Assert.Equal("getting-started", manual.Names[0]);
        foreach (var chapter in manual.Names.Select(name => manual.Find(name)!))
        {
            Assert.NotEmpty(chapter.Title);
            Assert.Equal(chapter.Title, new Manual().TitleOf(chapter.Name));
            Assert.Equal(chapter.Sections.Count, chapter.Sections.Select(section => section.Anchor).Distinct().Count());
        }
    }

    [Fact]
    public void What_a_page_says_to_the_tests_that_type_it_is_not_shown()
    {
        Assert.Contains("<!-- not typed: ", File.ReadAllText(Path.Combine(Checkout.Root, "docs", "pools.md")));
        Assert.DoesNotContain("not typed", manual.Find("pools")!.Html);
        Assert.DoesNotContain(manual.Find("pools")!.Sections, section => section.Text.Contains("not typed", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_link_within_the_manual_leads_to_a_heading_that_is_there()
    {
        var wrong = manual.Names.SelectMany(name => Inner().Matches(manual.Find(name)!.Html).Where(link => !manual.Has(link.Groups[1].Value, link.Groups[3].Value)).Select(link => $"{name}: {link.Value}")).ToList();

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        Assert.DoesNotContain(manual.Names, name => Strange().IsMatch(manual.Find(name)!.Html));
    }

    [Fact]
    public void Every_question_mark_on_a_page_leads_to_a_heading_that_is_there()
    {
        var links = Directory.GetFiles(Path.Combine(Checkout.Root, "src", "Skyline.Server"), "*.razor", SearchOption.AllDirectories)
            .SelectMany(file => HelpLinks().Matches(File.ReadAllText(file)).Select(link => (Path.GetFileName(file), Chapter: link.Groups[1].Value, Anchor: link.Groups[2].Value))).ToList();

        Assert.NotEmpty(links);
        Assert.All(links, link => Assert.True(manual.Has(link.Chapter, link.Anchor), $"{link}"));
    }

    [Fact]
    public void Html_and_dangerous_links_of_a_source_are_text()
    {
        var chapter = RenderChapter.Of("x", "# T\n\n<script>alert(1)</script> <b>x</b> [go](javascript:alert(2)) [there](other.md#a) [src](../src/x.cs) [here](#b-c)\n\n## B c\n\n| | |\n|---|---|\n| a | b |\n\n```sh\nrun <this>\n```\n", ["x", "other"]);

        Assert.DoesNotContain("<script", chapter.Html);
        Assert.DoesNotContain("<b>", chapter.Html);
        Assert.DoesNotContain("javascript:", chapter.Html);
        Assert.Contains("href=\"/help/other#a\"", chapter.Html);
        Assert.Contains("href=\"/help/x#b-c\"", chapter.Html);
        Assert.DoesNotContain("src/x.cs", chapter.Html);
        Assert.Contains(" src ", chapter.Html);
        Assert.DoesNotContain("<thead", chapter.Html);
        Assert.Contains("run &lt;this&gt;", chapter.Html);
        Assert.Contains("data-copy", chapter.Html);
        Assert.Equal("T", chapter.Title);
    }

    [Fact]
    public async Task A_chapter_is_a_page_with_its_contents_and_the_version_and_a_search_leads_to_places()
    {
        await using var site = await Site.Open(null, null, "--Skyline:AnonymousMayRead=false");

        var page = await site.Http().GetStringAsync("help/people", Ct);
        var found = await site.Http().GetStringAsync("help?q=recovery%20codes", Ct);
        var none = await site.Http().GetStringAsync("help?q=%3Cscript%3Ezzz", Ct);

        Assert.Contains("href=\"/help/people#passkeys\"", page);
        Assert.Contains($"Of Skyline {ServerVersion.Number}", page);
        Assert.Single(H1().Matches(page));
        Assert.Contains("/help/people#", found);
        Assert.Contains("Nothing in the manual has all of these words", none);
        Assert.DoesNotContain("<script>zzz", none);
        Assert.Equal(HttpStatusCode.NotFound, (await site.Http().GetAsync("help/none", Ct)).StatusCode);
    }

    [Fact]
    public void A_question_mark_says_what_it_explains()
    {
        using var context = new BunitContext();
        context.Services.AddSingleton(new Languages(new SkylineSettings())).AddScoped<Words>();

        var link = context.Render<HelpLink>(parameters => parameters.Add(help => help.Chapter, "people").Add(help => help.Anchor, "passkeys").Add(help => help.About, "passkeys")).Find("a");

        Assert.Equal(("/help/people#passkeys", "Help: passkeys"), (link.GetAttribute("href"), link.GetAttribute("aria-label")));
    }

    [GeneratedRegex("href=\"/help/([^\"#]+)(#([^\"]*))?\"")]
    private static partial Regex Inner();

    [GeneratedRegex("href=\"(?!/help/|https?://)")]
    private static partial Regex Strange();

    [GeneratedRegex("<HelpLink Chapter=\"([^\"]+)\"(?: Anchor=\"([^\"]*)\")?")]
    private static partial Regex HelpLinks();

    [GeneratedRegex("<h1")]
    private static partial Regex H1();
}
