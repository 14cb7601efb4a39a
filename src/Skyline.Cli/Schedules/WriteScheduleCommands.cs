using System.CommandLine;
using Skyline.Protocol;

namespace Skyline.Cli.Schedules;

/// <summary>`skyline schedule create|edit`.</summary>
static class WriteScheduleCommands
{
    static Option<string?> Target() => new("--target") { Description = "What this target's destination tag holds is built, in its buildroots", HelpName = "TARGET" };
    static Option<string?> Cron() => new("--cron") { Description = "When: '0 3 * * 1-5' as in a crontab, or six or seven words, seconds first", HelpName = "CRON" };
    static Option<string?> Zone() => new("--time-zone") { Description = "Of the hours, such as Europe/Berlin (default: UTC)", HelpName = "ZONE" };
    static Option<ScheduleScope?> What() => new("--what") { Description = "all packages, or those that changed inputs affect (affected)", HelpName = "WHAT" };
    static Option<int?> Share() => new("--share") { Description = "Per cent of the builders' slots that it may take (default: 50)", HelpName = "N" };
    static Option<int?> Priority() => new("--priority") { Description = "The lower goes first; 20 is usual (default: 25)", HelpName = "N" };
    static Option<bool?> Bisect() => new("--bisect") { Description = "Look into what begins to fail, at once", Arity = ArgumentArity.ZeroOrOne };

    public static Command Create(GlobalOptions global)
    {
        var (name, target, cron, zone, what, share, priority, bisect) = (ScheduleCommand.NameArgument(), Target(), Cron(), Zone(), What(), Share(), Priority(), Bisect());
        var selfHosting = new Option<bool>("--self-hosting") { Description = "Not only whether the packages build: how much of the tag builds from the tag" };
        var paused = new Option<bool>("--paused") { Description = "Do not let it fire yet" };
        (target.Required, cron.Required) = (true, true);
        var command = new Command("create", "Make a schedule") { name, target, cron, zone, what, share, priority, bisect, selfHosting, paused };
        global.Does(command, async (parsed, session, ct) => ScheduleCommand.Show(session, await session.Client.CreateSchedule(new NewSchedule(
            parsed.GetRequiredValue(name), parsed.GetValue(target)!, parsed.GetValue(cron)!, parsed.GetValue(zone), parsed.GetValue(selfHosting) ? ScheduleKind.SelfHosting : ScheduleKind.Rebuild,
            parsed.GetValue(what) ?? ScheduleScope.All, parsed.GetValue(share), parsed.GetValue(priority), parsed.GetValue(bisect) ?? false, parsed.GetValue(paused)), ct)));
        return command;
    }

    public static Command Edit(GlobalOptions global)
    {
        var (name, target, cron, zone, what, share, priority, bisect) = (ScheduleCommand.NameArgument(), Target(), Cron(), Zone(), What(), Share(), Priority(), Bisect());
        var command = new Command("edit", "Change a schedule; what is not given stays") { name, target, cron, zone, what, share, priority, bisect };
        global.Does(command, async (parsed, session, ct) => ScheduleCommand.Show(session, await session.Client.EditSchedule(parsed.GetRequiredValue(name), new ScheduleEdit(
            parsed.GetValue(target), parsed.GetValue(cron), parsed.GetValue(zone), parsed.GetValue(what), parsed.GetValue(share), parsed.GetValue(priority), parsed.GetValue(bisect)), ct)));
        return command;
    }
}
