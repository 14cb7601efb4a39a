using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;
using Skyline.Server.Shell;

namespace Skyline.Pages.Tests;

/// <summary>A page to open, and what its pictures are called.</summary>
public sealed record Address(string Name, string Path);

/// <summary>Every page that the built server has, by its templates: one that is added is walked too, or fails until it is said what its address names.</summary>
static partial class Addresses
{
    public static IReadOnlyList<Address> Of(ShownSite site) =>
        [.. Templates.Order(StringComparer.Ordinal).Select(template => new Address(NameOf(template), Filled(template, site))), .. site.More.Select(more => new Address(more.Name, more.Address))];

    /// <summary>The list of builds, which is the first page where it has none of its own.</summary>
    public static string Builds => Templates.Contains("/builds") ? "/builds" : "/";

    /// <summary>(The one for what is not there is walked under an address of nothing.)</summary>
    static IEnumerable<string> Templates => typeof(App).Assembly.GetTypes().SelectMany(type => type.GetCustomAttributes(typeof(RouteAttribute), false)).Cast<RouteAttribute>().Select(route => route.Template);

    static string NameOf(string template) => template == "/" ? "home" : Constraint().Replace(template.Trim('/'), "").Replace("{", "one-", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal).Replace('/', '-').ToLowerInvariant();

    static string Filled(string template, ShownSite site)
    {
        var path = template;
        while (Part().Match(path) is { Success: true } part)
        {
            // By all of the template up to the name and with it, or up to it.
            var (before, at) = (template[..(template.IndexOf(part.Value, StringComparison.Ordinal))], part.Index);
            if (!site.Named.TryGetValue(before + part.Value, out var value) && !site.Named.TryGetValue(before, out value))
                throw new InvalidOperationException($"What is there to be named in {template}? ShownSite.Named has nothing for \"{before}\": seed it, so that the page is walked.");
            path = path[..at] + Uri.EscapeDataString(value) + path[(at + part.Length)..];
        }
        return path + site.Named.GetValueOrDefault("?" + template);
    }

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Part();

    [GeneratedRegex(@":[a-z]+(?=\})|\?(?=\})")]
    private static partial Regex Constraint();
}
