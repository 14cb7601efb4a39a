namespace Skyline.Server.Repos;

/// <summary>
/// The `.repo` file of a tag: packages and metadata are both signed, so both are checked. It names a list of one mirror, the newest
/// snapshot's own address: a client that has begun to read a state reads that state to its end, signature and all, whatever is
/// published meanwhile.
/// </summary>
public static class RepoText
{
    /// <param name="address">This server's, without a slash at the end.</param>
    public static string Of(string tag, string address) =>
        Section($"skyline-{tag}", $"{tag} from Skyline", $"{address}/repos/{tag}/$basearch/mirrorlist", tag, address, enabled: true)
        + Section($"skyline-{tag}-debug", $"{tag} from Skyline, for debuggers", $"{address}/repos/{tag}/$basearch-debug/mirrorlist", tag, address, enabled: false)
        + Section($"skyline-{tag}-source", $"{tag} from Skyline, sources", $"{address}/repos/{tag}/src/mirrorlist", tag, address, enabled: false);

    static string Section(string id, string name, string url, string tag, string address, bool enabled) => $"""
        [{id}]
        name={name}
        mirrorlist={url}
        enabled={(enabled ? 1 : 0)}
        gpgcheck=1
        repo_gpgcheck=1
        gpgkey={address}/keys/{tag}.asc
        metadata_expire=60


        """;

    public static string AddressFor(this SkylineSettings settings, HttpContext http) =>
        settings.PublicUrl is { Length: > 0 } known ? known.TrimEnd('/') : $"{http.Request.Scheme}://{http.Request.Host}{http.Request.PathBase}";
}
