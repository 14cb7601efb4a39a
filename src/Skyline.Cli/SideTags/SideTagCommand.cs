using System.CommandLine;
using Skyline.Cli.Builds;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.SideTags;

/// <summary>`skyline side-tag create|list|show|edit|remove|promote`.</summary>
static class SideTagCommand
{
    public static Command Make(GlobalOptions global) => new("side-tag", "Build several packages beside a target, and bring them in all at once")
    {
        Create(global), List(global), Show(global), Edit(global), Remove(global), PromoteCommand.Make(global),
    };

    public static Argument<string> Name() => new("SIDETAG") { Description = "Name of the side tag" };

    static Option<string?> Note() => new("--note") { Description = "What it is for", HelpName = "TEXT" };

    static Option<int?> Days(string description) => new("--days") { Description = description, HelpName = "N" };

    static Command Create(GlobalOptions global)
    {
        var target = new Argument<string?>("TARGET") { Description = "The target to make it beside; not needed where there is only one", Arity = ArgumentArity.ZeroOrOne };
        var (note, days) = (Note(), Days("How many days it stays (default: until it is empty, idle or old)"));
        var command = new Command("create", "Make a side tag, and a target of its name, ready to build") { target, note, days };
        global.Does(command, async (parsed, session, ct) =>
        {
            var beside = parsed.GetValue(target) ?? ChooseTarget.Of(await session.Client.Targets(ct));
            return Shown(session, await session.Client.CreateSideTag(new(parsed.GetValue(note), parsed.GetValue(days), beside), ct));
        });
        return command;
    }

    static Command List(GlobalOptions global)
    {
        var mine = new Option<bool>("--mine") { Description = "Only one's own" };
        var owner = new Option<string?>("--owner") { Description = "Only this person's", HelpName = "USER" };
        var target = new Option<string?>("--target") { Description = "Only those beside this target", HelpName = "TARGET" };
        var command = new Command("list", "List side tags, the newest first") { mine, owner, target };
        global.Does(command, async (parsed, session, ct) =>
        {
            var whose = parsed.GetValue(mine) ? (await session.Client.WhoAmI(ct)).Name : parsed.GetValue(owner);
            var page = await session.Client.SideTags(ct, whose, parsed.GetValue(target), limit: 500);
            session.Screen.Result(page, SkylineJson.Default.SideTagPage, to => Table.Write(to,
                ["SIDE TAG", "TARGET", "OWNER", "BUILDS", "GOES", "NOTE"],
                page.SideTags.Select(tag => (string?[])[tag.Name, tag.Target, tag.Owner, $"{tag.Builds}", Day(tag.GoesAt), tag.Note])));
            return ExitCode.Ok;
        });
        return command;
    }

    static Command Show(GlobalOptions global)
    {
        var name = Name();
        var command = new Command("show", "Show a side tag, its builds and those on their way into it") { name };
        global.Does(command, async (parsed, session, ct) => Shown(session, await session.Client.SideTag(parsed.GetRequiredValue(name), ct)));
        return command;
    }

    static Command Edit(GlobalOptions global)
    {
        var (name, note, days) = (Name(), Note(), Days("How many days it stays from now on; 0: until it is empty, idle or old"));
        var command = new Command("edit", "Change what a side tag is for, or how long it stays") { name, note, days };
        command.Validators.Add(given =>
        {
            if (given.GetResult(note) is null && given.GetResult(days) is null) given.AddError("Give --note or --days.");
        });
        global.Does(command, async (parsed, session, ct) =>
            Shown(session, await session.Client.EditSideTag(parsed.GetRequiredValue(name), new(parsed.GetValue(note), parsed.GetValue(days)), ct)));
        return command;
    }

    static Command Remove(GlobalOptions global)
    {
        var name = Name();
        var command = new Command("remove", "Remove a side tag and its target; its builds stay what they are") { name };
        global.Does(command, async (parsed, session, ct) =>
        {
            await session.Client.RemoveSideTag(parsed.GetRequiredValue(name), ct);
            session.Screen.Say($"{Untrusted.Line(parsed.GetRequiredValue(name))} is removed.");
            return ExitCode.Ok;
        });
        return command;
    }

    static ExitCode Shown(Session session, SideTagDetails details)
    {
        session.Screen.Result(details, SkylineJson.Default.SideTagDetails, to =>
        {
            var tag = details.SideTag;
            to.WriteLine($"Side tag {Untrusted.Line(tag.Name)} of {Untrusted.Line(tag.Owner)}, beside target {Untrusted.Line(tag.Target)}{(tag.Note is { } note ? $": {Untrusted.Line(note)}" : "")}");
            to.WriteLine($"Build into it: skyline build --target {Untrusted.Line(tag.Name)} PACKAGE.src.rpm");
            to.WriteLine($"It is promoted into {Untrusted.Line(details.Into)}: skyline side-tag promote {Untrusted.Line(tag.Name)}");
            if (tag.GoesAt is { } goes) to.WriteLine($"It goes on {Day(goes)}, unless something happens in it: {Untrusted.Line(tag.GoesWhy ?? "")}");
            if (details.Builds.Count + details.Open.Count > 0)
                Table.Write(to, ["BUILD", "PACKAGE", "STATE", "OWNER"], details.Open.Concat(details.Builds).DistinctBy(build => build.Id).Select(build => (string?[])[$"{build.Id}", build.Nvr, build.State.ToString().ToLowerInvariant(), build.Owner]));
        });
        return ExitCode.Ok;
    }

    static string? Day(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
