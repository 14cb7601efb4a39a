using System.Net.Sockets;

namespace Skyline.Server.Draining;

/// <summary>What a service of Type=notify says: that it is ready, that it stops (sd_notify). Without systemd nothing is said.</summary>
static class TellSystemd
{
    const string Asked = "NOTIFY_SOCKET";

    static readonly string? to = Take();

    /// <summary>What the server starts is not to speak for it.</summary>
    static string? Take()
    {
        var asked = Environment.GetEnvironmentVariable(Asked);
        Environment.SetEnvironmentVariable(Asked, null);
        return asked;
    }

    public static bool IsThere => to is { Length: > 0 };

    public static void Say(string state)
    {
        if (!IsThere) return;
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            socket.SendTo(System.Text.Encoding.UTF8.GetBytes(state), new UnixDomainSocketEndPoint(to![0] == '@' ? $"\0{to[1..]}" : to));
        }
        catch (SocketException)
        {
            // Whoever listened has gone: there is nobody to tell.
        }
    }
}
