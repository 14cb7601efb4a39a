using Skyline.Cli.Connection;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Login;

/// <summary>A name and a password, and a code where the server asks for one, for a token.</summary>
static class PasswordLogins
{
    const int Longest = 4096;

    /// <returns>The token.</returns>
    public static async Task<string> Run(Session session, Uri server, NewToken wanted, string? name, string? passwordFile, CancellationToken ct)
    {
        if (name is null && Ask(session, "Your name (nothing: you have a token): ") is { Length: > 0 } typed) name = typed;
        if (name is null) return AccessToken.Check(session.World.ReadSecret!("Token: "), "what was typed");
        var login = new PasswordLogin(name, Password(session, passwordFile), wanted);
        var client = session.Connect(server, null);
        var answer = await client.Login(login, ct);
        if (answer.CodeNeeded)
        {
            if (session.World.ReadSecret is not { } ask) throw StopException.Usage("A code of your second factor is asked for, and nobody can be asked here: scripts use a token of their own (skyline token create).");
            answer = await client.Login(login with { Code = ask("Code of your second factor: ") }, ct);
        }
        return AccessToken.Check(answer.Token?.Token ?? "", "the server's answer");
    }

    static string? Ask(Session session, string question)
    {
        session.World.Error.Write(question);
        return session.World.In.ReadLine()?.Trim();
    }

    /// <summary>The first line of a file, or what is typed; as it is, for a space is a letter like another.</summary>
    static string Password(Session session, string? file)
    {
        try
        {
            var password = file switch
            {
                "-" => session.World.In.ReadLine(),
                not null => File.ReadLines(file).FirstOrDefault(),
                null => session.World.ReadSecret is { } ask ? ask("Password: ") : throw StopException.Usage("Which password? Give it with --password-file FILE (or - for standard input)."),
            };
            return password is { Length: > 0 and <= Longest } ? password : throw StopException.Usage($"There is no password in {(file is null or "-" ? "what was given" : file)}.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StopException.Usage($"The password file {file} cannot be read: {e.Message}");
        }
    }
}
