using System.Net.Http.Headers;
using System.Net.Sockets;

namespace Skyline.Cli.Connection;

/// <summary>The way to the server: through the proxy of the environment if there is one, alive as long as an upload needs it.</summary>
static class OpenConnection
{
    static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(100);

    /// <param name="authority">In PEM; null: those that this machine trusts.</param>
    public static HttpClient To(Uri server, string? token, TimeProvider time, Action<string> say, string? authority = null) => To(server, token, time, say, Sockets(authority));

    /// <summary>To whoever answers there, trusted or not: for what is checked by itself, and never with a token.</summary>
    public static HttpClient ToAnybody(Uri server)
    {
        var sockets = Sockets(null);
        // An authority's certificate is fetched by it before anybody can trust it; what comes is held against the fingerprint that the user gave.
#pragma warning disable CA5359
        sockets.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        return new HttpClient(sockets) { BaseAddress = server, Timeout = AnswerWithin };
    }

    /// <summary>For one upload, and to be disposed after it.</summary>
    public static HttpClient ForUpload(Uri server, string? token, TimeProvider time, Action<string> say, string? authority = null)
    {
        var sockets = Sockets(authority);
        sockets.PlaintextStreamFilter = (context, _) => ValueTask.FromResult<Stream>(new AnsweredWhileSending(context.PlaintextStream));
        return To(server, token, time, say, sockets);
    }

    static HttpClient To(Uri server, string? token, TimeProvider time, Action<string> say, SocketsHttpHandler sockets)
    {
        var http = new HttpClient(new SentOnce(time, say, new AnswerDeadline(AnswerWithin, time, sockets)))
        {
            BaseAddress = server,
            // The deadline is AnswerDeadline's: this one would end a long upload.
            Timeout = Timeout.InfiniteTimeSpan,
        };
        http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("skyline-cli", Program.Version));
        if (token is not null) http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http;
    }

    static SocketsHttpHandler Sockets(string? authority)
    {
        var sockets = new SocketsHttpHandler
        {
            // A token is for the server it was given for; where a redirect leads is the user's to decide.
            AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            Expect100ContinueTimeout = TimeSpan.FromSeconds(5),
            ConnectCallback = Connect,
        };
        if (authority is not null) sockets.SslOptions.CertificateChainPolicy = ServerAuthority.Policy(authority);
        return sockets;
    }

    /// <summary>With keep-alive: a log that is followed is silent for minutes, and a server that has gone must be noticed.</summary>
    static async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 30);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 10);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
            await socket.ConnectAsync(context.DnsEndPoint, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
