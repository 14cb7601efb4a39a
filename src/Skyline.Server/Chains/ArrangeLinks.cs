namespace Skyline.Server.Chains;

/// <summary>What somebody does to the links of a chain that they arrange.</summary>
abstract record Move
{
    /// <summary>Half a link towards the beginning: out of a link that it shares, into one of its own before that; or, alone in its link, into the one before.</summary>
    public sealed record Earlier(string Source) : Move;

    /// <summary>Half a link towards the end.</summary>
    public sealed record Later(string Source) : Move;

    /// <param name="Link">By its place, from 0.</param>
    public sealed record Into(string Source, int Link) : Move;

    /// <summary>A link of its own.</summary>
    /// <param name="Before">The place of the link that it is put before; as many as there are: at the end.</param>
    public sealed record Between(string Source, int Before) : Move;

    public sealed record Out(string Source) : Move;

    /// <summary>Those that are not in it yet come to its end.</summary>
    /// <param name="Apart">Each in a link of its own; otherwise all in one.</param>
    public sealed record In(IReadOnlyList<string> Sources, bool Apart) : Move;
}

/// <summary>The links of a chain as they are arranged by hand, purely: each source package is in one link, and no link is empty.</summary>
static class ArrangeLinks
{
    public static IReadOnlyList<IReadOnlyList<string>> Of(IReadOnlyList<IReadOnlyList<string>> links, Move move) => move switch
    {
        Move.Earlier(var source) => Step(links, source, later: false),
        Move.Later(var source) => Step(links, source, later: true),
        Move.Into(var source, var link) when Place(links, source) is not null && link >= 0 && link < links.Count && !links[link].Contains(source) => Without(links, source, (at, rest) => at == link ? [.. rest, source] : rest),
        Move.Between(var source, var before) when Place(links, source) is not null && before >= 0 && before <= links.Count => Between(links, source, before),
        Move.Out(var source) => Without(links, source, (_, rest) => rest),
        Move.In(var sources, var apart) => In(links, [.. sources.Distinct().Where(source => Place(links, source) is null)], apart),
        _ => links,
    };

    /// <returns>Null: it is in none.</returns>
    public static int? Place(IReadOnlyList<IReadOnlyList<string>> links, string source) => Enumerable.Range(0, links.Count).Where(link => links[link].Contains(source)).Select(link => (int?)link).FirstOrDefault();

    static IReadOnlyList<IReadOnlyList<string>> Step(IReadOnlyList<IReadOnlyList<string>> links, string source, bool later)
    {
        if (Place(links, source) is not { } at) return links;
        if (links[at].Count > 1) return Between(links, source, later ? at + 1 : at);
        var next = later ? at + 1 : at - 1;
        return next < 0 || next >= links.Count ? links : Of(links, new Move.Into(source, next));
    }

    static IReadOnlyList<IReadOnlyList<string>> Between(IReadOnlyList<IReadOnlyList<string>> links, string source, int before)
    {
        var apart = new List<IReadOnlyList<string>>(links.Select(link => (IReadOnlyList<string>)[.. link.Where(one => one != source)]));
        apart.Insert(before, [source]);
        return [.. apart.Where(link => link.Count > 0)];
    }

    static IReadOnlyList<IReadOnlyList<string>> Without(IReadOnlyList<IReadOnlyList<string>> links, string source, Func<int, IReadOnlyList<string>, IReadOnlyList<string>> then) =>
        [.. links.Select((link, at) => then(at, [.. link.Where(one => one != source)])).Where(link => link.Count > 0)];

    static IReadOnlyList<IReadOnlyList<string>> In(IReadOnlyList<IReadOnlyList<string>> links, IReadOnlyList<string> fresh, bool apart) =>
        fresh.Count == 0 ? links : apart ? [.. links, .. fresh.Select(one => (IReadOnlyList<string>)[one])] : [.. links, fresh];
}
