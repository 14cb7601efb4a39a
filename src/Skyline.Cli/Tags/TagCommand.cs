using System.CommandLine;
using Skyline.Cli.Groups;
using Skyline.Cli.Keeping;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Tags;

/// <summary>`skyline tag list|show|create`; what changes tags and what was is beside it.</summary>
static class TagCommand
{
    public static Command Make(GlobalOptions global)
    {
        var command = new Command("tag", "Look at, make and change tags: sets of builds, each with a dnf repository") { ListCommand(global), ShowCommand(global), CreateCommand(global), TagExternalCommand.Make(global), RetentionCommands.OfTag(global) };
        foreach (var below in ChangeCommands.All(global).Append(SetCommand.Make(global)).Concat(LinkCommands.All(global)).Concat(SettingCommands.All(global)).Concat(WholeTagCommands.All(global)).Concat(HistoryCommands.All(global)).Concat(AccessCommands.All(global))) command.Subcommands.Add(below);
        command.Add(GroupsCommand.Make(global));
        command.Add(ModulesCommand.Make(global));
        return command;
    }

    static Command ListCommand(GlobalOptions global) => Listing.Make(global, "list", "List the tags", (client, ct) => client.Tags(ct), SkylineJson.Default.IReadOnlyListTagSummary, ["TAG", "CHROOT", "ARCHES", "BUILDS", "SNAPSHOT"], (tag, _) =>
        [tag.Name, tag.Chroot, string.Join(' ', tag.Arches), $"{tag.Builds}", Short(tag.Snapshot)]);

    static Command ShowCommand(GlobalOptions global)
    {
        var name = new Argument<string>("TAG") { Description = "Name of the tag" };
        var command = new Command("show", "Show a tag and its builds, as they are or were") { name };
        var past = new PastOptions().On(command);
        global.Does(command, async (parsed, session, ct) => Show(session, past.Of(parsed) is (null, null)
            ? await session.Client.Tag(parsed.GetRequiredValue(name), ct)
            : await session.Client.Tag(parsed.GetRequiredValue(name), past.Of(parsed).At, past.Of(parsed).Event, ct)));
        return command;
    }

    static Command CreateCommand(GlobalOptions global)
    {
        var name = new Argument<string>("TAG") { Description = "Name of the new tag" };
        var chroot = new Option<string>("--chroot") { Description = "The chroot definition that its buildroots start from, such as fedora-43", HelpName = "CHROOT" };
        var like = new Option<string?>("--base") { Description = "For a tag of one's own, USER/NAME: the tag that it inherits from and is like; a target of its name comes with it", HelpName = "TAG" };
        var arches = new Option<string[]>("--arch") { Description = "An architecture; may be given several times (default: the chroot's)", HelpName = "ARCH" };
        var description = new Option<string?>("--description") { Description = "What it is for", HelpName = "TEXT" };
        var hidden = new Option<bool>("--private") { Description = "Let it exist for you, for whom you give a right in it (skyline tag grant) and for administrators alone" };
        var closed = new Option<bool>("--closed") { Description = "Let who is named there alone build, tag and promote into it, whatever their role" };
        var command = new Command("create", "Make a tag") { name, chroot, arches, like, description, hidden, closed };
        command.Validators.Add(given =>
        {
            if (given.GetResult(chroot) is null == given.GetResult(like) is null) given.AddError("Give --chroot, or for a tag of your own --base.");
        });
        global.Does(command, async (parsed, session, ct) =>
        {
            var given = parsed.GetValue(arches) is { Length: > 0 } some ? some : null;
            return Show(session, await session.Client.CreateTag(new NewTag(parsed.GetRequiredValue(name), parsed.GetValue(chroot) ?? "", given, Description: parsed.GetValue(description), Base: parsed.GetValue(like), Private: parsed.GetValue(hidden), Closed: parsed.GetValue(closed)), ct));
        });
        return command;
    }

    static ExitCode Show(Session session, TagDetails tag)
    {
        session.Screen.Result(tag, SkylineJson.Default.TagDetails, to => Write(to, tag));
        return ExitCode.Ok;
    }

    public static void Write(TextWriter to, TagDetails tag)
    {
        to.WriteLine($"Tag {Untrusted.Line(tag.Name)}: chroot {Untrusted.Line(tag.Chroot)}, {Untrusted.Line(string.Join(' ', tag.Arches))}{(tag.InheritsArches ? " (inherited)" : "")}, "
            + (tag.Event is { } moment ? $"as of event {moment}" : $"snapshot {Short(tag.Snapshot)}"));
        if (tag.Description is { } description) to.WriteLine(Untrusted.Line(description));
        if (tag.Event is null) to.WriteLine($"Its repository for dnf: skyline repo {Untrusted.Line(tag.Name)}");
        foreach (var parent in tag.Parents ?? []) to.WriteLine($"Inherits from {Untrusted.Line(parent.Parent)} (priority {parent.Priority}{Bounds(parent)})");
        if (tag.Blocked is { Count: > 0 } blocked) to.WriteLine($"Blocked: {Untrusted.Line(string.Join(' ', blocked))}");
        if (tag.Private) to.WriteLine("Private: who has no right in it is told of none");
        if (tag.Closed) to.WriteLine($"Closed: who is named there alone builds, tags and promotes into it (skyline tag access {Untrusted.Line(tag.Name)})");
        if (tag.Locked) to.WriteLine("Locked: nothing goes into it or out of it");
        if (tag.SecondPerson) to.WriteLine("Changes only when a second person agrees: skyline approval list");
        if (tag.DemandsListed) to.WriteLine($"Takes listed packages only: skyline package list {Untrusted.Line(tag.Name)}");
        if (tag.Holds == TagHolds.All) to.WriteLine("Holds all its builds, not only the latest");
        foreach (var setting in tag.Settings ?? []) to.WriteLine($"{Kind(setting.Kind)} {Untrusted.Line(setting.Key)}{(setting.Value is null ? " is hidden" : setting.Kind == TagSettingKind.Build ? "" : $" is {Untrusted.Line(setting.Value)}")}{From(tag, setting.Tag)}");
        foreach (var external in tag.Externals ?? []) to.WriteLine($"External repository {Untrusted.Line(external.Name)}, priority {external.Priority}{From(tag, external.Tag ?? tag.Name)}");
        if (tag.Event is not null) WriteTold(to, tag);
        if (tag.Builds.Count > 0) Table.Write(to, ["BUILD", "PACKAGE", "OWNER"], tag.Builds.Select(build => (string?[])[$"{build.Id}", build.Nvr, build.Owner]));
    }

    /// <summary>Groups, modules and advisories of then: only snapshots have them.</summary>
    static void WriteTold(TextWriter to, TagDetails tag)
    {
        if (tag.Told is not { } told)
        {
            to.WriteLine("No snapshot from before then is kept, so its groups, modules and advisories of then are not known.");
            return;
        }
        to.WriteLine($"Snapshot {Short(told.Snapshot)}{(told.Exact ? "" : ", the last from before then that is kept; what happened between is not in it")}: skyline tag snapshots {Untrusted.Line(tag.Name)} {Short(told.Snapshot)}");
        foreach (var (what, names) in new[] { ("Groups", told.Groups), ("Modules", told.Modules), ("Advisories", told.Advisories) })
            if (names.Count > 0) to.WriteLine(Untrusted.Line($"{what} in it: {string.Join(' ', names)}"));
    }

    static string Bounds(TagParent parent) => string.Concat(parent.MaxDepth is { } most ? $", maxdepth {most}" : "", parent.Intransitive ? ", intransitive" : "", parent.NoConfig ? ", noconfig" : "",
        parent.Filter is { } filter ? $", filter {Untrusted.Line(filter)}" : "");

    static string Kind(TagSettingKind kind) => kind switch { TagSettingKind.Build => "In its buildroots:", TagSettingKind.Macro => "Macro", _ => "Extra setting" };

    static string From(TagDetails tag, string from) => from == tag.Name ? "" : $" (from {Untrusted.Line(from)})";

    /// <summary>As much of a content hash as people tell apart.</summary>
    public static string Short(string hash) => Untrusted.Line(hash.Length > 12 ? hash[..12] : hash);
}
