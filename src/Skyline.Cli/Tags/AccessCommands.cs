using System.CommandLine;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Tags;

/// <summary>`skyline tag access|grant|revoke`: who may do what in one tag.</summary>
static class AccessCommands
{
    public static IEnumerable<Command> All(GlobalOptions global) =>
    [
        Access(global),
        Edit(global, "grant", "Give a person or a team rights in a tag", (edit, rights) => edit with { Grant = rights }),
        Edit(global, "revoke", "Take rights in a tag back from a person or a team; it holds at once", (edit, rights) => edit with { Revoke = rights }),
    ];

    static Command Access(GlobalOptions global)
    {
        var tag = new Argument<string>("TAG") { Description = "Name of the tag" };
        var command = new Command("access", "Show who may do what in a tag, beside its owner, administrators and what roles give") { tag };
        global.Does(command, async (parsed, session, ct) => Show(session, await session.Client.AccessTo(parsed.GetRequiredValue(tag), ct)));
        return command;
    }

    static Command Edit(GlobalOptions global, string verb, string description, Func<TagGrantEdit, string[], TagGrantEdit> with)
    {
        var (tag, who) = (new Argument<string>("TAG") { Description = "Name of the tag" }, new Argument<string>("NAME") { Description = "Name of the person, or with --team of the team" });
        var rights = new Argument<string[]>("RIGHT") { Description = "read, build, tag, promote, administer; one or several", Arity = ArgumentArity.OneOrMore };
        var team = new Option<bool>("--team") { Description = "It is a team's name (skyline team list)" };
        var command = new Command(verb, description) { tag, who, rights, team };
        global.Does(command, async (parsed, session, ct) =>
        {
            var named = parsed.GetValue(team) ? new TagGrantEdit(Team: parsed.GetRequiredValue(who)) : new TagGrantEdit(Person: parsed.GetRequiredValue(who));
            return Show(session, await session.Client.EditAccess(parsed.GetRequiredValue(tag), with(named, parsed.GetRequiredValue(rights)), ct));
        });
        return command;
    }

    static ExitCode Show(Session session, TagAccess access)
    {
        session.Screen.Result(access, SkylineJson.Default.TagAccess, to =>
        {
            to.WriteLine(Untrusted.Line($"{access.Tag} is {(access.Private ? "private" : "public")}, {(access.Owner is { } owner ? $"{owner}'s own" : "nobody's own")}{(access.Closed ? " and closed" : "")}."));
            if (access.Grants.Count > 0) Table.Write(to, ["WHO", "MAY"], access.Grants.Select(grant => (string?[])[grant.Person ?? $"team {grant.Team}", string.Join(' ', grant.Access)]));
        });
        return ExitCode.Ok;
    }
}
