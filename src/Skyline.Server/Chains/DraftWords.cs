using Skyline.Server.Shell;

namespace Skyline.Server.Chains;

static class DraftWords
{
    /// <summary>For who does not see where it went.</summary>
    public static string Place(ChainDraft draft, DraftSource source, Words words)
    {
        var links = draft.Links;
        for (var link = 0; link < links.Count; link++)
            if (links[link].Any(one => one.Sha256 == source.Sha256))
                return links[link].Where(one => one.Sha256 != source.Sha256).Select(one => one.Name).ToList() is { Count: > 0 } beside
                    ? words["{0} is in link {1} of {2} now, beside {3}.", source.Name, link + 1, links.Count, string.Join(", ", beside)]
                    : words["{0} is in link {1} of {2} now, alone.", source.Name, link + 1, links.Count];
        return words["{0} is not in the chain any more. It is kept here, and can be added again.", source.Name];
    }
}
