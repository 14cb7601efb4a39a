using System.CommandLine;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.People;

/// <summary>`skyline team list|create|remove|add|take`: people who are given rights in tags together. (Groups are of packages.)</summary>
static class TeamCommand
{
    public static Command Make(GlobalOptions global) => new("team", "Look at and make teams of people, who are given rights in tags together") { ListCommand(global), CreateCommand(global), RemoveCommand(global), AddCommand(global), TakeCommand(global) };

    static Argument<string> Team() => new("TEAM") { Description = "Name of the team" };

    static Command ListCommand(GlobalOptions global) => Listing.Make(global, "list", "List the teams, who is in them, and in which tags they have rights", (client, ct) => client.Teams(ct), SkylineJson.Default.IReadOnlyListTeamDetails, ["TEAM", "PEOPLE", "TAGS"], (one, _) => Row(one));

    /// <summary>Who leads it has a star.</summary>
    static string?[] Row(TeamDetails team) => [team.Name, string.Join(' ', team.Members.Select(one => one.Person + (one.Leads ? "*" : ""))), string.Join(' ', team.Tags)];

    static Command CreateCommand(GlobalOptions global)
    {
        var name = Team();
        var description = new Option<string?>("--description") { Description = "What it is for", HelpName = "TEXT" };
        var command = new Command("create", "Make a team") { name, description };
        global.Does(command, async (parsed, session, ct) => Show(session, await session.Client.CreateTeam(new NewTeam(parsed.GetRequiredValue(name), parsed.GetValue(description)), ct)));
        return command;
    }

    static Command RemoveCommand(GlobalOptions global)
    {
        var name = Team();
        var command = new Command("remove", "Remove a team, and with it its rights in tags") { name };
        global.Does(command, async (parsed, session, ct) =>
        {
            await session.Client.RemoveTeam(parsed.GetRequiredValue(name), ct);
            session.Screen.Say($"There is no team {parsed.GetRequiredValue(name)} any more, and nobody has a right by it.");
            return ExitCode.Ok;
        });
        return command;
    }

    static Command AddCommand(GlobalOptions global)
    {
        var (name, person) = (Team(), new Argument<string>("NAME") { Description = "Name of the person" });
        var leads = new Option<bool>("--lead") { Description = "Let them say who else is in it" };
        var command = new Command("add", "Put a person into a team") { name, person, leads };
        global.Does(command, async (parsed, session, ct) => Show(session, await session.Client.PutIntoTeam(parsed.GetRequiredValue(name), parsed.GetRequiredValue(person), new(parsed.GetValue(leads)), ct)));
        return command;
    }

    static Command TakeCommand(GlobalOptions global)
    {
        var (name, person) = (Team(), new Argument<string>("NAME") { Description = "Name of the person" });
        var command = new Command("take", "Take a person out of a team; it holds at once") { name, person };
        global.Does(command, async (parsed, session, ct) =>
        {
            await session.Client.TakeOutOfTeam(parsed.GetRequiredValue(name), parsed.GetRequiredValue(person), ct);
            session.Screen.Say($"{parsed.GetRequiredValue(person)} is not in the team {parsed.GetRequiredValue(name)} any more.");
            return ExitCode.Ok;
        });
        return command;
    }

    static ExitCode Show(Session session, TeamDetails team)
    {
        session.Screen.Result(team, SkylineJson.Default.TeamDetails, to => Table.Write(to, ["TEAM", "PEOPLE", "TAGS"], [Row(team)]));
        return ExitCode.Ok;
    }
}
