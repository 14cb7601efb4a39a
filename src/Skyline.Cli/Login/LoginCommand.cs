using System.CommandLine;
using Skyline.Cli.Connection;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Login;

/// <summary>`skyline login`: tries the token on the server, and keeps both.</summary>
static class LoginCommand
{
    public static Command Make(GlobalOptions global)
    {
        var url = new Argument<string?>("URL") { Description = "The server, such as https://build.example.org", Arity = ArgumentArity.ZeroOrOne };
        var token = new Option<string?>("--token") { Description = "The token; other users of this machine can see it while the command runs, so prefer --token-file", HelpName = "TOKEN" };
        var command = new Command("login", "Check a token and remember it with its server") { url, token };
        global.Does(command, (parsed, session, ct) => Login(session, parsed.GetValue(url), parsed.GetValue(token), ct));
        return command;
    }

    static async Task<ExitCode> Login(Session session, string? url, string? typed, CancellationToken ct)
    {
        var server = ServerAddress.Parse(url ?? session.ServerOption ?? throw StopException.Usage("Which server? skyline login https://build.example.org --token-file FILE"));
        var token = Token(session, typed);
        if (ServerAddress.IsInTheClear(server))
            session.Screen.Warn($"Warning: {ServerAddress.Shown(server)} is not https, so the token can be read by anyone on the way.");

        var me = await session.Connect(server, token).WhoAmI(ct);
        var path = new SavedLogin(ServerAddress.Shown(server), token).Save(session.World);
        session.Screen.Result(me, SkylineJson.Default.WhoAmI, to =>
            to.WriteLine($"Logged in to {ServerAddress.Shown(server)} as {Untrusted.Line(me.Name)}{(me.Admin ? " (administrator)" : "")}; kept in {path}"));
        return ExitCode.Ok;
    }

    static string Token(Session session, string? typed)
    {
        if (typed is not null && session.TokenFile is not null) throw StopException.Usage("Give --token or --token-file, not both.");
        if (typed is not null) return AccessToken.Check(typed, "--token");
        if (session.TokenFile is { } file) return AccessToken.FromFile(file, session.World.In);
        if (session.World.Env("SKYLINE_TOKEN") is { Length: > 0 } set) return AccessToken.Check(set, "SKYLINE_TOKEN");
        return session.World.ReadSecret is { } ask
            ? AccessToken.Check(ask("Token: "), "what was typed")
            : throw StopException.Usage("Which token? Give it with --token-file FILE (or - for standard input).");
    }
}
