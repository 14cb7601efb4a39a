using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;
using Skyline.Testing;

namespace Skyline.Server.Tests.Shell;

/// <summary>The manual and the server say the same of the API and the pages.</summary>
public sealed partial class ManualTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_manual_has_every_operation_with_its_query_and_no_others()
    {
        await using var site = await Site.Open();
        using var document = JsonDocument.Parse(await site.Http().GetStringAsync("/openapi/v1.json", Ct));
        var manual = Operations((await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "docs", "server.md"), Ct)).Split("\n## API\n")[1]).ToList();

        Assert.Equal(Operations(document).Order(StringComparer.Ordinal), manual.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_manual_has_every_page_and_no_others()
    {
        var manual = (await File.ReadAllTextAsync(Path.Combine(Checkout.Root, "docs", "server.md"), Ct)).Split("\n## Pages\n")[1].Split("\n## ")[0];
        var pages = typeof(Skyline.Server.Shell.App).Assembly.GetTypes().SelectMany(type => type.GetCustomAttributes(typeof(RouteAttribute), false)).Cast<RouteAttribute>().Select(page => page.Template).Where(page => page != "/not-found");

        Assert.Equal(pages.Select(page => Part().Replace(page, "{}")).Order(StringComparer.Ordinal),
            Row().Matches(manual).SelectMany(row => Address().Matches(row.Groups[1].Value)).Select(path => Part().Replace(path.Groups[1].Value, "{}")).Order(StringComparer.Ordinal));
    }

    static IEnumerable<string> Operations(JsonDocument document) =>
        from path in document.RootElement.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
            // HEAD is what GET would answer, and needs no words.
        where operation.Name != "head"
        select Operation(operation.Name.ToUpperInvariant(), path.Name,
            operation.Value.TryGetProperty("parameters", out var all) ? all.EnumerateArray().Where(one => one.GetProperty("in").GetString() == "query").Select(one => one.GetProperty("name").GetString()!) : []);

    /// <summary>Of the first column of its tables: "`GET`, `POST /api/tags`" is two.</summary>
    static IEnumerable<string> Operations(string manual)
    {
        foreach (Match row in Row().Matches(manual))
        {
            var methods = new List<string>();
            foreach (Match quoted in Quoted().Matches(row.Groups[1].Value))
            {
                methods.Add(quoted.Groups["method"].Value);
                if (!quoted.Groups["path"].Success) continue;
                foreach (var method in methods) yield return Operation(method, quoted.Groups["path"].Value, Names().Matches(quoted.Groups["query"].Value).Select(name => name.Groups[1].Value));
                methods.Clear();
            }
        }
    }

    /// <summary>What a part of a path is called is for people.</summary>
    static string Operation(string method, string path, IEnumerable<string> query) =>
        $"{method} {Part().Replace(path, "{}")} {string.Join(' ', query.Order(StringComparer.Ordinal))}".TrimEnd();

    [GeneratedRegex(@"^\| (`[^|]+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"`(?<method>[A-Z]+)(?: (?<path>/[^`?]*)(?<query>\?[^`]*)?)?`")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"`(/[^`]*)`")]
    private static partial Regex Address();

    [GeneratedRegex(@"([A-Za-z0-9]+)=")]
    private static partial Regex Names();

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Part();
}
