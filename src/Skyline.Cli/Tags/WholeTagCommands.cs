using System.CommandLine;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Tags;

/// <summary>`skyline tag latest|clone|delete`.</summary>
static class WholeTagCommands
{
    public static IEnumerable<Command> All(GlobalOptions global) => [Latest(global), Clone(global), Delete(global)];

    static Command Latest(GlobalOptions global)
    {
        var tag = new Argument<string>("TAG") { Description = "Name of the tag" };
        var command = new Command("latest", "List the build that a tag's repository holds of each package, inherited or not") { tag };
        var past = new PastOptions().On(command);
        global.Does(command, async (parsed, session, ct) =>
        {
            var (at, @event) = past.Of(parsed);
            var builds = await session.Client.Latest(parsed.GetRequiredValue(tag), ct, at: at, @event: @event);
            session.Screen.Result(builds, SkylineJson.Default.IReadOnlyListLatestBuild, to => Table.Write(to,
                ["PACKAGE", "BUILD", "FROM", "OWNER"], builds.Select(build => (string?[])[build.Package, build.Nvr, build.Tag, build.Owner])));
            return ExitCode.Ok;
        });
        return command;
    }

    static Command Clone(GlobalOptions global)
    {
        var (from, to) = (new Argument<string>("TAG") { Description = "The tag that is copied" }, new Argument<string>("NEW") { Description = "Name of the new tag" });
        var noBuilds = new Option<bool>("--no-builds") { Description = "All but its builds" };
        var command = new Command("clone", "Make a tag that is as another is, or was: settings, what it inherits from, packages, builds") { from, to, noBuilds };
        var past = new PastOptions().On(command);
        global.Does(command, async (parsed, session, ct) =>
        {
            var (at, @event) = past.Of(parsed);
            var clone = await session.Client.CloneTag(parsed.GetRequiredValue(from), new(parsed.GetRequiredValue(to), at, @event, parsed.GetValue(noBuilds)), ct);
            session.Screen.Result(clone, SkylineJson.Default.ClonedTag, to =>
            {
                TagCommand.Write(to, clone.Tag);
                foreach (var note in clone.Notes) to.WriteLine(Untrusted.Line(note));
            });
            return ExitCode.Ok;
        });
        return command;
    }

    static Command Delete(GlobalOptions global)
    {
        var tag = new Argument<string>("TAG") { Description = "Name of the tag" };
        var force = new Option<bool>("--force") { Description = "Though the tag is locked" };
        var command = new Command("delete", "Remove a tag that nothing needs any more; its history stays") { tag, force };
        global.Does(command, async (parsed, session, ct) =>
        {
            var name = parsed.GetRequiredValue(tag);
            await session.Client.RemoveTag(name, ct, parsed.GetValue(force));
            session.Screen.Result(await session.Client.Tags(ct), SkylineJson.Default.IReadOnlyListTagSummary, to => to.WriteLine($"Tag {Untrusted.Line(name)} is removed; as it was, it can still be seen with --at or --event."));
            return ExitCode.Ok;
        });
        return command;
    }
}
