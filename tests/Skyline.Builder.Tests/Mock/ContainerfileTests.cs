using System.Text.RegularExpressions;
using Skyline.Testing;

namespace Skyline.Builder.Tests.Mock;

/// <summary>
/// The Containerfiles that are shipped, by what goes wrong with such files. (No linter of them is packaged for Debian or Fedora. The
/// TestOS-based one is built and run by the tests of mock.)
/// </summary>
public sealed partial class ContainerfileTests
{
    static readonly string[] instructions = ["FROM", "ARG", "RUN", "COPY", "ENV", "USER", "WORKDIR", "VOLUME", "EXPOSE", "HEALTHCHECK", "ENTRYPOINT", "CMD", "LABEL"];

    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(Path.Combine(Checkout.Root, "packaging", "containers"), "*.Containerfile").Select(path => Path.GetFileName(path)!)];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_Containerfile_has_only_instructions_that_are_known_and_pinned_and_tells_no_secret(string name) =>
        Assert.Empty(Faults(File.ReadAllText(Path.Combine(Checkout.Root, "packaging", "containers", name)), Checkout.Root));

    [Theory]
    [InlineData("FROM fedora", "fedora is not pinned by a tag")]
    [InlineData("FROM fedora:latest", "fedora:latest is not pinned by a tag")]
    [InlineData("ARG FEDORA\nFROM fedora:${FEDORA}", "FEDORA has no default")]
    [InlineData("FROM a:1\nADD https://example.org/x /x", "ADD is not known here")]
    [InlineData("FROM a:1\nRUNN true", "RUNN is not known here")]
    [InlineData("FROM a:1\nENV TOKEN=abc", "TOKEN looks like a secret")]
    [InlineData("FROM a:1\nARG PASSWORD", "PASSWORD looks like a secret")]
    [InlineData("FROM a:1\nRUN curl -k https://example.org", "fetches with curl")]
    [InlineData("FROM a:1\nRUN dnf -y install bash", "dnf's cache stays in the image")]
    [InlineData("FROM a:1\nCOPY no/such/folder /x", "no/such/folder is not in the checkout")]
    [InlineData("FROM a:1\nRUN true", "it does not say which user it runs as")]
    public void What_is_wrong_is_found(string text, string fault) => Assert.Contains(Faults(text, Checkout.Root), found => found.Contains(fault, StringComparison.Ordinal));

    static List<string> Faults(string text, string context)
    {
        var faults = new List<string>();
        var defaults = new Dictionary<string, string>();
        var stages = new HashSet<string>();
        var (runsAsRoot, user) = (text.Contains("# Runs as root: ", StringComparison.Ordinal), "");
        foreach (var (word, rest) in Instructions(text))
        {
            if (!instructions.Contains(word)) faults.Add($"{word} is not known here");
            if (word == "ARG" && rest.Split('=', 2) is [var argument, var value]) defaults[argument] = value;
            if (word is "ARG" or "ENV") faults.AddRange(Name().Matches(rest).Select(match => match.Groups[1].Value).Where(name => Secret().IsMatch(name)).Select(name => $"{name} looks like a secret"));
            if (word == "FROM")
            {
                var image = Filled(Filled(rest.Split(' ')[0]));
                if (!Pinned().IsMatch(image)) faults.Add($"{image} is not pinned by a tag");
                if (rest.Split(' ') is [_, "AS", var stage]) stages.Add(stage);
                user = "";
            }
            if (word == "RUN" && Fetches().IsMatch(rest)) faults.Add("it fetches with curl or wget what no package manager has checked");
            if (word == "RUN" && rest.Contains("dnf ", StringComparison.Ordinal) && !rest.Contains("dnf clean all", StringComparison.Ordinal)) faults.Add("dnf's cache stays in the image");
            // (Of what is given beside the file, by its name alone, the checkout has nothing.)
            if (word == "COPY" && !rest.StartsWith("--from=", StringComparison.Ordinal) && rest.Split(' ')[0] is var from && from.Contains('/') && !Path.Exists(Path.Combine(context, from))) faults.Add($"{from} is not in the checkout");
            if (word == "COPY" && rest.StartsWith("--from=", StringComparison.Ordinal) && !stages.Contains(rest.Split(' ')[0]["--from=".Length..])) faults.Add($"there is no stage {rest.Split(' ')[0]}");
            if (word == "USER") user = rest;
        }
        if (user is "" or "root" or "0" && !runsAsRoot) faults.Add("it does not say which user it runs as, nor why it is root (\"# Runs as root: …\")");
        return faults;

        // (A default may be another argument.)
        string Filled(string image) => Variable().Replace(image, match => defaults.GetValueOrDefault(match.Groups[1].Value) ?? Unset(match.Groups[1].Value));

        string Unset(string name)
        {
            faults.Add($"{name} has no default");
            return "";
        }
    }

    static IEnumerable<(string Word, string Said)> Instructions(string text) =>
        string.Join('\n', text.Split('\n').Where(line => !line.TrimStart().StartsWith('#'))).Replace("\\\n", "", StringComparison.Ordinal).Split('\n')
            .Where(line => line.Trim().Length > 0).Select(line => line.Trim().Split(' ', 2)).Select(parts => (parts[0], parts.ElementAtOrDefault(1)?.Trim() ?? ""));

    [GeneratedRegex(@"\$\{([A-Z_]+)\}")] private static partial Regex Variable();
    [GeneratedRegex(@"(?:^|\s)([A-Za-z_]+)(?:=|$)")] private static partial Regex Name();
    /// <summary>Not the name of a file that holds one.</summary>
    [GeneratedRegex("(TOKEN|PASSWORD|SECRET|CREDENTIAL|APIKEY)(?!.*_FILE)", RegexOptions.IgnoreCase)] private static partial Regex Secret();
    [GeneratedRegex(@"^[a-z0-9./-]+:(?!latest$)[A-Za-z0-9._-]+$")] private static partial Regex Pinned();
    [GeneratedRegex(@"(^|[ ;&])(curl|wget) ")] private static partial Regex Fetches();
}
