using System.CommandLine;
using System.Globalization;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.People;

/// <summary>`skyline token list|create|revoke`: of whoever asks.</summary>
static class TokenCommand
{
    public static Command Make(GlobalOptions global) => new("token", "Look at, make and revoke your tokens") { ListCommand(global), CreateCommand(global), RevokeCommand(global) };

    static Command ListCommand(GlobalOptions global) => Listing.Make(global, "list", "List your tokens: what each is for, and when it was last used", (client, ct) => client.Tokens(ct), SkylineJson.Default.IReadOnlyListTokenDetails, ["ID", "TOKEN", "FOR", "MADE", "USED", "UNTIL"], (token, session) =>
        [token.Id.ToString(CultureInfo.InvariantCulture), token.Name, string.Join(' ', token.Scopes), Day(token.CreatedAt), session.Since(token.UsedAt), token.ExpiresAt is { } end ? Day(end) : "revoked"]);

    static Command CreateCommand(GlobalOptions global)
    {
        var name = new Argument<string>("NAME") { Description = "What you know it by" };
        var scope = new Option<string[]>("--scope") { Description = "What it is for: read, build, tag, promote, release, account, admin (can be given several times), or all", HelpName = "SCOPE", Required = true };
        var days = new Option<int?>("--days") { Description = "How long it is good (default: until it is revoked)", HelpName = "N" };
        var command = new Command("create", "Make a token, and print it: the only time it is shown") { name, scope, days };
        global.Does(command, async (parsed, session, ct) =>
        {
            var made = await session.Client.CreateToken(new NewToken(parsed.GetRequiredValue(name), parsed.GetRequiredValue(scope), parsed.GetValue(days)), ct);
            session.Screen.Result(made, SkylineJson.Default.AddedToken, to => to.WriteLine(Untrusted.Line(made.Token)));
            return ExitCode.Ok;
        });
        return command;
    }

    static Command RevokeCommand(GlobalOptions global)
    {
        var id = new Argument<long>("NUMBER") { Description = "Its number in `skyline token list`" };
        var command = new Command("revoke", "Revoke a token: it is refused from now on") { id };
        global.Does(command, async (parsed, session, ct) =>
        {
            await session.Client.RevokeToken(parsed.GetRequiredValue(id), ct);
            session.Screen.Say($"Token {parsed.GetRequiredValue(id)} is good no more.");
            return ExitCode.Ok;
        });
        return command;
    }

    static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
