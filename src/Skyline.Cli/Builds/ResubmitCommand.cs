using System.CommandLine;
using Skyline.Cli.Connection;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Builds;

/// <summary>`skyline resubmit`: a failed or cancelled build again, of which only what did not succeed is built.</summary>
static class ResubmitCommand
{
    public static Command Make(GlobalOptions global)
    {
        var build = new Argument<long>("BUILD") { Description = "Number of the build that failed or was cancelled", CustomParser = given => Numbers.One("a build")(given) ?? 0 };
        var wait = new Option<bool>("--wait") { Description = "Wait for its end" };
        var command = new Command("resubmit", "Build what failed of a build again, and take over what succeeded") { build, wait };
        global.Does(command, (parsed, session, ct) => Resubmit(session, parsed.GetValue(build), parsed.GetValue(wait), ct));
        return command;
    }

    static async Task<ExitCode> Resubmit(Session session, long original, bool wait, CancellationToken ct)
    {
        var build = await session.Client.Resubmit(original, ct);
        session.Know(build);
        var taken = build.Tasks.Where(task => task.State == TaskState.Succeeded).Select(task => Untrusted.Line(task.Arch)).ToList();
        session.Screen.Say($"Build {StatusLines.Name(build)}, build {original} again{(taken.Count == 0 ? "" : $", with {string.Join(", ", taken)} taken over")}: {ServerAddress.Shown(session.Server!)}/builds/{build.Id}");
        var code = wait ? Outcome.Of(await WatchBuilds.ToTheEnd(session, [build.Id], ct)) : ExitCode.Ok;
        if (session.Screen.Json) session.Screen.Document(new BuildsDocument(session.Builds), CliJson.Default.BuildsDocument);
        return code;
    }
}
