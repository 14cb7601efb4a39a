using System.Text.RegularExpressions;
using Skyline.Testing;

namespace Skyline.EndToEnd.Manual;

/// <summary>
/// A page of the manual whose commands are typed as they stand, one block after the other in one shell, as whoever reads it would. What a block is for a machine
/// of its own (packages, units) is marked with why in the page: <c>&lt;!-- not typed: WHY --&gt;</c> on the line before it.
/// </summary>
/// <param name="Blocks">What is typed, in the page's order.</param>
/// <param name="Passed">Why each of the others is not.</param>
sealed partial record TypedPage(string Name, IReadOnlyList<string> Blocks, IReadOnlyList<string> Passed)
{
    public static TypedPage Read(string name)
    {
        var found = Fenced().Matches(File.ReadAllText(Path.Combine(Checkout.Root, "docs", name + ".md"))).ToList();
        return new(name, [.. found.Where(block => !block.Groups["why"].Success).Select(block => block.Groups["text"].Value)], [.. found.Where(block => block.Groups["why"].Success).Select(block => block.Groups["why"].Value)]);
    }

    /// <param name="named">What the page calls a thing, and what it is here: a folder, an address.</param>
    /// <param name="programs">A command's name, and the line of shell that is it here; "$@" is what follows the name.</param>
    /// <param name="folder">Where it is typed.</param>
    public async Task<Tool.Result> Type(string folder, IReadOnlyDictionary<string, string> named, IReadOnlyDictionary<string, string> programs, CancellationToken ct)
    {
        var bin = Directory.CreateDirectory(Path.Combine(folder, "bin")).FullName;
        foreach (var (name, line) in programs)
        {
            await File.WriteAllTextAsync(Path.Combine(bin, name), $"#!/bin/bash\n{line}\n", ct);
            File.SetUnixFileMode(Path.Combine(bin, name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        var text = named.Aggregate(string.Join('\n', Blocks), (all, one) => all.Replace(one.Key, one.Value, StringComparison.Ordinal));
        return await Tool.Run("env", ["-C", folder, $"PATH={bin}:{Environment.GetEnvironmentVariable("PATH")}", $"XDG_CONFIG_HOME={folder}/config", "bash", "-euxo", "pipefail", "-c", text], ct);
    }

    [GeneratedRegex("(?:^<!-- not typed: (?<why>.+) -->\n\n?)?^```(?:sh|bash|console)\n(?<text>(?:.*\n)*?)```$", RegexOptions.Multiline)]
    private static partial Regex Fenced();
}
