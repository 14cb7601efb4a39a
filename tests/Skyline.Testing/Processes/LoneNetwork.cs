using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Skyline.Testing;

/// <summary>
/// A network of the kernel's own making in which there is nothing but 127.0.0.1, and on that one port: the server's, relayed. A
/// process in it has no route to anything else, whatever it is told. For root only.
/// </summary>
public sealed class LoneNetwork : IDisposable
{
    const int NewNetwork = 0x40000000;
    readonly SafeFileHandle network;
    readonly Socket listener;
    readonly int port;
    /// <summary>Done while the line is whole.</summary>
    volatile TaskCompletionSource line = Whole();

    LoneNetwork(SafeFileHandle network, Socket listener, int port) => (this.network, this.listener, this.port) = (network, listener, port);

    /// <summary>What is put before a command so that it runs in here.</summary>
    public IReadOnlyList<string> Enter => ["nsenter", $"--net=/proc/{Environment.ProcessId}/fd/{network.DangerousGetHandle()}", "--"];

    public static LoneNetwork With(int serverPort)
    {
        LoneNetwork? made = null;
        Exception? fault = null;
        // A thread alone moves into the new network and ends there; a socket that it opens stays in it and can be used from anywhere.
        var mover = new Thread(() =>
        {
            try
            {
                made = Make(serverPort);
            }
            catch (Exception e)
            {
                fault = e;
            }
        });
        mover.Start();
        mover.Join();
        if (fault is not null) throw new InvalidOperationException($"A network of its own cannot be made: {fault.Message}", fault);
        _ = made!.Relay();
        return made;
    }

    static LoneNetwork Make(int port)
    {
        if (unshare(NewNetwork) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
        Rpms.HostTool.Run("/", "ip", "link", "set", "lo", "up").Succeeded();
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        listener.Listen(512);
        return new(File.OpenHandle("/proc/thread-self/ns/net", share: FileShare.ReadWrite), listener, port);
    }

    static TaskCompletionSource Whole()
    {
        var whole = Broken();
        whole.SetResult();
        return whole;
    }

    static TaskCompletionSource Broken() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>From now on nothing passes, in either direction, and nobody is told: connections stay, as over a cable that somebody pulled.</summary>
    public void Cut() => line = Broken();

    /// <summary>What was under way arrives, late.</summary>
    public void Mend() => line.TrySetResult();

    async Task Relay()
    {
        try
        {
            while (true) _ = Relay(await listener.AcceptAsync());
        }
        catch (SocketException)
        {
            // The listener is closed: the test is over.
        }
    }

    async Task Relay(Socket inside)
    {
        try
        {
            using (inside)
            using (var outside = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
            {
                await line.Task;
                await outside.ConnectAsync(IPAddress.Loopback, port);
                await Task.WhenAll(Copy(inside, outside), Copy(outside, inside));
            }
        }
        catch (Exception broken) when (broken is SocketException or IOException)
        {
            // As a network does it: whoever is at the other end sees the connection end.
        }
    }

    async Task Copy(Socket from, Socket to)
    {
        var buffer = new byte[1 << 16];
        while (await from.ReceiveAsync(buffer) is > 0 and var read)
        {
            await line.Task;
            for (var sent = 0; sent < read;) sent += await to.SendAsync(buffer.AsMemory(sent, read - sent));
        }
        await line.Task;
        to.Shutdown(SocketShutdown.Send);
    }

    public void Dispose()
    {
        Mend();
        listener.Dispose();
        network.Dispose();
    }

    [DllImport("libc", SetLastError = true)]
    static extern int unshare(int flags);
}
