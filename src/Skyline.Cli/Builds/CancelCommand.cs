using System.CommandLine;
using Skyline.Cli.Terminal;

namespace Skyline.Cli.Builds;

/// <summary>`skyline cancel`.</summary>
static class CancelCommand
{
    public static Command Make(GlobalOptions global)
    {
        var builds = new Argument<long[]>("BUILD") { Description = "Numbers of builds", Arity = ArgumentArity.OneOrMore, CustomParser = Numbers.Several("a build") };
        var command = new Command("cancel", "Cancel builds") { builds };
        global.Does(command, (parsed, session, ct) => Cancel(session, parsed.GetRequiredValue(builds), ct));
        return command;
    }

    static async Task<ExitCode> Cancel(Session session, long[] builds, CancellationToken ct)
    {
        foreach (var id in builds.Distinct())
        {
            await session.Client.Cancel(id, ct);
            var build = await session.Client.Build(id, ct);
            session.Know(build);
            if (!session.Screen.Json) session.Screen.Say($"{StatusLines.Name(build)}: {build.State.ToString().ToLowerInvariant()}");
        }
        if (session.Screen.Json) session.Screen.Document(new BuildsDocument(session.Builds), CliJson.Default.BuildsDocument);
        return ExitCode.Ok;
    }
}
