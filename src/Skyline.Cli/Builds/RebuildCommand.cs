using System.CommandLine;
using Skyline.Cli.Connection;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Builds;

/// <summary>`skyline rebuild`: an earlier build's source package again, as a scratch build; locked, from the very packages of then.</summary>
static class RebuildCommand
{
    public static Command Make(GlobalOptions global)
    {
        var build = new Argument<long>("BUILD") { Description = "Number of the earlier build", CustomParser = given => Numbers.One("a build")(given) ?? 0 };
        var locked = new Option<bool>("--locked") { Description = "Exactly as then: from the packages and the chroot that the build was made from; otherwise from today's" };
        var target = new Option<string?>("--target") { Description = "For another target than the build's own", HelpName = "TARGET" };
        var real = new Option<bool>("--no-scratch") { Description = "Publish it, as any build of that target" };
        var options = new GivenOptions();
        var wait = new Option<bool>("--wait") { Description = "Wait for its end, and say whether it came out the same" };
        var command = new Command("rebuild", "Build an earlier build's source package again, as a scratch build") { build, locked, target, real, wait };
        options.AddTo(command);
        global.Does(command, (parsed, session, ct) => Rebuild(session, parsed.GetValue(build), new(parsed.GetValue(locked), parsed.GetValue(target), options.Read(parsed), parsed.GetValue(real) ? false : null), parsed.GetValue(wait), ct));
        return command;
    }

    static async Task<ExitCode> Rebuild(Session session, long original, RebuildOrder order, bool wait, CancellationToken ct)
    {
        var build = await session.Client.Rebuild(original, order, ct);
        session.Know(build);
        session.Screen.Say($"Build {StatusLines.Name(build)} in {Untrusted.Line(build.Target)}{(build.Scratch ? " (scratch)" : "")}, build {original} again{(order.Locked ? " exactly as then" : "")}: {ServerAddress.Shown(session.Server!)}/builds/{build.Id}");
        var code = ExitCode.Ok;
        if (wait)
        {
            build = (await WatchBuilds.ToTheEnd(session, [build.Id], ct))[0];
            code = Outcome.Of([build]);
            if (code is ExitCode.Ok) code = Compared(session, build);
        }
        if (session.Screen.Json) session.Screen.Document(new BuildsDocument(session.Builds), CliJson.Default.BuildsDocument);
        return code;
    }

    /// <summary>What is built exactly as then and comes out different is a fault; from other packages it may well be different.</summary>
    static ExitCode Compared(Session session, BuildDetails build)
    {
        if (build.Rebuild is not { } rebuild) return ExitCode.Ok;
        session.Screen.Say(rebuild.Identical switch
        {
            null => $"Whether it is the same as build {rebuild.Of} cannot be said: that one's packages are not kept any more.",
            true => $"Bit-identical to build {rebuild.Of}.",
            false => $"Different from build {rebuild.Of}: {string.Join(", ", rebuild.Differs.Select(Untrusted.Line))}. See: skyline compare {rebuild.Of} {build.Id}",
        });
        return rebuild is { Locked: true, Identical: false } ? ExitCode.BuildFailed : ExitCode.Ok;
    }
}
