using System.Text.RegularExpressions;
using Skyline.Testing;

namespace Skyline.Scenarios.Containers;

/// <summary>What every Containerfile of Skyline's own images keeps to, and the list of what goes into them.</summary>
public sealed partial class ContainerfileTests
{
    static readonly string folder = Path.Combine(Checkout.Root, "packaging", "containers");

    public static TheoryData<string> Images => ["server", "builder", "proxy"];

    [GeneratedRegex(@"\\\n\s*")] private static partial Regex Continued { get; }

    /// <summary>Instructions, each with its words; continued lines are one.</summary>
    static List<(string Word, string Words)> Instructions(string image) =>
        [.. Continued.Replace(File.ReadAllText(Path.Combine(folder, image + ".Containerfile")), "").Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split(' ', 2)).Select(words => (words[0], words[1]))];

    [Theory]
    [MemberData(nameof(Images))]
    public void An_image_is_made_on_a_base_that_can_be_another_says_whether_it_is_healthy_and_starts_without_a_shell(string image)
    {
        var instructions = Instructions(image);

        // A base is a variable, and the usual one is pinned to a release.
        Assert.All(instructions.Where(one => one.Word == "FROM"), one => Assert.StartsWith("${", one.Words));
        Assert.Matches(@"^BASE=\S+:\d+$", instructions.First(one => one.Word == "ARG").Words);
        Assert.Single(instructions, one => one.Word == "HEALTHCHECK" && one.Words.Contains("CMD [\"", StringComparison.Ordinal));
        Assert.Single(instructions, one => one.Word == "ENTRYPOINT" && one.Words.StartsWith("[\"", StringComparison.Ordinal));
        Assert.DoesNotContain(instructions, one => one.Word is "ADD");
        // All that is installed is in `packages`, where both distributions' names are.
        Assert.All(instructions.Where(one => one.Word == "RUN"), one => Assert.Matches(@"^(packaging/containers/programs|/usr/lib/skyline/image/install) ", one.Words));
    }

    [Theory]
    [InlineData("server")]
    [InlineData("proxy")]
    public void What_faces_the_network_runs_as_the_user_that_its_image_makes(string image)
    {
        var instructions = Instructions(image);

        var made = instructions.Single(one => one.Words.StartsWith("/usr/lib/skyline/image/install", StringComparison.Ordinal)).Words.Split(' ')[2];
        Assert.Equal($"{made}:{made}", instructions.Last(one => one.Word == "USER").Words);
    }

    [Fact]
    public void A_package_has_its_name_in_both_distributions_or_a_minus_and_goes_into_an_image_that_there_is()
    {
        var lines = File.ReadAllLines(Path.Combine(folder, "packages")).Select(line => line.Split('#')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(words => words.Length > 0).ToList();

        Assert.NotEmpty(lines);
        Assert.All(lines, words => Assert.True(words.Length >= 3, string.Join(' ', words)));
        Assert.All(lines.SelectMany(words => words[2..]), image => Assert.Contains(image, Images.Select(row => row.Data)));
        Assert.All(Images.Select(row => row.Data), image => Assert.Contains(lines, words => words.Skip(2).Contains(image)));
    }
}
