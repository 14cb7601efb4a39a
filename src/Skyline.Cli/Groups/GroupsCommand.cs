using System.CommandLine;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Groups;

/// <summary>`skyline tag groups show|set|edit|remove`.</summary>
static class GroupsCommand
{
    public static Command Make(GlobalOptions global) =>
        new("groups", "A tag's package groups, as dnf group lists them") { ShowCommand(global), SetCommand(global), EditCommand(global), RemoveCommand(global) };

    static Command ShowCommand(GlobalOptions global)
    {
        var tag = Tag();
        var group = new Argument<string?>("GROUP") { Description = "One group, with its packages", Arity = ArgumentArity.ZeroOrOne };
        var xml = new Option<bool>("--xml") { Description = "Print the tag's own comps.xml instead" };
        var command = new Command("show", "Show the groups of a tag, inherited ones too") { tag, group, xml };
        global.Does(command, async (parsed, session, ct) =>
        {
            var name = parsed.GetRequiredValue(tag);
            if (parsed.GetValue(xml)) return await TagFile.Print(session, name, await session.Client.OpenComps(name, ct), ct);
            var groups = await session.Client.Groups(name, ct);
            if (parsed.GetValue(group) is not { } wanted) return Show(session, groups);
            return ShowOne(session, groups.FirstOrDefault(one => one.Id == wanted)
                ?? throw new StopException(ExitCode.Refused, $"Tag {name} has no group {wanted}; see: skyline tag groups show {name}"));
        });
        return command;
    }

    static Command SetCommand(GlobalOptions global)
    {
        var tag = Tag();
        var file = new Argument<string>("FILE") { Description = "A comps.xml" };
        var command = new Command("set", "Give a tag the groups of a comps.xml; they take the place of those that it had") { tag, file };
        global.Does(command, async (parsed, session, ct) =>
        {
            await using var comps = GivenFile.Open(parsed.GetRequiredValue(file));
            var taken = await session.Client.SetGroups(parsed.GetRequiredValue(tag), comps, ct);
            session.Screen.Result(taken, SkylineJson.Default.TakenGroups, to => to.WriteLine(
                $"Groups: {taken.Groups}, categories: {taken.Categories}, environments: {taken.Environments}, langpacks: {taken.Langpacks}"));
            return ExitCode.Ok;
        });
        return command;
    }

    static Command EditCommand(GlobalOptions global)
    {
        var tag = Tag();
        var id = new Argument<string>("GROUP") { Description = "What the group is called" };
        var name = new Option<string?>("--name") { Description = "What people read; a new group needs it", HelpName = "NAME" };
        var description = new Option<string?>("--description") { Description = "What it is for", HelpName = "TEXT" };
        var packages = new[] { "--mandatory", "--default", "--optional" }.Select(option => new Option<string[]>(option) { Description = $"A package that is {option[2..]} in it; may be given several times", HelpName = "PACKAGE" }).ToArray();
        var visible = new Option<bool?>("--visible") { Description = "Whether it is listed without being asked for" };
        var command = new Command("edit", "Make or edit one group; packages, if any are given, take the place of those that it had") { tag, id, name, description, packages[0], packages[1], packages[2], visible };
        global.Does(command, async (parsed, session, ct) =>
        {
            List<GroupPackage> given = [.. packages.SelectMany((option, type) => (parsed.GetValue(option) ?? []).Select(package => new GroupPackage(package, (GroupPackageType)type)))];
            var edit = new GroupEdit(parsed.GetValue(name), parsed.GetValue(description), null, parsed.GetValue(visible), given.Count > 0 ? given : null);
            return ShowOne(session, await session.Client.EditGroup(parsed.GetRequiredValue(tag), parsed.GetRequiredValue(id), edit, ct));
        });
        return command;
    }

    static Command RemoveCommand(GlobalOptions global)
    {
        var tag = Tag();
        var group = new Argument<string?>("GROUP") { Description = "One group; without it, all that the tag itself has", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("remove", "Remove groups from a tag; inherited ones are seen again") { tag, group };
        global.Does(command, async (parsed, session, ct) =>
        {
            await session.Client.RemoveGroups(parsed.GetRequiredValue(tag), parsed.GetValue(group), ct);
            return Show(session, await session.Client.Groups(parsed.GetRequiredValue(tag), ct));
        });
        return command;
    }

    static Argument<string> Tag() => new("TAG") { Description = "Name of the tag" };

    static ExitCode Show(Session session, IReadOnlyList<PackageGroup> groups)
    {
        session.Screen.Result(groups, SkylineJson.Default.IReadOnlyListPackageGroup, to => Table.Write(to,
            ["GROUP", "NAME", "PACKAGES", "FROM"], groups.Select(group => (string?[])[group.Id, group.Name, $"{group.Packages.Count}", group.Tag])));
        return ExitCode.Ok;
    }

    static ExitCode ShowOne(Session session, PackageGroup group)
    {
        session.Screen.Result(group, SkylineJson.Default.PackageGroup, to =>
        {
            to.WriteLine($"{Untrusted.Line(group.Id)}: {Untrusted.Line(group.Name)}, from tag {Untrusted.Line(group.Tag)}");
            if (group.Description.Length > 0) to.WriteLine(Untrusted.Text(group.Description));
            Table.Write(to, ["PACKAGE", "TYPE", "REQUIRES"], group.Packages.Select(package => (string?[])[package.Name, package.Type.ToString().ToLowerInvariant(), package.Requires]));
        });
        return ExitCode.Ok;
    }
}
