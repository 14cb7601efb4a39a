using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Skyline.Server.Tests;

/// <summary>Requests as a test writes them: HttpClient tidies addresses up before it sends them.</summary>
static class RawHttp
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>A connection with one request sent over it.</summary>
    public static async Task<NetworkStream> Ask(Uri server, string request)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server.Host, server.Port, Ct);
        await socket.SendAsync(Encoding.ASCII.GetBytes(request), Ct);
        return new NetworkStream(socket, ownsSocket: true);
    }

    /// <param name="path">Sent as it is, behind a slash.</param>
    public static async Task<HttpStatusCode> StatusOf(Uri server, string path)
    {
        await using var answer = await Ask(server, $"GET /{path} HTTP/1.1\r\nHost: {server.Authority}\r\nConnection: close\r\n\r\n");
        using var reader = new StreamReader(answer, Encoding.ASCII);
        return (HttpStatusCode)int.Parse((await reader.ReadLineAsync(Ct))!.Split(' ')[1], CultureInfo.InvariantCulture);
    }
}
