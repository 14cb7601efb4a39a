using System.CommandLine;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Builds;

/// <summary>`skyline set-priority`: who goes first among what waits, as Koji's set-task-priority.</summary>
static class SetPriorityCommand
{
    public static Command Make(GlobalOptions global)
    {
        var builds = new Argument<long[]>("BUILD") { Description = "Numbers of builds", Arity = ArgumentArity.OneOrMore, CustomParser = Numbers.Several("a build") };
        var priority = new Option<int>("--priority") { Description = "From 0 to 99: the lower goes first; 20 is usual, 25 background", HelpName = "NUMBER", Required = true };
        var command = new Command("set-priority", "Put builds that are not over before or behind others") { builds, priority };
        global.Does(command, (parsed, session, ct) => Set(session, parsed.GetRequiredValue(builds), parsed.GetValue(priority), ct));
        return command;
    }

    static async Task<ExitCode> Set(Session session, long[] builds, int priority, CancellationToken ct)
    {
        foreach (var id in builds.Distinct())
        {
            var build = await session.Client.EditBuild(id, new BuildEdit(priority), ct);
            session.Know(build);
            if (!session.Screen.Json) session.Screen.Say($"{StatusLines.Name(build)}: priority {build.Priority}");
        }
        if (session.Screen.Json) session.Screen.Document(new BuildsDocument(session.Builds), CliJson.Default.BuildsDocument);
        return ExitCode.Ok;
    }
}
