using System.CommandLine;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Doctors;

/// <summary>`skyline doctor`: what is well and what is not between here and the server, and the cure of each. The server's own checks are the server's (GET /api/health).</summary>
static class DoctorCommand
{
    public static Command Make(GlobalOptions global)
    {
        var command = new Command("doctor", "Say what is well and what is not, here and on the server, and what to do about it");
        global.Does(command, async (_, session, ct) =>
        {
            var asked = await AskServer.Look(session, ct);
            var findings = (List<HealthFinding>)[.. asked.Findings, .. await ThisMachine.Look(session.Server, ct)];
            var health = new ServerHealth(findings.Max(one => one.State), session.Time.GetUtcNow(), asked.Version ?? "", findings);
            session.Screen.Result(health, SkylineJson.Default.ServerHealth, to =>
            {
                foreach (var finding in findings) Tell(to, finding);
                to.WriteLine(Sum(findings));
            });
            return asked.Version is null ? ExitCode.Unreachable : health.State == HealthState.Fault ? ExitCode.Damaged : ExitCode.Ok;
        });
        return command;
    }

    static void Tell(TextWriter to, HealthFinding finding)
    {
        to.WriteLine($"{finding.State switch { HealthState.Ok => "ok     ", HealthState.Warning => "warning", _ => "FAULT  " }} {Untrusted.Line($"{finding.Check}: {finding.Says}")}");
        if (finding.Cure is { } cure) to.WriteLine($"        Cure: {Untrusted.Line(cure)}");
    }

    static string Sum(IReadOnlyList<HealthFinding> findings) => (findings.Count(one => one.State == HealthState.Fault), findings.Count(one => one.State == HealthState.Warning)) switch
    {
        (0, 0) => "All is well.",
        (0, var warnings) => $"It works. Warnings: {warnings}.",
        var (faults, warnings) => $"Faults: {faults}; warnings: {warnings}.",
    };
}
