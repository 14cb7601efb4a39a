using Skyline.Protocol;

namespace Skyline.Server.Repos;

/// <summary>
/// The `.repo` file of a tag: packages and metadata are both signed, so both are checked. It names a list of one mirror, the newest
/// snapshot's own address: a client that has begun to read a state reads that state to its end, signature and all, whatever is
/// published meanwhile.
/// </summary>
public static class RepoText
{
    /// <param name="address">This server's, without a slash at the end.</param>
    /// <param name="zypper">`zypper addrepo` takes no repository without a baseurl; as a file in /etc/zypp/repos.d it would need none.</param>
    /// <param name="keys">Fingerprints of its keys, where the address of the tag's is not everybody's to read: dnf5 shows no password when it asks for a key.</param>
    public static string Of(string tag, string address, bool zypper = false, IReadOnlyList<string>? keys = null) => Of($"skyline-{TagAddress.RepoId(tag)}", tag, address, zypper, keys);

    /// <param name="id">What clients call the repository; dnf finds those of debug packages and sources by its endings.</param>
    public static string Of(string id, string tag, string address, bool zypper, IReadOnlyList<string>? keys = null) =>
        Section(id, $"{tag} from Skyline", "$basearch", tag, address, zypper, keys, enabled: true)
        + Section($"{id}-debuginfo", $"{tag} from Skyline, for debuggers", "$basearch-debug", tag, address, zypper, keys, enabled: false)
        + Section($"{id}-source", $"{tag} from Skyline, sources", "src", tag, address, zypper, keys, enabled: false);

    static string Section(string id, string name, string repo, string tag, string address, bool zypper, IReadOnlyList<string>? keys, bool enabled) => $"""
        [{id}]
        name={name}
        {(zypper ? $"baseurl={address}/repos/{TagAddress.Of(tag)}/{repo}/\n" : "")}mirrorlist={address}/repos/{TagAddress.Of(tag)}/{repo}/mirrorlist
        enabled={(enabled ? 1 : 0)}
        gpgcheck=1
        repo_gpgcheck=1
        gpgkey={(keys is null ? $"{address}/keys/{TagAddress.Of(tag)}.asc" : string.Join(' ', keys.Select(key => $"{address}/keys/by-fingerprint/{key}.asc")))}
        metadata_expire=60


        """;

    public static string AddressFor(this SkylineSettings settings, HttpContext http) =>
        settings.PublicUrl is { Length: > 0 } known ? known.TrimEnd('/') : $"{http.Request.Scheme}://{http.Request.Host}{http.Request.PathBase}";
}
