namespace Skyline.Rpm;

/// <summary>Dependencies as a spec's line lists them: by commas or blanks, each with its version; rich ones in brackets.</summary>
static class ParseList
{
    public static IEnumerable<Dependency> Of(string text)
    {
        for (var at = 0; Word(text, ref at) is { Length: > 0 } name;)
        {
            if (name[0] == '(')
            {
                yield return new(name, DependencyFlags.None, "");
                continue;
            }
            var after = at;
            var compares = Word(text, ref after) switch
            {
                "=" or "==" => DependencyFlags.Equal,
                "<" => DependencyFlags.Less,
                ">" => DependencyFlags.Greater,
                "<=" or "=<" => DependencyFlags.Less | DependencyFlags.Equal,
                ">=" or "=>" => DependencyFlags.Greater | DependencyFlags.Equal,
                _ => DependencyFlags.None,
            };
            if (compares != DependencyFlags.None && Word(text, ref after) is { Length: > 0 } evr)
            {
                at = after;
                yield return new(name, compares, evr);
            }
            else yield return new(name, DependencyFlags.None, "");
        }
    }

    static string Word(string text, ref int at)
    {
        while (at < text.Length && (char.IsWhiteSpace(text[at]) || text[at] == ',')) at++;
        var (start, deep) = (at, 0);
        for (; at < text.Length && (deep > 0 && text[start] == '(' || !char.IsWhiteSpace(text[at]) && text[at] != ','); at++)
        {
            if (text[at] == '(') deep++;
            else if (text[at] == ')') deep--;
        }
        return text[start..at];
    }
}
