using System.CommandLine;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Repos;

/// <summary>`skyline repo wait`: until a tag's newest snapshot holds builds.</summary>
static class WaitCommand
{
    public static Command Make(GlobalOptions global)
    {
        var tag = new Argument<string>("TAG") { Description = "Name of the tag" };
        var nvrs = new Argument<string[]>("NVR") { Description = "Builds, as name-version-release", Arity = ArgumentArity.OneOrMore };
        var timeout = new Option<long?>("--timeout") { Description = "How many seconds to wait at most (default: as long as it takes)", HelpName = "SECONDS", CustomParser = Numbers.One("seconds") };
        var command = new Command("wait", "Wait until a tag's repository holds builds, whole and signed") { tag, nvrs, timeout };
        global.Does(command, async (parsed, session, ct) =>
        {
            var atMost = parsed.GetValue(timeout) is { } seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
            var answer = await WaitForRepo.ToHold(session, parsed.GetRequiredValue(tag), parsed.GetRequiredValue(nvrs), atMost, ct);
            session.Screen.Result(answer, SkylineJson.Default.RepoHolds, to => to.WriteLine(Untrusted.Line($"{answer.Why} Snapshot {answer.Snapshot}")));
            return ExitCode.Ok;
        });
        return command;
    }
}
