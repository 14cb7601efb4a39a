using System.CommandLine;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Schedules;

/// <summary>`skyline schedule`: what is built by the clock.</summary>
static class ScheduleCommand
{
    public static Command Make(GlobalOptions global) => new("schedule", "Have a tag's packages built by the clock, to see whether they still build")
    {
        ListCommand(global), ShowCommand(global), WriteScheduleCommands.Create(global), WriteScheduleCommands.Edit(global),
        ActCommand(global, "pause", "Let it fire no more", (client, name, ct) => client.PauseSchedule(name, true, ct)),
        ActCommand(global, "resume", "Let it fire again, from its next time on", (client, name, ct) => client.PauseSchedule(name, false, ct)),
        RunCommand(global), RemoveCommand(global),
    };

    internal static Argument<string> NameArgument() => new("NAME") { Description = "Name of the schedule" };

    static Command ListCommand(GlobalOptions global) => Listing.Make(global, "list", "List the schedules", (client, ct) => client.Schedules(ct), SkylineJson.Default.IReadOnlyListScheduleSummary, ["SCHEDULE", "TAG", "BUILDS", "WHEN", "NEXT", "LAST RUN"], (one, _) =>
        [one.Name, one.Tag, What(one), $"{one.Cron} {one.TimeZone}", one.Paused ? "paused" : At(one.NextAt), one.Last is { } last ? Outcome(last) : "-"]);

    static Command ShowCommand(GlobalOptions global)
    {
        var name = NameArgument();
        var command = new Command("show", "Show a schedule, when it fires next, and its runs") { name };
        global.Does(command, async (parsed, session, ct) => Show(session, await session.Client.Schedule(parsed.GetRequiredValue(name), ct)));
        return command;
    }

    static Command ActCommand(GlobalOptions global, string verb, string description, Func<SkylineClient, string, CancellationToken, Task<ScheduleDetails>> act)
    {
        var name = NameArgument();
        var command = new Command(verb, description) { name };
        global.Does(command, async (parsed, session, ct) => Show(session, await act(session.Client, parsed.GetRequiredValue(name), ct)));
        return command;
    }

    static Command RunCommand(GlobalOptions global)
    {
        var name = NameArgument();
        var command = new Command("run", "Run it now, whatever its hour") { name };
        global.Does(command, async (parsed, session, ct) =>
        {
            var run = await session.Client.RunSchedule(parsed.GetRequiredValue(name), ct);
            session.Screen.Result(run, SkylineJson.Default.ScheduledRun, to => to.WriteLine($"{run.Counts.All} packages are built as batch {run.Batch}: skyline batch watch {run.Batch}"));
            return ExitCode.Ok;
        });
        return command;
    }

    static Command RemoveCommand(GlobalOptions global)
    {
        var name = NameArgument();
        var command = new Command("remove", "Remove a schedule; what it has begun goes on, and its runs stay") { name };
        global.Does(command, async (parsed, session, ct) =>
        {
            await session.Client.RemoveSchedule(parsed.GetRequiredValue(name), ct);
            session.Screen.Say($"Schedule {Untrusted.Line(parsed.GetRequiredValue(name))} is removed.");
            return ExitCode.Ok;
        });
        return command;
    }

    internal static ExitCode Show(Session session, ScheduleDetails details)
    {
        session.Screen.Result(details, SkylineJson.Default.ScheduleDetails, to =>
        {
            var schedule = details.Schedule;
            to.WriteLine(Untrusted.Line($"Schedule {schedule.Name}: builds {What(schedule)} of {schedule.Tag} (target {schedule.Target}), {schedule.Cron} {schedule.TimeZone}, priority {schedule.Priority}, on {schedule.Share} % of the slots{(schedule.Bisect ? ", and looks into what begins to fail" : "")}"));
            if (schedule.Why is { } why) to.WriteLine(Untrusted.Line($"The last time, no run began: {why}"));
            to.WriteLine(schedule.Paused ? "It is paused." : $"Next: {(details.Next.Count == 0 ? "never again" : string.Join(", ", details.Next.Select(at => At(at))))}");
            if (details.Runs.Count > 0)
                Table.Write(to, ["DUE", "BATCH", "STATE", "BUILT", "FAILED", "FROM ITSELF"], details.Runs.Select(run => (string?[])[At(run.DueAt), $"{run.Batch}", run.State.ToString().ToLowerInvariant(),
                    $"{run.Counts.Done}/{run.Counts.All}", $"{run.Counts.Failed}", run.Score is { } score ? $"{score.Score:P1} ({score.ContainedScore:P1} alone, {score.OwnShare:P1} of packages)" : "-"]));
        });
        return ExitCode.Ok;
    }

    static string What(ScheduleSummary schedule) => schedule switch
    {
        { Kind: ScheduleKind.SelfHosting } => "all, for self-hosting",
        { What: ScheduleScope.Affected } => "affected packages",
        _ => "all packages",
    };

    static string Outcome(ScheduledRun run) => $"{run.State.ToString().ToLowerInvariant()} {run.Counts.Done}/{run.Counts.All}";

    static string At(DateTimeOffset? at) => at is { } known ? known.UtcDateTime.ToString("yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture) : "never again";
}
