using System.Net;
using System.Net.Sockets;

namespace Skyline.Cli.Tests.Running;

/// <summary>What is between the program and a server, and lets so much of each connection through, and then no more.</summary>
sealed class HaltedLine : IAsyncDisposable
{
    readonly TcpListener listening = new(IPAddress.Loopback, 0);
    readonly TaskCompletionSource halted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly CancellationTokenSource over = new();
    readonly List<TcpClient> ends = [];
    readonly Uri server;
    readonly long atMost;

    HaltedLine(Uri server, long atMost) => (this.server, this.atMost) = (server, atMost);

    public string Url => $"http://{listening.LocalEndpoint}";

    /// <summary>A connection has come so far.</summary>
    public Task Halted => halted.Task;

    public static Task<HaltedLine> To(Uri server, long atMost)
    {
        var line = new HaltedLine(server, atMost);
        line.listening.Start();
        _ = line.Accept();
        return Task.FromResult(line);
    }

    async Task Accept()
    {
        try
        {
            while (true)
            {
                var (near, far) = (await listening.AcceptTcpClientAsync(over.Token), new TcpClient());
                await far.ConnectAsync(server.Host, server.Port, over.Token);
                lock (ends) ends.AddRange([near, far]);
                _ = Pass(near.GetStream(), far.GetStream(), atMost);
                _ = Pass(far.GetStream(), near.GetStream(), long.MaxValue);
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    async Task Pass(NetworkStream from, NetworkStream to, long most)
    {
        var buffer = new byte[1 << 16];
        try
        {
            var (passed, read) = (0L, 0);
            for (; passed < most && (read = await from.ReadAsync(buffer, over.Token)) > 0; passed += read) await to.WriteAsync(buffer.AsMemory(0, read), over.Token);
            if (passed >= most) halted.TrySetResult();
        }
        catch (Exception end) when (end is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // One of the two has gone.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        listening.Stop();
        lock (ends)
            foreach (var end in ends) end.Dispose();
        over.Dispose();
    }
}
