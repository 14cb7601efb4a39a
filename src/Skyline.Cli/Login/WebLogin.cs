using Skyline.Cli.Connection;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Login;

/// <summary>A code is shown; somebody who is signed in with a browser – a passkey, a provider – types it there and says yes.</summary>
static class WebLogin
{
    /// <returns>The token.</returns>
    public static async Task<string> Run(Session session, Uri server, NewToken wanted, CancellationToken ct)
    {
        var client = session.Connect(server, null);
        var begun = await client.BeginDeviceLogin(new(wanted), ct);
        session.Screen.Warn($"Open {Untrusted.Line(begun.Address)} in a browser, sign in, and type this code: {Untrusted.Line(begun.Code)}");
        session.Screen.Warn("Give it to nobody: whoever types it lets this machine act in their name.");
        while (true)
        {
            // The server holds each question for some seconds, and refuses it when the code is over.
            if (await client.AwaitDeviceLogin(begun.Secret, ct) is { } token) return AccessToken.Check(token.Token, "the server's answer");
        }
    }
}
