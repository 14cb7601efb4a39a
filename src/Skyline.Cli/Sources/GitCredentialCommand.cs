using System.CommandLine;
using System.Globalization;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Sources;

/// <summary>`skyline git-credential add|list|remove`: what opens the private repositories that builds are made from.</summary>
static class GitCredentialCommand
{
    public static Command Make(GlobalOptions global) => new("git-credential", "Give, look at and remove what opens private Git repositories") { AddCommand(global), ListCommand(global), RemoveCommand(global) };

    static Command AddCommand(GlobalOptions global)
    {
        var address = new Argument<string>("ADDRESS") { Description = "https://HOST or https://HOST/PATH: for the repositories at it and below it" };
        var user = new Option<string>("--user") { Description = "A user's name there; any, where a token is all that it takes", HelpName = "NAME", Required = true };
        var file = new Option<string>("--password-file") { Description = "A file with the password or token in its first line; -: standard input", HelpName = "FILE", Required = true };
        var everyone = new Option<bool>("--everyone") { Description = "For everybody's builds, not your own alone (administrators)" };
        var command = new Command("add", "Give a credential, in the place of an earlier one for the same address") { address, user, file, everyone };
        global.Does(command, async (parsed, session, ct) =>
        {
            var secret = FirstLine(parsed.GetRequiredValue(file), session.World.In);
            var made = await session.Client.AddGitCredential(new(parsed.GetRequiredValue(address), parsed.GetRequiredValue(user), secret, parsed.GetValue(everyone)), ct);
            session.Screen.Result(made, SkylineJson.Default.GitCredentialDetails, to => to.WriteLine(Untrusted.Line($"Credential {made.Id} opens {made.Address} for {(made.Everyone ? "everybody's" : "your")} builds.")));
            return ExitCode.Ok;
        });
        return command;
    }

    static string FirstLine(string path, TextReader standardInput)
    {
        try
        {
            using var file = path == "-" ? null : new StreamReader(path);
            return (file ?? standardInput).ReadLine() is { Length: > 0 } line ? line : throw StopException.Usage($"There is no password in {(path == "-" ? "standard input" : path)}.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StopException.Usage($"{path} cannot be read: {e.Message}");
        }
    }

    static Command ListCommand(GlobalOptions global) => Listing.Make(global, "list", "List your own credentials, and those for everybody's builds, without their secrets", (client, ct) => client.GitCredentials(ct), SkylineJson.Default.IReadOnlyListGitCredentialDetails, ["ID", "ADDRESS", "USER", "FOR", "USED"], (one, session) =>
        [one.Id.ToString(CultureInfo.InvariantCulture), one.Address, one.UserName, one.Everyone ? "everyone" : "you", session.Since(one.UsedAt)]);

    static Command RemoveCommand(GlobalOptions global)
    {
        var id = new Argument<long>("NUMBER") { Description = "Its number in `skyline git-credential list`" };
        var command = new Command("remove", "Remove a credential from the server") { id };
        global.Does(command, async (parsed, session, ct) =>
        {
            await session.Client.RemoveGitCredential(parsed.GetRequiredValue(id), ct);
            session.Screen.Say($"Credential {parsed.GetRequiredValue(id)} is removed.");
            return ExitCode.Ok;
        });
        return command;
    }
}
