using System.Text.Json;
using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace Skyline.Pages.Tests;

/// <summary>
/// axe-core, run in the page itself. (The package's own way makes another page for every run, to put the results of frames together, and gives axe to both:
/// most of the time that it took. These pages have no frames.)
/// </summary>
static class Axe
{
    static readonly string script = new BundledAxeScriptProvider().GetScript();

    sealed record Violation(string Id, string Help, IReadOnlyList<Node> Nodes);

    sealed record Node(string Html);

    const string Everything = """
        { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } }
        """;

    /// <summary>In another theme colours alone differ.</summary>
    const string Colours = """
        { runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] }, resultTypes: ['violations'] }
        """;

    public static Task InAll(IPage page, List<string> found) => Run(page, Everything, "", found);

    public static Task InColours(IPage page, string where, List<string> found) => Run(page, Colours, where, found);

    static async Task Run(IPage page, string options, string where, List<string> found)
    {
        if (await page.EvaluateAsync<bool>("typeof axe === 'undefined'")) await page.EvaluateAsync(script);
        var said = await page.EvaluateAsync<string>($"axe.run(document, {options}).then(({{ violations }}) => JSON.stringify(violations))");
        foreach (var violation in JsonSerializer.Deserialize<IReadOnlyList<Violation>>(said, JsonSerializerOptions.Web)!)
            found.Add($"axe{where}: {violation.Id} ({violation.Nodes.Count}): {violation.Help}: {string.Join("  ", violation.Nodes.Take(3).Select(node => node.Html[..Math.Min(node.Html.Length, 160)].ReplaceLineEndings(" ")))}");
    }
}
