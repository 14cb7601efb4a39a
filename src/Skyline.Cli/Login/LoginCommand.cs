using System.CommandLine;
using Skyline.Cli.Connection;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Login;

/// <summary>`skyline login`: comes by a token – it is given one, or a password, or somebody's yes in a browser – tries it on the server, and keeps both.</summary>
static class LoginCommand
{
    public static Command Make(GlobalOptions global)
    {
        var url = new Argument<string?>("URL") { Description = "The server, such as https://build.example.org", Arity = ArgumentArity.ZeroOrOne };
        var token = new Option<string?>("--token") { Description = "The token; other users of this machine can see it while the command runs, so prefer --token-file", HelpName = "TOKEN" };
        var name = new Option<string?>("--name") { Description = "Your name: log in with a password, which is asked for", HelpName = "NAME" };
        var password = new Option<string?>("--password-file") { Description = "Read the password from a file, - for standard input", HelpName = "FILE" };
        var web = new Option<bool>("--web") { Description = "Log in with a browser, here or elsewhere: a code is shown, and approved on the server's page" };
        var scope = new Option<string[]>("--scope") { Description = "What the new token is for: read, build, tag, promote, release, account, admin (can be given several times); default: all", HelpName = "SCOPE" };
        var days = new Option<int>("--days") { Description = "How long the new token is good (default: 30)", HelpName = "N", DefaultValueFactory = _ => 30 };
        var fingerprint = new Option<string?>("--ca-fingerprint") { Description = "Trust the server's own authority if its certificate has this SHA-256, and keep it", HelpName = "SHA256" };
        var command = new Command("login", "Log in with a token, a password or a browser, and remember it with its server") { url, token, name, password, web, scope, days, fingerprint };
        global.Does(command, async (parsed, session, ct) =>
        {
            var server = ServerAddress.Parse(parsed.GetValue(url) ?? session.ServerOption ?? throw StopException.Usage("Which server? skyline login https://build.example.org --token-file FILE"));
            if (ServerAddress.IsInTheClear(server)) session.Screen.Warn($"Warning: {ServerAddress.Shown(server)} is not https, so the token can be read by anyone on the way.");
            session.Authority = session.NamedAuthority() ?? (parsed.GetValue(fingerprint) is { } sha256 ? await ServerAuthority.Fetch(server, sha256, ct) : null);
            var wanted = new NewToken(TokenName(), parsed.GetValue(scope) is { Length: > 0 } scopes ? scopes : ["all"], parsed.GetValue(days));
            var got = parsed.GetValue(web) ? await WebLogin.Run(session, server, wanted, ct)
                : Given(session, parsed.GetValue(token), parsed.GetValue(name), parsed.GetValue(password)) is { } given ? given
                : await PasswordLogins.Run(session, server, wanted, parsed.GetValue(name), parsed.GetValue(password), ct);
            return await Keep(session, server, got, ct);
        });
        return command;
    }

    static async Task<ExitCode> Keep(Session session, Uri server, string token, CancellationToken ct)
    {
        var me = await session.Connect(server, token).WhoAmI(ct);
        var path = new SavedLogin(ServerAddress.Shown(server), token, session.Authority).Save(session.World);
        session.Screen.Result(me, SkylineJson.Default.WhoAmI, to =>
            to.WriteLine($"Logged in to {ServerAddress.Shown(server)} as {Untrusted.Line(me.Name)}{(me.Admin ? " (administrator)" : "")}; kept in {path}"));
        return ExitCode.Ok;
    }

    /// <summary>A token that is there already; null: there is none, and a name was given or can be asked for.</summary>
    static string? Given(Session session, string? typed, string? name, string? passwordFile)
    {
        if (typed is not null && session.TokenFile is not null) throw StopException.Usage("Give --token or --token-file, not both.");
        if ((typed ?? session.TokenFile) is not null && (name ?? passwordFile) is not null) throw StopException.Usage("Give a token, or a name and a password, not both.");
        if (passwordFile is not null && name is null) throw StopException.Usage("Whose password is it? --name NAME.");
        if (typed is not null) return AccessToken.Check(typed, "--token");
        if (session.TokenFile is { } file) return AccessToken.FromFile(file, session.World.In);
        if (name is not null) return null;
        if (session.World.Env("SKYLINE_TOKEN") is { Length: > 0 } set) return AccessToken.Check(set, "SKYLINE_TOKEN");
        return session.World.ReadSecret is not null ? null
            : throw StopException.Usage("Which token? Give it with --token-file FILE (or - for standard input); or log in with --name NAME --password-file FILE, or with --web.");
    }

    /// <summary>After the machine, so that its person knows it among their tokens.</summary>
    static string TokenName()
    {
        var host = new string([.. Environment.MachineName.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-' ? letter : '-')]).Replace("..", ".", StringComparison.Ordinal);
        return $"login-{(host.Length > 60 ? host[..60] : host)}";
    }
}
