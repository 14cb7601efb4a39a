using System.CommandLine;
using System.Globalization;
using Skyline.Cli.Connection;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.People;

/// <summary>`skyline person list|add|invite|invitations|uninvite|set|disable|enable|reset-second-factor`.</summary>
static class PersonCommand
{
    const string Roles = "viewer, packager, release-engineer or admin";

    public static Command Make(GlobalOptions global) => new("person", "Look at and add people who use this server")
    {
        ListCommand(global), AddCommand(global), InviteCommand(global), InvitationsCommand(global), UninviteCommand(global), SetCommand(global),
        SwitchCommand(global, "disable", "Let a person in no more: nothing of theirs is good from now on", true), SwitchCommand(global, "enable", "Let a person in again", false), ResetCommand(global),
    };

    static Command ListCommand(GlobalOptions global)
    {
        var command = new Command("list", "List the people and their roles");
        global.Does(command, async (_, session, ct) => List(session, await session.Client.People(ct)));
        return command;
    }

    static Command AddCommand(GlobalOptions global)
    {
        var name = new Argument<string>("NAME") { Description = "Name of the new person" };
        var role = new Option<string?>("--role") { Description = $"What they may do: {Roles} (default: packager)", HelpName = "ROLE" };
        var admin = new Option<bool>("--admin") { Description = "The same as --role admin" };
        var command = new Command("add", "Add a person, and print their token: the only time it is shown") { name, role, admin };
        global.Does(command, async (parsed, session, ct) =>
        {
            var added = await session.Client.AddPerson(new NewPerson(parsed.GetRequiredValue(name), parsed.GetValue(admin) ? "admin" : parsed.GetValue(role)), ct);
            session.Screen.Result(added, SkylineJson.Default.AddedPerson, to => to.WriteLine(Untrusted.Line(added.Token)));
            session.Screen.Warn($"They keep it in a file that only they can read, then: skyline login {ServerAddress.Shown(session.Server!)} --token-file FILE");
            return ExitCode.Ok;
        });
        return command;
    }

    static Command InviteCommand(GlobalOptions global)
    {
        var role = new Option<string?>("--role") { Description = $"For somebody new: what they may do: {Roles} (default: packager)", HelpName = "ROLE" };
        var person = new Option<string?>("--person") { Description = "For somebody who is here, and chooses a new password", HelpName = "NAME" };
        var command = new Command("invite", "Make a link that is good once, for seven days: to choose a name and a password") { role, person };
        global.Does(command, async (parsed, session, ct) =>
        {
            var (named, who) = (parsed.GetValue(role), parsed.GetValue(person));
            var made = await session.Client.Invite(new NewInvitation(named ?? (who is null ? "packager" : null), who), ct);
            session.Screen.Result(made, SkylineJson.Default.Invitation, to => to.WriteLine(Untrusted.Line(made.Link)));
            session.Screen.Warn("Send it to them by a way that you trust: whoever opens it first is who it is for.");
            return ExitCode.Ok;
        });
        return command;
    }

    static Command InvitationsCommand(GlobalOptions global) => Listing.Make(global, "invitations", "List the invitations that are good still", (client, ct) => client.Invitations(ct), SkylineJson.Default.IReadOnlyListOpenInvitation, ["ID", "FOR", "BY", "UNTIL"], (one, _) =>
        [one.Id.ToString(CultureInfo.InvariantCulture), one.Person ?? $"a new {one.Role}", one.By ?? "the host", one.ExpiresAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)]);

    static Command UninviteCommand(GlobalOptions global)
    {
        var id = new Argument<long>("NUMBER") { Description = "Its number in `skyline person invitations`" };
        var command = new Command("uninvite", "Take an invitation back: its link is good no more") { id };
        global.Does(command, async (parsed, session, ct) =>
        {
            await session.Client.TakeBackInvitation(parsed.GetRequiredValue(id), ct);
            session.Screen.Say($"Invitation {parsed.GetRequiredValue(id)} is good no more.");
            return ExitCode.Ok;
        });
        return command;
    }

    static Command SetCommand(GlobalOptions global)
    {
        var name = new Argument<string>("NAME") { Description = "Name of the person" };
        var role = new Option<string>("--role") { Description = $"What they may do from now on: {Roles}", HelpName = "ROLE", Required = true };
        var command = new Command("set", "Give a person another role") { name, role };
        global.Does(command, async (parsed, session, ct) => List(session, [await session.Client.EditPerson(parsed.GetRequiredValue(name), new PersonEdit(parsed.GetRequiredValue(role)), ct)]));
        return command;
    }

    static Command SwitchCommand(GlobalOptions global, string verb, string description, bool disabled)
    {
        var name = new Argument<string>("NAME") { Description = "Name of the person" };
        var command = new Command(verb, description) { name };
        global.Does(command, async (parsed, session, ct) => List(session, [await session.Client.EditPerson(parsed.GetRequiredValue(name), new PersonEdit(Disabled: disabled), ct)]));
        return command;
    }

    static Command ResetCommand(GlobalOptions global)
    {
        var name = new Argument<string>("NAME") { Description = "Name of the person" };
        var command = new Command("reset-second-factor", "Take somebody's second factor and passkeys away who lost them") { name };
        global.Does(command, async (parsed, session, ct) =>
        {
            await session.Client.ResetSecondFactor(parsed.GetRequiredValue(name), ct);
            session.Screen.Say($"{Untrusted.Line(parsed.GetRequiredValue(name))} signs in with their password alone, and sets up the rest anew.");
            return ExitCode.Ok;
        });
        return command;
    }

    static ExitCode List(Session session, IReadOnlyList<PersonDetails> people)
    {
        session.Screen.Result(people, SkylineJson.Default.IReadOnlyListPersonDetails, to => Table.Write(to, ["PERSON", "ROLE", "STATE", "TOKENS", "USED"],
            people.Select(person => (string?[])[person.Name, person.Role, person.Disabled ? "disabled" : "enabled", person.Tokens.ToString(CultureInfo.InvariantCulture),
                person.UsedAt is { } used ? Amounts.Ago(session.Time.GetUtcNow() - used) : "never"])));
        return ExitCode.Ok;
    }
}
