using System.Net;
using System.Net.Sockets;

namespace Skyline.Benchmarks.Ui;

/// <summary>A port that passes everything on to the server and counts what comes back: bytes as they are on the wire, headers and compressed frames of sockets too.</summary>
sealed class CountedWire : IAsyncDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource leaving = new();
    readonly int server;
    readonly Task taking;
    long bytes;

    public CountedWire(Uri server)
    {
        this.server = server.Port;
        listener.Start();
        taking = Take();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

    /// <summary>From the server to the browser, so far.</summary>
    public long Bytes => Interlocked.Read(ref bytes);

    async Task Take()
    {
        var passing = new List<Task>();
        try
        {
            while (true) passing.Add(Pass(await listener.AcceptTcpClientAsync(leaving.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(passing);
        }
    }

    async Task Pass(TcpClient browser)
    {
        using var _ = browser;
        using var onwards = new TcpClient();
        await onwards.ConnectAsync(IPAddress.Loopback, server, leaving.Token);
        var (near, far) = (browser.GetStream(), onwards.GetStream());
        await Task.WhenAny(Copy(near, far, counted: false), Copy(far, near, counted: true));
    }

    async Task Copy(NetworkStream from, NetworkStream to, bool counted)
    {
        var buffer = new byte[1 << 16];
        try
        {
            while (await from.ReadAsync(buffer, leaving.Token) is > 0 and var got)
            {
                if (counted) Interlocked.Add(ref bytes, got);
                await to.WriteAsync(buffer.AsMemory(0, got), leaving.Token);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // One of the two has gone.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await leaving.CancelAsync();
        await taking;
        listener.Dispose();
        leaving.Dispose();
    }
}
