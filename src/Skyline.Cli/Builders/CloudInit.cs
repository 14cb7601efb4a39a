using System.Text;
using System.Text.Json;

namespace Skyline.Cli.Builders;

/// <summary>
/// User data for a machine of a cloud (OpenStack, EC2-compatible ones), by which cloud-init makes it a builder at its first boot. Pure.
/// </summary>
/// <param name="Server">The server, as the machine reaches it.</param>
/// <param name="Token">The builder's token: it goes into a file of root's alone.</param>
/// <param name="RepoFile">Where the package skyline-builder comes from, as a .repo file; null: from what the image has.</param>
/// <param name="Authority">Certificates in PEM that the server's is signed by; null: those that the image trusts.</param>
sealed record CloudInit(string Server, string Token, string? RepoFile, string? Authority)
{
    const string Certificate = "-----BEGIN CERTIFICATE-----", CertificateEnd = "-----END CERTIFICATE-----";

    /// <summary>The order in which cloud-init does it: authorities and files first, then the package, then the service.</summary>
    public string UserData()
    {
        var text = new StringBuilder("#cloud-config\n");
        if (Authority is not null)
        {
            text.Append("ca_certs:\n  trusted:\n");
            foreach (var certificate in Certificates(Authority)!) text.Append("    - |\n").Append(Indented(certificate, 6));
        }
        text.Append("write_files:\n");
        if (RepoFile is not null) text.Append(WrittenFile("/etc/yum.repos.d/skyline.repo", "0644", RepoFile));
        text.Append(WrittenFile("/etc/skyline/builder.conf", "0644", $"server = {Server}\n"));
        text.Append(WrittenFile("/etc/skyline/builder.token", "0600", Token + "\n"));
        text.Append("packages:\n  - skyline-builder\n");
        text.Append("runcmd:\n  - [systemctl, enable, --now, skyline-builder.service]\n");
        return text.ToString();
    }

    /// <summary>The certificates of a PEM file and nothing else of it: a private key in the same file stays where it is.</summary>
    /// <returns>null where there is none.</returns>
    public static IReadOnlyList<string>? Certificates(string pem)
    {
        List<string> found = [];
        for (var at = pem.IndexOf(Certificate, StringComparison.Ordinal); at >= 0; at = pem.IndexOf(Certificate, at + 1, StringComparison.Ordinal))
        {
            var end = pem.IndexOf(CertificateEnd, at, StringComparison.Ordinal);
            if (end < 0) return null;
            found.Add(pem[at..(end + CertificateEnd.Length)]);
        }
        return found.Count > 0 && found.All(one => one.All(letter => letter is '\n' or '\r' or (>= ' ' and <= '~'))) ? found : null;
    }

    /// <summary>A double-quoted string of YAML is one of JSON: whatever a server put into its answer stays within it.</summary>
    static string WrittenFile(string path, string mode, string content) =>
        $"  - path: {path}\n    owner: root:root\n    permissions: '{mode}'\n    content: \"{JsonEncodedText.Encode(content)}\"\n";

    static string Indented(string text, int by) =>
        string.Concat(text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(line => new string(' ', by) + line + "\n"));
}
