using System.CommandLine;
using System.CommandLine.Help;
using System.Globalization;
using System.Text.RegularExpressions;
using Skyline.Cli.Terminal;
using Skyline.Cli.Tests.Running;

namespace Skyline.Cli.Tests.Manual;

/// <summary>The manual and the program say the same.</summary>
public sealed class ManualTests
{
    static readonly string Checkout = FindCheckout();
    static readonly string Manual = File.ReadAllText(Path.Combine(Checkout, "docs", "cli.md"));

    static RootCommand Root => Program.Commands(new Surroundings(TextReader.Null, Stream.Null, TextWriter.Null, false, false, () => 80, _ => null, null, TimeProvider.System));

    [Fact]
    public void The_manual_has_the_programs_exit_codes_and_no_others()
    {
        var rows = Regex.Matches(Manual, @"^\| (\d+) \| (.+) \|$", RegexOptions.Multiline)
            .Select(row => (int.Parse(row.Groups[1].Value, CultureInfo.InvariantCulture), row.Groups[2].Value.Replace("\\|", "|", StringComparison.Ordinal)));

        Assert.Equal(ExitCodes.Table.Select(row => ((int)row.Code, row.Meaning)), rows);
        Assert.Equal(Enum.GetValues<ExitCode>(), ExitCodes.Table.Select(row => row.Code));
    }

    [Fact]
    public void The_manual_has_every_command_and_every_option()
    {
        var missing = Below(Root, "skyline")
            .SelectMany(command => command.Command.Options.Where(option => option is not HelpOption and not VersionOption).Select(option => option.Name)
                .Append(command.Command.Subcommands.Count > 0 ? "" : command.Path))
            .Where(words => !Manual.Contains(words, StringComparison.Ordinal));

        Assert.Empty(missing);
    }

    [Fact]
    public void The_program_has_every_command_that_the_manual_has_a_chapter_of()
    {
        var chapters = Regex.Matches(Manual, @"^##+ (skyline .+)$", RegexOptions.Multiline).SelectMany(row => row.Groups[1].Value.Split(", "))
            .Select(words => string.Join(' ', words.Split(' ').TakeWhile(word => !word.Any(char.IsUpper)))).ToList();

        Assert.True(chapters.Count > 20, $"Only {chapters.Count} chapters were found.");
        Assert.Empty(chapters.Except(Below(Root, "skyline").Select(command => command.Path)));
    }

    [Fact]
    public void Every_command_that_the_documents_tell_to_type_is_understood()
    {
        var lines = Directory.GetFiles(Path.Combine(Checkout, "docs"), "*.md").Append(Path.Combine(Checkout, "README.md"))
            .SelectMany(file => Regex.Matches(File.ReadAllText(file), @"(?:^|`|\$\()(skyline [a-z][^\n`>#;|()]*)", RegexOptions.Multiline))
            .Select(line => line.Groups[1].Value.Trim().Replace("…", "", StringComparison.Ordinal)).Where(line => line.Count(c => c == '"') % 2 == 0).Distinct().ToList();

        // An argument in capitals stands for what a person puts there.
        var refused = lines.Select(line => (line, Root.Parse(Regex.Replace(line["skyline ".Length..], @"\b(BUILD|BATCH|NUMBER|N)\b", "17")).Errors)).Where(parsed => parsed.Errors.Count > 0)
            .Where(parsed => !IsNameOfCommand(parsed.line));

        Assert.True(lines.Count > 20, $"Only {lines.Count} commands were found.");
        Assert.Empty(refused.Select(parsed => $"{parsed.line}: {parsed.Errors[0].Message}"));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Help_is_there_for_every_command_and_ends_0(string path)
    {
        using var run = await CliRun.Of(new CliWorld(), [.. path.Split(' ').Skip(1), "--help"]);

        Assert.Equal((0, ""), (await run.Exit, run.Error));
        Assert.Contains("Usage:", run.Out, StringComparison.Ordinal);
    }

    public static TheoryData<string> Commands() => [.. Below(Root, "skyline").Where(command => !command.Command.Hidden).Select(command => command.Path)];

    /// <summary>"`skyline builder`" in a sentence names it; it is not there to be typed.</summary>
    static bool IsNameOfCommand(string line) => Below(Root, "skyline").Any(command => command.Path == line);

    static IEnumerable<(string Path, Command Command)> Below(Command command, string path) =>
        command.Subcommands.SelectMany(below => Below(below, $"{path} {below.Name}")).Prepend((path, command));

    static string FindCheckout()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Skyline.sln"))) folder = Path.GetDirectoryName(folder) ?? throw new FileNotFoundException("The tests do not run in a checkout: there is no Skyline.sln above them.");
        return folder;
    }
}
