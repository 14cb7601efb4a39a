using System.Net.Sockets;
using System.Text;

namespace Skyline.Server.Sources;

/// <summary>
/// Where git asks for what opens a repository: this server stands in for the daemon of git's own `credential-cache`, at a socket in the scratch folder, for
/// as long as one fetch goes on. What it answers is written nowhere, and only to a question about the one server that it is for.
/// </summary>
sealed class CredentialSocket : IAsyncDisposable
{
    const int LongestQuestion = 16 << 10;
    readonly Socket listening = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    readonly CancellationTokenSource over = new();
    readonly GitCredential credential;
    readonly GitUrl url;
    readonly Task answering;

    /// <summary>A short name: a socket's path has few letters.</summary>
    public static string In(string folder) => Path.Combine(folder, "c");

    CredentialSocket(string folder, GitCredential credential, GitUrl url)
    {
        (this.credential, this.url) = (credential, url);
        listening.Bind(new UnixDomainSocketEndPoint(In(folder)));
        listening.Listen(8);
        answering = Answer();
    }

    /// <returns>Null: nothing opens it.</returns>
    public static CredentialSocket? Open(string folder, RemoteGit remote) => remote.Credential is { } credential ? new(folder, credential, remote.Url) : null;

    async Task Answer()
    {
        try
        {
            while (true)
            {
                using var asking = await listening.AcceptAsync(over.Token);
                await Answer(asking, over.Token);
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The fetch is over.
        }
    }

    async Task Answer(Socket asking, CancellationToken ct)
    {
        try
        {
            var question = new byte[LongestQuestion];
            var (length, read) = (0, 0);
            while (length < question.Length && (read = await asking.ReceiveAsync(question.AsMemory(length), ct)) > 0) length += read;
            var said = Encoding.UTF8.GetString(question, 0, length).Split('\n').Select(line => line.Split('=', 2)).Where(pair => pair.Length == 2).GroupBy(pair => pair[0]).ToDictionary(pair => pair.Key, pair => pair.First()[1]);
            if (said.GetValueOrDefault("action") == "get" && IsFor(said)) await asking.SendAsync(Encoding.UTF8.GetBytes($"username={credential.UserName}\npassword={credential.Secret}\n"), ct);
        }
        catch (SocketException)
        {
            // It has gone; whoever asks next is answered.
        }
    }

    bool IsFor(Dictionary<string, string> said) =>
        Uri.TryCreate($"{said.GetValueOrDefault("protocol")}://{said.GetValueOrDefault("host")}/", UriKind.Absolute, out var server) && url.IsWhere(server);

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        listening.Dispose();
        await answering;
        over.Dispose();
    }
}
