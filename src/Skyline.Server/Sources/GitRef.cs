namespace Skyline.Server.Sources;

/// <summary>What may be asked of a repository: a branch, a tag or a whole commit, by the rules of `git check-ref-format`, and never an option.</summary>
static class GitRef
{
    const int MostLetters = 250;

    /// <param name="name">Empty: the repository's own HEAD.</param>
    public static string? WhyNot(string name) =>
        name.Length == 0 || IsGood(name) ? null
        : $"'{(name.Length > 60 || name.Any(char.IsControl) ? "…" : name)}' is no branch, tag or commit: git's names have no spaces, none of ~ ^ : ? * [ \\ and no '..', '@{{' or '//', and begin with no '-', '.' or '/' and end with no '.', '/' or '.lock'.";

    /// <summary>A commit, named whole: it is what it says.</summary>
    public static bool IsCommit(string name) => name.Length is 40 or 64 && name.All(char.IsAsciiHexDigitLower);

    /// <summary>What may be the beginning of a commit: seven digits or more.</summary>
    public static bool MayBeShort(string name) => name.Length is >= 7 and < 40 && name.All(char.IsAsciiHexDigitLower);

    static bool IsGood(string name) =>
        name.Length <= MostLetters && name is not "@" && name[0] is not ('-' or '/') && name[^1] is not ('/' or '.')
        && !name.Any(letter => char.IsControl(letter) || letter is ' ' or '~' or '^' or ':' or '?' or '*' or '[' or '\\')
        && !name.Contains("..", StringComparison.Ordinal) && !name.Contains("@{", StringComparison.Ordinal) && !name.Contains("//", StringComparison.Ordinal)
        && name.Split('/').All(part => part[0] != '.' && !part.EndsWith(".lock", StringComparison.Ordinal));
}

/// <summary>A folder of a repository.</summary>
static class RepositoryFolder
{
    public static string? WhyNot(string path) =>
        path.Length == 0 || path.Length <= 500 && path.Split('/').All(part => part.Length > 0 && part is not ("." or "..") && part[0] != '-') && !path.Any(letter => char.IsControl(letter) || letter is '\\') ? null
        : "A subdirectory is a path within the repository: names between slashes, none of them '..', and none beginning with '-'.";
}
