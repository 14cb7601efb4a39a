using System.CommandLine;
using Skyline.Cli.Terminal;

namespace Skyline.Cli.Logs;

/// <summary>`skyline log`: a build's log, or with --follow as it grows.</summary>
static class LogCommand
{
    public static Command Make(GlobalOptions global)
    {
        var build = new Argument<long?>("BUILD") { Description = "Number of a build", Arity = ArgumentArity.ZeroOrOne, CustomParser = Numbers.One("a build") };
        var run = new Option<long?>("--run") { Description = "One attempt's log, by its number, instead of the build's newest", HelpName = "N", CustomParser = Numbers.One("a run") };
        var arch = new Option<string?>("--arch") { Description = "The architecture, where the build has several", HelpName = "ARCH" };
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on as the log grows, until the run has ended" };
        var command = new Command("log", "Print the log of a build") { build, run, arch, follow };
        command.Validators.Add(given =>
        {
            if (given.GetResult(build) is { Tokens.Count: > 0 } == given.GetResult(run) is not null) given.AddError("Give the number of a build, or --run and the number of a run.");
            else if (given.GetResult(run) is not null && given.GetResult(arch) is not null) given.AddError("--arch is for builds: a run has one architecture.");
        });
        global.Does(command, async (parsed, session, ct) =>
        {
            await using var sink = LogSink.For(session);
            if (parsed.GetValue(run) is { } one) await ReadLog.OfRun(session, one, sink, parsed.GetValue(follow), ct);
            else await ReadLog.OfBuild(session, parsed.GetValue(build)!.Value, parsed.GetValue(arch), sink, parsed.GetValue(follow), ct);
            return ExitCode.Ok;
        });
        return command;
    }
}
