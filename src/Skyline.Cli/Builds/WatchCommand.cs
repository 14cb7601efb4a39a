using System.CommandLine;
using Skyline.Cli.Terminal;

namespace Skyline.Cli.Builds;

/// <summary>`skyline watch`: shows builds until they have ended, and ends as they did.</summary>
static class WatchCommand
{
    public static Command Make(GlobalOptions global)
    {
        var builds = new Argument<long[]>("BUILD") { Description = "Numbers of builds", Arity = ArgumentArity.OneOrMore, CustomParser = Numbers.Several("a build") };
        var command = new Command("watch", "Show how builds go, until they have ended") { builds };
        global.Does(command, (parsed, session, ct) => Watch(session, parsed.GetRequiredValue(builds), ct));
        return command;
    }

    static async Task<ExitCode> Watch(Session session, long[] builds, CancellationToken ct)
    {
        var ended = await WatchBuilds.ToTheEnd(session, [.. builds.Distinct()], ct);
        if (session.Screen.Json) session.Screen.Document(new BuildsDocument(ended), CliJson.Default.BuildsDocument);
        return Outcome.Of(ended);
    }
}
