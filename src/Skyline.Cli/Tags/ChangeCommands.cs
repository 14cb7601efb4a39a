using System.CommandLine;
using Skyline.Cli.Approvals;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Tags;

/// <summary>`skyline tag add|remove|move|promote|block|unblock|inherit|rollback`: each with --preview, which changes nothing, and --force.</summary>
static class ChangeCommands
{
    static Argument<string> Tag(string name = "TAG", string description = "Name of the tag") => new(name) { Description = description };

    static Argument<string[]> Some(string name, string description, ArgumentArity arity) => new(name) { Description = description, Arity = arity };

    static Argument<string[]> Builds(ArgumentArity arity) => Some("NVR", "Builds, by name-version-release or number", arity);

    public static IEnumerable<Command> All(GlobalOptions global) =>
    [
        Add(global), Remove(global), Move(global), Promote(global),
        Block(global, "block", "Hide packages from a tag, and from those that inherit from it", (client, tag, packages, preview, force, ct) => client.Block(tag, packages, preview, ct, force)),
        Block(global, "unblock", "Hide packages no longer", (client, tag, packages, preview, force, ct) => client.Unblock(tag, packages, preview, ct, force)),
        Inherit(global), Rollback(global),
    ];

    /// <summary>The command with --preview and --force, and its answer shown.</summary>
    internal static Command Changing(GlobalOptions global, Command command, Func<ParseResult, SkylineClient, bool, bool, CancellationToken, Task<TagChanged>> change)
    {
        var preview = new Option<bool>("--preview") { Description = "Only show what would change for whom installs from it" };
        var force = new Option<bool>("--force") { Description = "Though the tag is locked, or takes listed packages only" };
        var wait = new Option<bool>("--wait") { Description = "If it needs a second person, wait until it is decided" };
        command.Options.Add(preview);
        command.Options.Add(force);
        command.Options.Add(wait);
        global.Does(command, async (parsed, session, ct) =>
        {
            try
            {
                ShowChanges.Of(session, await change(parsed, session.Client, parsed.GetValue(preview), parsed.GetValue(force), ct));
                return ExitCode.Ok;
            }
            catch (WaitsForApprovalException waits) when (parsed.GetValue(wait))
            {
                session.Screen.Warn(Untrusted.Line(waits.Message));
                return await ApprovalCommand.WaitFor(session, waits.Held.Approval, ct);
            }
        });
        return command;
    }

    static Option<bool> Disclose() => new("--disclose") { Description = "Though builds of a private tag, with their logs, become everybody's to see" };

    static Command Add(GlobalOptions global)
    {
        var (tag, builds, disclose) = (Tag(), Builds(ArgumentArity.OneOrMore), Disclose());
        return Changing(global, new("add", "Put complete builds into a tag") { tag, builds, disclose }, (parsed, client, preview, force, ct) =>
            client.TagBuilds(parsed.GetRequiredValue(tag), new(parsed.GetRequiredValue(builds)), preview, ct, force, parsed.GetValue(disclose)));
    }

    static Command Remove(GlobalOptions global)
    {
        var (tag, builds) = (Tag(), Builds(ArgumentArity.OneOrMore));
        return Changing(global, new("remove", "Take builds out of a tag") { tag, builds }, (parsed, client, preview, force, ct) =>
            client.UntagBuilds(parsed.GetRequiredValue(tag), new(parsed.GetRequiredValue(builds)), preview, ct, force));
    }

    static Command Move(GlobalOptions global)
    {
        var (from, to, builds, disclose) = (Tag("FROM", "The tag that they are in"), Tag("TO", "The tag that they go to"), Builds(ArgumentArity.OneOrMore), Disclose());
        return Changing(global, new("move", "Move builds from one tag to another, in one step") { from, to, builds, disclose }, (parsed, client, preview, force, ct) =>
            client.MoveBuilds(parsed.GetRequiredValue(from), new(parsed.GetRequiredValue(to), parsed.GetRequiredValue(builds)), preview, ct, force, parsed.GetValue(disclose)));
    }

    static Command Promote(GlobalOptions global)
    {
        var (from, to, builds) = (Tag("FROM", "The tag whose repository holds them"), Tag("TO", "The tag that is to hold them too"), Builds(ArgumentArity.ZeroOrMore));
        var all = new Option<bool>("--all") { Description = "All that the first tag's repository holds, in place of some builds" };
        var disclose = Disclose();
        var command = new Command("promote", "Put what one tag's repository holds into another tag too") { from, to, builds, all, disclose };
        command.Validators.Add(given =>
        {
            if (given.GetResult(builds) is { Tokens.Count: > 0 } == given.GetResult(all) is not null) given.AddError("Name builds, or give --all.");
        });
        return Changing(global, command, (parsed, client, preview, force, ct) => client.PromoteBuilds(parsed.GetRequiredValue(from),
            new(parsed.GetRequiredValue(to), parsed.GetValue(all) ? null : parsed.GetValue(builds), parsed.GetValue(all)), preview, ct, force, parsed.GetValue(disclose)));
    }

    static Command Block(GlobalOptions global, string verb, string description, Func<SkylineClient, string, TagBlocks, bool, bool, CancellationToken, Task<TagChanged>> change)
    {
        var (tag, packages) = (Tag(), Some("PACKAGE", "Names of source packages", ArgumentArity.OneOrMore));
        return Changing(global, new(verb, description) { tag, packages }, (parsed, client, preview, force, ct) =>
            change(client, parsed.GetRequiredValue(tag), new(parsed.GetRequiredValue(packages)), preview, force, ct));
    }

    static Command Inherit(GlobalOptions global)
    {
        var (tag, parents) = (Tag(), Some("PARENT", "Tags to inherit from, the first to be looked into first", ArgumentArity.ZeroOrMore));
        var none = new Option<bool>("--none") { Description = "Inherit from no tag any more" };
        var command = new Command("inherit", "Say what a tag inherits from, all of it; these take the place of those before") { tag, parents, none };
        command.Validators.Add(given =>
        {
            if (given.GetResult(parents) is { Tokens.Count: > 0 } == given.GetResult(none) is not null) given.AddError("Name the tags to inherit from, or give --none.");
        });
        return Changing(global, command, (parsed, client, preview, force, ct) => client.SetParents(parsed.GetRequiredValue(tag),
            [.. parsed.GetValue(parents)!.Select((parent, at) => new TagParent(parent, at + 1))], preview, ct, force));
    }

    static Command Rollback(GlobalOptions global)
    {
        var (tag, snapshot) = (Tag(), new Argument<string>("SNAPSHOT") { Description = "The snapshot's hash, or the beginning of it" });
        return Changing(global, new("rollback", "Make a tag's own builds and blocks what they were when a snapshot was made") { tag, snapshot }, (parsed, client, preview, force, ct) =>
            client.RollBack(parsed.GetRequiredValue(tag), new(parsed.GetRequiredValue(snapshot)), preview, ct, force));
    }
}
