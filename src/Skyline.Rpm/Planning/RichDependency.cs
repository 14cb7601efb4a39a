namespace Skyline.Rpm;

#pragma warning disable CS1591 // Called as rpm's manual on rich dependencies has them.
/// <summary>What a rich dependency's parts are joined by.</summary>
public enum RichOperator { And, Or, If, Unless, With, Without }
#pragma warning restore CS1591

/// <summary>A dependency as a tree: a plain one is a leaf, "(a and (b or c))" has branches.</summary>
public abstract record RichDependency
{
    /// <summary>One capability, of any version or of some.</summary>
    public sealed record One(Dependency Capability) : RichDependency;

    /// <param name="Parts">Two and more; of If and Unless: what is wanted, the condition, and what is wanted otherwise if that is said.</param>
    /// <param name="Operator">What they are joined by.</param>
    public sealed record Joined(RichOperator Operator, IReadOnlyList<RichDependency> Parts) : RichDependency;

    /// <summary>Every capability that it names, conditions among them.</summary>
    public IEnumerable<Dependency> Capabilities => this switch
    {
        One one => [one.Capability],
        Joined joined => joined.Parts.SelectMany(part => part.Capabilities),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <returns>A leaf for a plain dependency; null for a rich one that is malformed, or nested or as long as no packager writes one.</returns>
    public static RichDependency? Of(Dependency dependency) =>
        dependency.Name.StartsWith('(') ? ParseRich.Parse(dependency.Name) : new One(dependency);
}

/// <summary>
/// Reads a rich dependency's text by rpm's grammar (rpmrichParse in its rpmds.c): "(A op B)", op one of and, or, if, unless, with, without;
/// and, or and with go on with the same word, if and unless end with else. A name reaches to the next blank, its brackets closed.
/// </summary>
ref struct ParseRich
{
    const int Longest = 64 << 10, Deepest = 30, MostParts = 1000;

    readonly ReadOnlySpan<char> text;
    int at, parts;

    ParseRich(string text) => this.text = text;

    public static RichDependency? Parse(string text)
    {
        if (text.Length > Longest) return null;
        var parse = new ParseRich(text);
        return parse.Group(0) is { } found && parse.IsAtEnd() ? found : null;
    }

    bool IsAtEnd()
    {
        SkipBlanks();
        return at == text.Length;
    }

    RichDependency? Group(int depth)
    {
        at++;
        if (depth > Deepest || Part(depth) is not { } first) return null;
        SkipBlanks();
        if (Take(')')) return first;
        if (Operator() is not { } joins || Part(depth) is not { } second) return null;
        List<RichDependency> all = [first, second];
        while (true)
        {
            SkipBlanks();
            if (Take(')')) return new RichDependency.Joined(joins, all);
            var goesOn = joins is RichOperator.If or RichOperator.Unless ? all.Count == 2 && Word() is "else" : joins != RichOperator.Without && Operator() == joins;
            if (!goesOn || Part(depth) is not { } next) return null;
            all.Add(next);
        }
    }

    RichDependency? Part(int depth)
    {
        SkipBlanks();
        if (++parts > MostParts || at == text.Length) return null;
        return text[at] == '(' ? Group(depth + 1) : Simple();
    }

    RichDependency.One? Simple()
    {
        var name = Name();
        if (name.Length == 0) return null;
        var before = at;
        SkipBlanks();
        var compares = Comparison();
        if (compares == DependencyFlags.None)
        {
            at = before;
            return new(new(name, DependencyFlags.None, ""));
        }
        SkipBlanks();
        var evr = Name();
        return evr.Length == 0 ? null : new(new(name, compares, evr));
    }

    string Name()
    {
        var (start, open) = (at, 0);
        for (; at < text.Length && !char.IsWhiteSpace(text[at]); at++)
        {
            if (text[at] == '(') open++;
            else if (text[at] == ')' && --open < 0) break;
        }
        return text[start..at].ToString();
    }

    DependencyFlags Comparison()
    {
        var flags = DependencyFlags.None;
        for (; at < text.Length && text[at] is '<' or '>' or '='; at++)
            flags |= text[at] switch { '<' => DependencyFlags.Less, '>' => DependencyFlags.Greater, _ => DependencyFlags.Equal };
        return flags;
    }

    RichOperator? Operator() => Word() switch
    {
        "and" => RichOperator.And,
        "or" => RichOperator.Or,
        "if" => RichOperator.If,
        "unless" => RichOperator.Unless,
        "with" => RichOperator.With,
        "without" => RichOperator.Without,
        _ => null,
    };

    string Word()
    {
        SkipBlanks();
        var start = at;
        while (at < text.Length && char.IsAsciiLetterLower(text[at])) at++;
        return text[start..at].ToString();
    }

    bool Take(char letter)
    {
        if (at == text.Length || text[at] != letter) return false;
        at++;
        return true;
    }

    void SkipBlanks()
    {
        while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
    }
}
