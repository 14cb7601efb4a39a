namespace Skyline.Server.Help;

/// <param name="Excerpt">Around the first place.</param>
sealed record FoundSection(string Chapter, string ChapterTitle, string Anchor, string Title, string Excerpt);

/// <summary>Sections that hold every word that is asked for, those that have them in their title first.</summary>
static class SearchManual
{
    const int Most = 40, Around = 90, MostWords = 10, LongestQuery = 200;

    public static IReadOnlyList<FoundSection> For(Manual manual, string query)
    {
        var words = query[..Math.Min(query.Length, LongestQuery)].Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(MostWords).ToArray();
        if (words.Length == 0) return [];
        return [.. manual.Names.Select(name => manual.Find(name)!)
            .SelectMany(chapter => chapter.Sections.Select(section => (chapter, section, Score: Score(section, words))))
            .Where(one => one.Score > 0).OrderByDescending(one => one.Score).Take(Most)
            .Select(one => new FoundSection(one.chapter.Name, one.chapter.Title, one.section.Anchor, one.section.Title, Excerpt(one.section.Text, words)))];
    }

    static int Score(Section section, string[] words)
    {
        var score = 0;
        foreach (var word in words)
        {
            var (inTitle, inText) = (Holds(section.Title, word), Holds(section.Text, word));
            if (!inTitle && !inText) return 0;
            score += inTitle ? 10 : 1;
        }
        return score;
    }

    static bool Holds(string text, string word) => text.Contains(word, StringComparison.OrdinalIgnoreCase);

    static string Excerpt(string text, string[] words)
    {
        var at = words.Select(word => text.IndexOf(word, StringComparison.OrdinalIgnoreCase)).Where(place => place >= 0).DefaultIfEmpty(0).Min();
        var (from, to) = (Math.Max(0, at - Around), Math.Min(text.Length, at + 2 * Around));
        return (from > 0 ? "… " : "") + text[from..to].Trim() + (to < text.Length ? " …" : "");
    }
}
