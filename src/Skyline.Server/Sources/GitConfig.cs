using System.Globalization;

namespace Skyline.Server.Sources;

/// <summary>All that git is told beside its command: by its environment, in which nothing of the server's own is.</summary>
static class GitConfig
{
    /// <summary>For every command; the rest is the remote's.</summary>
    static readonly (string Name, string Value)[] always =
    [
        ("http.followRedirects", "false"), ("credential.helper", ""), ("core.hooksPath", "/dev/null"), ("core.fsmonitor", "false"), ("core.askPass", ""), ("core.alternateRefsCommand", ""),
        ("protocol.version", "2"), ("transfer.bundleURI", "false"), ("fetch.uriProtocols", ""), ("fetch.recurseSubmodules", "false"), ("submodule.recurse", "false"),
        // What comes is one file, which is bounded as such.
        ("fetch.unpackLimit", "1"), ("gc.auto", "0"), ("maintenance.auto", "false"), ("fetch.writeCommitGraph", "false"),
        ("pack.threads", "1"), ("core.packedGitWindowSize", "32m"), ("core.packedGitLimit", "256m"), ("core.deltaBaseCacheLimit", "64m"), ("core.bigFileThreshold", "16m"),
        ("http.lowSpeedLimit", "1000"), ("http.lowSpeedTime", "60"), ("tar.umask", "0022"), ("safe.directory", "*"), ("core.protectHFS", "true"), ("core.protectNTFS", "true"),
    ];

    /// <summary>What a fetch needs to know of where it asks.</summary>
    static IEnumerable<(string Name, string Value)> Of(RemoteGit remote, string folder) =>
    [
        ("http.proxy", remote.Proxy?.AbsoluteUri ?? ""),
        // (What is said first empties the list. Its program asks the socket, where this server answers.)
        .. remote.Credential is null ? Array.Empty<(string, string)>() : [("credential.helper", $"cache --socket {Quoted(CredentialSocket.In(folder))}"), ("credential.useHttpPath", "true")],
        .. remote.Pins is { } pins ? [("http.curloptResolve", pins)] : Array.Empty<(string, string)>(),
    ];

    public static IEnumerable<(string Name, string Value)> Environment(string folder, RemoteGit? remote)
    {
        var schemes = remote is null ? "none" : remote.Url.Scheme;
        (string, string)[] known =
        [
            ("PATH", "/usr/local/bin:/usr/bin:/bin"), ("LANG", "C.UTF-8"), ("HOME", folder), ("XDG_CONFIG_HOME", folder), ("GIT_CONFIG_NOSYSTEM", "1"), ("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_ATTR_NOSYSTEM", "1"),
            ("GIT_TERMINAL_PROMPT", "0"), ("GIT_ASKPASS", "/bin/false"), ("SSH_ASKPASS", "/bin/false"), ("GIT_SSH_COMMAND", "/bin/false"), ("GIT_ALLOW_PROTOCOL", schemes), ("GIT_PROTOCOL_FROM_USER", "0"),
            ("GIT_LFS_SKIP_SMUDGE", "1"), ("GIT_NO_REPLACE_OBJECTS", "1"), ("GIT_CEILING_DIRECTORIES", "/"),
        ];
        var config = always.Concat(remote is null ? [] : Of(remote, folder)).ToList();
        var all = config.SelectMany((one, at) => new[] { (Numbered("GIT_CONFIG_KEY_", at), one.Name), (Numbered("GIT_CONFIG_VALUE_", at), one.Value) });
        return [.. known, ("GIT_CONFIG_COUNT", config.Count.ToString(CultureInfo.InvariantCulture)), .. all];
    }

    static string Quoted(string path) => $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    static string Numbered(string name, int at) => name + at.ToString(CultureInfo.InvariantCulture);
}
