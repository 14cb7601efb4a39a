namespace Skyline.Shared;

/// <param name="Line">Where it stands, from 1.</param>
sealed record SettingLine(int Line, string Key, string Value);

/// <param name="Why">What is wrong with it, and the cure.</param>
sealed record WrongLine(int Line, string Why);

/// <summary>
/// A file of settings, as both programs read theirs: `key = value`, a line each; what begins with # is a comment. Whatever could be meant in two ways is refused with its line:
/// a setting that is not in force although it is in the file would be noticed when it is too late. Pure.
/// </summary>
static class SettingsText
{
    public const int Longest = 1 << 20;

    public static (IReadOnlyList<SettingLine> Settings, IReadOnlyList<WrongLine> Wrong) Read(string text)
    {
        var (settings, wrong, first) = (new List<SettingLine>(), new List<WrongLine>(), new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase));
        var at = 0;
        foreach (var line in text.Split('\n').Select(line => line.Trim()))
        {
            at++;
            if (line.Length == 0 || line[0] == '#') continue;
            var (key, value, why) = One(line);
            if (why is null && !first.TryAdd(key, at)) why = $"'{key}' is in line {first[key]} already: remove one of the two.";
            if (why is not null) wrong.Add(new(at, why));
            else settings.Add(new(at, key, value));
        }
        return (settings, wrong);
    }

    static (string Key, string Value, string? Why) One(string line)
    {
        if (line[0] is '[') return ("", "", "Sections are not used here: write the whole name in each line, such as Mail:Host = mail.example.org.");
        if (line[0] is ';') return ("", "", "A comment begins with #.");
        if (line.IndexOf('=', StringComparison.Ordinal) is var equals && equals <= 0) return ("", "", "It is no setting: write name = value, or # before it if it is a comment.");
        var (key, value) = (line[..equals].TrimEnd(), line[(equals + 1)..].TrimStart());
        if (!key.All(c => char.IsAsciiLetterOrDigit(c) || c is ':' or '-' or '_' or '.')) return ("", "", $"'{key}' is no name of a setting: it has letters, digits, - and : alone.");
        if (value.Any(char.IsControl)) return ("", "", $"In the value of '{key}' are characters that cannot be seen: write it anew.");
        if (value is ['"', .. var quoted, '"']) return (key, quoted, null);
        return (key, value, value.Contains(" #", StringComparison.Ordinal) || value.StartsWith('#') ? $"Is what follows # in the value of '{key}' a comment? A comment has a line of its own; if # is part of the value, put \" around it." : null);
    }

    /// <summary>" Did you mean 'Name'?", or nothing where none is near.</summary>
    public static string DidYouMean(string typed, IEnumerable<string> known)
    {
        var last = typed[(typed.LastIndexOf(':') + 1)..];
        var near = known.Select(name => (Name: name, Far: Math.Min(Far(typed, name), name.EndsWith(":" + last, StringComparison.OrdinalIgnoreCase) || name.Equals(last, StringComparison.OrdinalIgnoreCase) ? 1 : int.MaxValue)))
            .Where(one => one.Far <= Math.Max(1, one.Name.Length / 3)).OrderBy(one => one.Far).ThenBy(one => one.Name, StringComparer.Ordinal).Select(one => one.Name).FirstOrDefault();
        return near is null ? "" : $" Did you mean '{near}'?";
    }

    /// <summary>How many letters are to be changed, added, left out or swapped with their neighbour.</summary>
    static int Far(string a, string b)
    {
        if (Math.Max(a.Length, b.Length) > 200) return int.MaxValue;
        var far = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            for (var j = 0; j <= b.Length; j++)
                far[i, j] = i == 0 || j == 0 ? i + j : Least(far, a, b, i, j);
        return far[a.Length, b.Length];
    }

    static int Least(int[,] far, string a, string b, int i, int j)
    {
        bool Same(int x, int y) => char.ToLowerInvariant(a[x - 1]) == char.ToLowerInvariant(b[y - 1]);
        var least = Math.Min(Math.Min(far[i - 1, j], far[i, j - 1]) + 1, far[i - 1, j - 1] + (Same(i, j) ? 0 : 1));
        return i > 1 && j > 1 && Same(i, j - 1) && Same(i - 1, j) ? Math.Min(least, far[i - 2, j - 2] + 1) : least;
    }
}
