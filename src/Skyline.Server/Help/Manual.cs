using System.Collections.Concurrent;
using System.Text;

namespace Skyline.Server.Help;

/// <param name="Name">As addresses have it: "getting-started".</param>
/// <param name="Html">Ready for a page, without its first heading; no HTML of the source's own is in it.</param>
/// <param name="Sections">In order; the first is what stands before any heading.</param>
public sealed record Chapter(string Name, string Title, string Html, IReadOnlyList<Section> Sections);

/// <param name="Anchor">Empty: the chapter's beginning.</param>
/// <param name="Text">As it can be searched, without signs of its markup.</param>
public sealed record Section(string Anchor, string Title, int Level, string Text);

/// <summary>
/// The manual that was built with this server: docs/*.md are in the program, so what is read is what runs. A chapter is rendered when somebody first
/// opens it, and nothing of it is in memory before.
/// </summary>
public sealed class Manual
{
    const string Folder = "manual/";

    /// <summary>In the order that somebody new would read them; a chapter that is not named here comes after these.</summary>
    static readonly string[] order =
    [
        "getting-started", "install", "containers", "tags", "sources", "chains", "side-tags", "mass-rebuilds", "scheduled-runs", "repositories", "builder", "pools", "isolation",
        "people", "approvals", "audit", "notifications", "hooks", "operate", "back-up", "upgrade", "scale", "edge", "secure", "server", "settings", "metrics", "cli", "client-library",
    ];

    readonly ConcurrentDictionary<string, Chapter> read = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Names { get; } =
    [
        .. typeof(Manual).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)).Select(name => name[Folder.Length..^3])
            .OrderBy(name => Array.IndexOf(order, name) is >= 0 and var at ? at : order.Length).ThenBy(name => name, StringComparer.Ordinal),
    ];

    public Chapter? Find(string name) => Names.Contains(name) ? read.GetOrAdd(name, _ => RenderChapter.Of(name, Source(name), Names)) : null;

    /// <summary>Only its first line is read for it.</summary>
    public string TitleOf(string name)
    {
        if (read.TryGetValue(name, out var known)) return known.Title;
        using var reader = new StreamReader(Open(name));
        return reader.ReadLine()?.TrimStart('#', ' ') ?? name;
    }

    public bool Has(string chapter, string? anchor) => Find(chapter) is { } found && (string.IsNullOrEmpty(anchor) || found.Sections.Any(section => section.Anchor == anchor));

    /// <summary>Without what a page says to those who keep it, or to the tests that type its commands.</summary>
    static string Source(string name)
    {
        using var reader = new StreamReader(Open(name), Encoding.UTF8);
        return string.Join('\n', reader.ReadToEnd().Split('\n').Where(line => !line.StartsWith("<!-- ", StringComparison.Ordinal)));
    }

    static Stream Open(string name) => typeof(Manual).Assembly.GetManifestResourceStream($"{Folder}{name}.md")!;
}
