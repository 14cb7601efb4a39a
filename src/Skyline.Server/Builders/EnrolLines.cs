namespace Skyline.Server.Builders;

/// <summary>The one command that has a machine build for this server, purely. The token goes through a pipe: in no argument that other users of the machine could see.</summary>
static class EnrolLines
{
    /// <summary>As root, where the package skyline-builder is: as a service that comes back with the machine.</summary>
    public static string Service(string server, string token) =>
        $"printf '%s\\n' {Quoted(token)} | install -D -m 0400 /dev/stdin /etc/skyline/builder.token && sed -i {Quoted($"s|^#*server *=.*|server = {server}|")} /etc/skyline/builder.conf && systemctl enable --now skyline-builder";

    /// <summary>As root, in a terminal, until it is ended.</summary>
    public static string ByHand(string server, string token) => $"printf '%s\\n' {Quoted(token)} | skyline-builder --server {Quoted(server)} --token-file /dev/stdin";

    static string Quoted(string text) => $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
