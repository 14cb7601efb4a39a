using System.Diagnostics;
using System.Globalization;
using Skyline.Testing;

namespace Skyline.Server.Tests.Draining;

/// <summary>What systemd does for a service with a socket unit and Type=notify: it holds the listening socket, hands it to one server after another, and waits for each to say that it is ready.</summary>
sealed class HeldSocket : IAsyncDisposable
{
    const string Script = """
        import os, signal, socket, sys
        held = socket.socket(); held.bind(("127.0.0.1", 0)); held.listen(4096)
        told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); told.bind(sys.argv[1]); told.settimeout(120)
        heard = {signal.SIGHUP, signal.SIGTERM}
        signal.pthread_sigmask(signal.SIG_BLOCK, heard)
        def start():
            pid = os.fork()
            if pid == 0:
                if held.fileno() != 3: os.dup2(held.fileno(), 3)
                os.set_inheritable(3, True)
                signal.pthread_sigmask(signal.SIG_UNBLOCK, heard)
                os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1", NOTIFY_SOCKET=sys.argv[1])
                os.execvp(sys.argv[2], sys.argv[2:])
            while told.recv(4096) != b"READY=1": pass
            return pid
        number = 1
        pid = start()
        print("ready", number, "at", held.getsockname()[1], flush=True)
        while True:
            signalled = signal.sigwait(heard)
            os.kill(pid, signal.SIGTERM)
            while told.recv(4096) != b"STOPPING=1": pass
            print("stopping", number, flush=True)
            status = os.waitpid(pid, 0)[1]
            print("ended", number, "with", os.waitstatus_to_exitcode(status), flush=True)
            if signalled == signal.SIGTERM: break
            number += 1
            pid = start()
            print("ready", number, "at", held.getsockname()[1], flush=True)
        """;

    readonly ProgramProcess holder;

    HeldSocket(ProgramProcess holder, Uri address) => (this.holder, Address) = (holder, address);

    public Uri Address { get; }

    public string Output => holder.Output;

    public static async Task<HeldSocket> Open(string folder, IReadOnlyDictionary<string, string> environment, CancellationToken ct)
    {
        var holder = ProgramProcess.Start(["python3", "-c", Script, Path.Combine(folder, "notify"), "dotnet", Checkout.Program("Skyline.Server", "skyline-server")], environment);
        var ready = await Said(holder, "ready 1 at ", ct);
        return new(holder, new($"http://127.0.0.1:{ready.Split(' ')[^1]}"));
    }

    static async Task<string> Said(ProgramProcess holder, string text, CancellationToken ct)
    {
        try
        {
            return await holder.Line(text).WaitAsync(ct);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"'{text}' was not said:\n{holder.Output}", e);
        }
    }

    /// <summary>Has the server that runs end, and the next one start.</summary>
    public void Restart()
    {
        using var kill = Process.Start(new ProcessStartInfo("kill") { ArgumentList = { "-HUP", holder.Id.ToString(CultureInfo.InvariantCulture) } })!;
        kill.WaitForExit();
    }

    public Task Stopping(int number, CancellationToken ct) => Said(holder, $"stopping {number}", ct);

    public async Task<int> Ended(int number, CancellationToken ct) => int.Parse((await Said(holder, $"ended {number} with ", ct)).Split(' ')[^1], CultureInfo.InvariantCulture);

    public Task Ready(int number, CancellationToken ct) => Said(holder, $"ready {number} at ", ct);

    public async ValueTask DisposeAsync()
    {
        if (!holder.HasExited) await holder.Terminate(CancellationToken.None);
        await holder.DisposeAsync();
    }
}
