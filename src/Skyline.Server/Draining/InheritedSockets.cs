using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Skyline.Server.Draining;

/// <summary>
/// The sockets that systemd holds and hands to each server in turn (sd_listen_fds): connections that come while no server runs wait in them. None of what the server starts may have
/// them, git least of all; and when it stops they must stay as they are, which .NET sees to where a socket is one that children would have.
/// </summary>
static partial class InheritedSockets
{
    const int First = 3, GetFlags = 1, SetFlags = 2, CloseOnExec = 1;

    static readonly int count = Count();

    public static bool Any => count > 0;

    static int Count() =>
        int.TryParse(Environment.GetEnvironmentVariable("LISTEN_PID"), NumberStyles.None, CultureInfo.InvariantCulture, out var process) && process == Environment.ProcessId
        && int.TryParse(Environment.GetEnvironmentVariable("LISTEN_FDS"), NumberStyles.None, CultureInfo.InvariantCulture, out var sockets) && sockets is > 0 and < 64 ? sockets : 0;

    /// <summary>Before anything is started.</summary>
    public static void Keep()
    {
        for (var at = First; at < First + count; at++) SetCloseOnExec(at, true);
    }

    /// <summary>The server stops listening to them.</summary>
    public static void LetGo()
    {
        for (var at = First; at < First + count; at++) SetCloseOnExec(at, false);
    }

    /// <summary>A unit names the sockets that are spoken to by TLS "https" (FileDescriptorName=).</summary>
    public readonly record struct Inherited(ulong Handle, bool IsTls);

    public static IReadOnlyList<Inherited> All { get; } = [.. Enumerable.Range(0, count).Select(at => new Inherited((ulong)(First + at), Names.ElementAtOrDefault(at) == "https"))];

    static string[] Names => Environment.GetEnvironmentVariable("LISTEN_FDNAMES")?.Split(':') ?? [];

    /// <summary>As a client on this machine would write them.</summary>
    public static IEnumerable<string> Addresses(Func<Inherited, bool> tls)
    {
        foreach (var inherited in All)
        {
            using var socket = new Socket(new SafeSocketHandle((nint)inherited.Handle, ownsHandle: false));
            if (socket.LocalEndPoint is IPEndPoint at) yield return $"{(tls(inherited) ? "https" : "http")}://{(at.Address.Equals(IPAddress.Any) || at.Address.Equals(IPAddress.IPv6Any) ? $"localhost:{at.Port}" : at.ToString())}";
        }
    }

    static void SetCloseOnExec(int handle, bool on)
    {
        var flags = Fcntl(handle, GetFlags, 0);
        if (flags < 0) throw new IOException($"systemd said that socket {handle} is there, and it is not.");
        _ = Fcntl(handle, SetFlags, on ? flags | CloseOnExec : flags & ~CloseOnExec);
    }

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Fcntl(int handle, int command, int argument);
}
