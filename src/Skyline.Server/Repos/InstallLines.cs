using Skyline.Protocol;

namespace Skyline.Server.Repos;

/// <summary>The lines by which a machine comes to a tag's repository, for each kind of client; where it asks who is there, with the place for a token.</summary>
/// <param name="Dnf">dnf 4 and dnf5.</param>
/// <param name="Copr">Null: `dnf copr enable` shows no password, so it finds no private tag.</param>
/// <param name="Docker">In a Containerfile.</param>
sealed record InstallLines(string Dnf, string Zypper, string Docker, string? Copr)
{
    /// <param name="address">This server's, without a slash at the end.</param>
    /// <param name="asks">Whether the repository asks for a password.</param>
    public static InstallLines Of(string tag, string address, bool asks)
    {
        var (part, id) = (TagAddress.Of(tag), $"skyline-{TagAddress.Of(tag)}");
        var file = $"{address}/repos/{part}/{part}.repo";
        if (asks)
            return new(
                $"skyline repo {tag} --with-token --output /etc/yum.repos.d/{id}.repo\ndnf install PACKAGE",
                $"printf 'username=ME\\npassword=TOKEN\\n' > /etc/zypp/credentials.d/skyline && chmod 600 /etc/zypp/credentials.d/skyline\nzypper addrepo '{address}/repos/{part}/$basearch/?credentials=skyline' {id}\nzypper install PACKAGE",
                $"RUN --mount=type=secret,id=repo,target=/etc/yum.repos.d/{id}.repo \\\n    dnf --assumeyes install PACKAGE\n# docker build --secret id=repo,src={id}.repo .", null);
        // (Port and path are no part of what the plugin takes: such a server is named in a file of its own.)
        var host = new Uri(address) is { IsDefaultPort: true, AbsolutePath: "/" } plain ? plain.Host : null;
        return new(
            $"curl -o /etc/yum.repos.d/{id}.repo {file}\ndnf install PACKAGE",
            $"curl -o /etc/zypp/repos.d/{id}.repo {file}\nzypper install PACKAGE",
            $"RUN curl --fail -o /etc/yum.repos.d/{id}.repo {file} && \\\n    dnf --assumeyes install PACKAGE",
            host is null
                ? $"# once, as this server has a port of its own: /etc/dnf/plugins/copr.d/skyline.conf\n# [skyline]\n# hostname = {new Uri(address).Host}\n# protocol = {new Uri(address).Scheme}\n# port = {new Uri(address).Port}\ndnf copr enable skyline/skyline/{part}"
                : $"dnf copr enable {host}/skyline/{part}");
    }
}
