using System.Net.Sockets;

namespace Skyline.Server.Setup;

/// <summary>systemd's way of being told (sd_notify): a datagram to the socket that it names. Where nobody asks, nothing is told.</summary>
static class TellSystemd
{
    const string Asked = "NOTIFY_SOCKET";

    /// <summary>The doors are open, and what starts after this service may start: above all the builder, whose token is there now.</summary>
    public static void Ready()
    {
        if (Environment.GetEnvironmentVariable(Asked) is not { Length: > 1 } address) return;
        // No child of ours is to speak for us.
        Environment.SetEnvironmentVariable(Asked, null);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        // (One that begins with @ is in no file system.)
        socket.SendTo("READY=1"u8, new UnixDomainSocketEndPoint(address[0] == '@' ? "\0" + address[1..] : address));
    }
}
