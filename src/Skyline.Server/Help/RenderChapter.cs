using System.Text.RegularExpressions;
using Markdig;
using Markdig.Extensions.AutoIdentifiers;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Skyline.Server.Help;

/// <summary>One chapter's Markdown as HTML for its page: headings with anchors as on forges, links between chapters leading to pages, blocks of code that can be copied.</summary>
static partial class RenderChapter
{
    /// <summary>Stands where the reader's word for "Copy" comes: a chapter is rendered once for all languages.</summary>
    public const char CopyWord = '\ue000';

    static readonly MarkdownPipeline pipeline = new MarkdownPipelineBuilder().DisableHtml().UsePipeTables().UseAutoIdentifiers(AutoIdentifierOptions.GitHub).Build();

    /// <param name="chapters">All that there are.</param>
    public static Chapter Of(string name, string markdown, IReadOnlyList<string> chapters)
    {
        var document = Markdown.Parse(markdown, pipeline);
        var title = document.OfType<HeadingBlock>().FirstOrDefault(heading => heading.Level == 1);
        var sections = Sections(document, markdown, title);
        if (title is not null) document.Remove(title);
        foreach (var link in document.Descendants<LinkInline>().ToList()) Lead(link, name, chapters);
        return new(name, sections[0].Title, Html(document, name), sections);
    }

    static string Html(MarkdownDocument document, string name)
    {
        var writer = new StringWriter();
        var renderer = new HtmlRenderer(writer);
        pipeline.Setup(renderer);
        renderer.ObjectRenderers.ReplaceOrAdd<CodeBlockRenderer>(new CopiedCode());
        renderer.ObjectRenderers.ReplaceOrAdd<HeadingRenderer>(new LinkedHeading(name));
        renderer.Render(document);
        return Framed(writer.ToString());
    }

    /// <summary>Tables scroll by themselves on a phone. One whose head is empty has none; a corner that is empty is no heading.</summary>
    static string Framed(string html) => EmptyCorner().Replace(EmptyHead().Replace(html, ""), "<td$1></td>")
        .Replace("<table>", "<div class=\"scroll\" tabindex=\"0\"><table>", StringComparison.Ordinal).Replace("</table>", "</table></div>", StringComparison.Ordinal)
        .Replace("<th>", "<th scope=\"col\">", StringComparison.Ordinal).Replace("<th style", "<th scope=\"col\" style", StringComparison.Ordinal);

    /// <summary>A page's addresses begin at the server's root, so an anchor alone would lead to the first page. What is in the source tree alone is no page: its name stays.</summary>
    static void Lead(LinkInline link, string name, IReadOnlyList<string> chapters)
    {
        var url = link.Url ?? "";
        var (path, anchor) = url.Split('#', 2) is [var before, var after] ? (before, "#" + after) : (url, "");
        if (path.Length == 0) link.Url = $"/help/{name}{anchor}";
        else if (path.EndsWith(".md", StringComparison.Ordinal) && chapters.Contains(path[..^3])) link.Url = $"/help/{path[..^3]}{anchor}";
        else if (!Uri.TryCreate(url, UriKind.Absolute, out var absolute) || absolute.Scheme is not ("http" or "https")) Unlink(link);
        else link.GetAttributes().AddProperty("rel", "noreferrer");
    }

    static void Unlink(LinkInline link)
    {
        var place = link.PreviousSibling as Inline ?? link;
        foreach (var inner in link.ToList())
        {
            inner.Remove();
            place.InsertAfter(inner);
            place = inner;
        }
        link.Remove();
    }

    static List<Section> Sections(MarkdownDocument document, string markdown, HeadingBlock? title)
    {
        var headings = document.OfType<HeadingBlock>().ToList();
        var found = new List<Section>();
        if (title is null || headings[0] != title) found.Add(new("", "", 1, Plain(markdown[..(headings.FirstOrDefault()?.Span.Start ?? markdown.Length)])));
        for (var i = 0; i < headings.Count; i++)
        {
            var (from, to) = (headings[i].Span.End + 1, i + 1 < headings.Count ? headings[i + 1].Span.Start : markdown.Length);
            found.Add(new(headings[i] == title ? "" : headings[i].GetAttributes().Id ?? "", Plain(markdown.Substring(headings[i].Span.Start, headings[i].Span.Length)).TrimStart('#', ' '), headings[i].Level, Plain(markdown[Math.Min(from, to)..to])));
        }
        return found;
    }

    static string Plain(string markdown) => Spaces().Replace(Signs().Replace(Links().Replace(markdown, "$1"), " "), " ").Trim();

    [GeneratedRegex(@"<thead>\s*<tr>(?:\s*<th[^>]*></th>)+\s*</tr>\s*</thead>\s*")]
    private static partial Regex EmptyHead();

    [GeneratedRegex(@"<th([^>]*)></th>")]
    private static partial Regex EmptyCorner();

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex Links();

    [GeneratedRegex(@"[`|*]+|^-{3,}|\\", RegexOptions.Multiline)]
    private static partial Regex Signs();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    sealed class CopiedCode : HtmlObjectRenderer<CodeBlock>
    {
        protected override void Write(HtmlRenderer renderer, CodeBlock obj)
        {
            renderer.EnsureLine();
            renderer.Write("<div class=\"copy\"><pre tabindex=\"0\"><code>").WriteLeafRawLines(obj, true, true).Write("</code></pre><button type=\"button\" data-copy>").Write(CopyWord).Write("</button></div>");
            renderer.EnsureLine();
        }
    }

    sealed class LinkedHeading(string chapter) : HtmlObjectRenderer<HeadingBlock>
    {
        protected override void Write(HtmlRenderer renderer, HeadingBlock obj)
        {
            var (level, id) = (Math.Clamp(obj.Level, 2, 6), obj.GetAttributes().Id ?? "");
            renderer.EnsureLine();
            renderer.Write($"<h{level} id=\"").WriteEscape(id).Write("\"><a href=\"/help/").WriteEscape(chapter).Write("#").WriteEscape(id).Write("\">").WriteLeafInline(obj).Write($"</a></h{level}>");
            renderer.EnsureLine();
        }
    }
}
