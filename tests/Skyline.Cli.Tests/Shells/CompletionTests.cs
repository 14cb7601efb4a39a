using System.Diagnostics;
using Skyline.Cli.Tests.Running;

namespace Skyline.Cli.Tests.Shells;

/// <summary>What a shell asks of the program, and the page for man.</summary>
public sealed class CompletionTests : IDisposable
{
    readonly TempFolder folder = new();

    [Theory]
    [InlineData("skyline side-tag cr", "create")]
    [InlineData("skyline builder dr", "drain")]
    [InlineData("skyline build --scr", "--scratch")]
    [InlineData("/usr/bin/skyline completion z", "zsh")]
    public async Task The_word_that_was_begun_is_completed(string line, string expected)
    {
        using var run = await CliRun.Of(new CliWorld(), "complete", line);

        Assert.Equal(0, await run.Exit);
        Assert.Equal(expected, Assert.Single(run.OutLines).Split('\t')[0]);
    }

    [Fact]
    public async Task Options_come_when_they_are_begun_commands_with_what_they_do()
    {
        using var commands = await CliRun.Of(new CliWorld(), "complete", "skyline ");
        using var options = await CliRun.Of(new CliWorld(), "complete", "skyline build --");

        Assert.Contains("build\tBuild source packages", commands.OutLines);
        Assert.DoesNotContain(commands.OutLines, line => line.StartsWith('-') || line.StartsWith("complete\t", StringComparison.Ordinal));
        Assert.Contains(options.OutLines, line => line.StartsWith("--target\t", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Bash_itself_completes_with_the_script_that_is_printed()
    {
        using var script = await CliRun.Of(new CliWorld(), "completion", "bash");
        using var answer = await CliRun.Of(new CliWorld(), "complete", "skyline tag gr");
        // (The program as bash finds it: it answers as it has just answered here.)
        var program = Path.Combine(folder.Path, "skyline");
        await File.WriteAllTextAsync(program, $"#!/bin/sh\n[ \"$1 $2\" = 'complete skyline tag gr' ] && cat '{folder.Path}/answer'\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "answer"), answer.Out, TestContext.Current.CancellationToken);

        var completed = await Bash($"PATH={folder.Path}:$PATH\n{script.Out}\nCOMP_WORDS=(skyline tag gr) COMP_CWORD=2 COMP_LINE='skyline tag gr more' COMP_POINT=14\n_skyline\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"");

        Assert.Contains("grant", completed.Split('\n'));
        Assert.Contains("groups", completed.Split('\n'));
        Assert.All(completed.Split('\n', StringSplitOptions.RemoveEmptyEntries), word => Assert.StartsWith("gr", word, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_manual_page_has_every_command_that_people_may_use_and_no_line_that_man_takes_for_its_own()
    {
        using var run = await CliRun.Of(new CliWorld(), "man");

        Assert.Contains(run.OutLines, line => line == @".SS skyline side\-tag create");
        Assert.Contains(@"\fB\-\-target\fR", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("skyline complete", run.Out, StringComparison.Ordinal);
        Assert.All(run.OutLines.Where(line => line.StartsWith('.')), line => Assert.Matches(@"^\.(TH|SH|SS|TP|PP|B|I|BR)\b", line));
    }

    static async Task<string> Bash(string script)
    {
        using var bash = Process.Start(new ProcessStartInfo("bash", ["--norc", "-c", script]) { RedirectStandardOutput = true })!;
        var said = await bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await bash.WaitForExitAsync(TestContext.Current.CancellationToken);
        return said;
    }

    public void Dispose() => folder.Dispose();
}
