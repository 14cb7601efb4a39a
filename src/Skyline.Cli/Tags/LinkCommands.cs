using System.CommandLine;

namespace Skyline.Cli.Tags;

/// <summary>`skyline tag link|unlink`: one of the tags that a tag inherits from, and what comes through.</summary>
static class LinkCommands
{
    public static IEnumerable<Command> All(GlobalOptions global) => [Link(global), Unlink(global)];

    static Argument<string> Tag() => new("TAG") { Description = "The tag that inherits" };

    static Argument<string> Parent() => new("PARENT") { Description = "The tag that it inherits from" };

    static Command Link(GlobalOptions global)
    {
        var (tag, parent) = (Tag(), Parent());
        var priority = new Option<int?>("--priority") { Description = "The lower number is looked into first (default: behind all others, or as it is)", HelpName = "N" };
        var depth = new Option<int?>("--maxdepth") { Description = "How far behind the parent: 0 it alone, 1 its parents too (default: no bound)", HelpName = "N" };
        var intransitive = new Option<bool>("--intransitive") { Description = "Not for those that inherit from this tag" };
        var noConfig = new Option<bool>("--noconfig") { Description = "Builds and packages only: no architectures, macros, buildroot packages or external repositories" };
        var filter = new Option<string?>("--filter") { Description = "Only packages whose names match this from their beginning", HelpName = "REGEX" };
        var command = new Command("link", "Have a tag inherit from another, or by other bounds") { tag, parent, priority, depth, intransitive, noConfig, filter };
        return ChangeCommands.Changing(global, command, (parsed, client, preview, force, ct) => client.LinkTag(parsed.GetRequiredValue(tag),
            new(parsed.GetRequiredValue(parent), parsed.GetValue(priority), parsed.GetValue(depth), parsed.GetValue(intransitive), parsed.GetValue(noConfig), parsed.GetValue(filter)), preview, ct, force));
    }

    static Command Unlink(GlobalOptions global)
    {
        var (tag, parent) = (Tag(), Parent());
        return ChangeCommands.Changing(global, new("unlink", "Have a tag inherit from another no more") { tag, parent }, (parsed, client, preview, force, ct) =>
            client.UnlinkTag(parsed.GetRequiredValue(tag), parsed.GetRequiredValue(parent), preview, ct, force));
    }
}
