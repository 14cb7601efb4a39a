namespace Skyline.Clients.Tests;

/// <summary>What `dnf repoquery` is asked of every package, and its answers a package each, without their order, which is the solver's.</summary>
static class Questions
{
    const string mark = "=== ";

    static readonly string[] tags = [
        "name", "epoch", "version", "release", "arch", "summary", "description", "license", "url", "sourcerpm", "buildtime", "downloadsize", "installsize",
        "provides", "requires", "conflicts", "obsoletes", "recommends", "suggests", "supplements", "enhances",
    ];

    public static readonly string[][] All =
    [
        ["--qf", $"{mark}%{{name}}.%{{arch}}\n{string.Join('\n', tags.Select(tag => $"{tag} %{{{tag}}}"))}"],
        ["--list", "*"],
        ["--changelogs", "*"],
    ];

    public static IReadOnlyList<string> Answers(string output) =>
        [.. (output.Contains(mark, StringComparison.Ordinal) ? output.Split(mark) : output.Split('\n')).Where(answer => answer != "").Select(Unordered).Order(StringComparer.Ordinal)];

    /// <summary>The order of a package's relations too is the solver's: that in which it met the names, in any package.</summary>
    public static string Unordered(string lines) => string.Join('\n', lines.Trim().Split('\n').Order(StringComparer.Ordinal));
}
