using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Skyline.Cli.Terminal;

namespace Skyline.Cli.Connection;

/// <summary>The authority that a server's certificate must be of, in PEM, where it is none that this machine trusts: that one, and no other, for that server.</summary>
static class ServerAuthority
{
    const int Largest = 64 << 10;

    public static string FromFile(string path)
    {
        try
        {
            using var file = File.OpenText(path);
            var text = new char[Largest];
            return Check(new string(text, 0, file.ReadBlock(text)), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StopException.Usage($"The authority's file {path} cannot be read: {e.Message}");
        }
    }

    /// <summary>From the server itself, which nobody trusts yet: it is what the fingerprint says, or it is not taken.</summary>
    /// <param name="fingerprint">SHA-256 of the certificate, in hexadecimal digits, with colons or without.</param>
    public static async Task<string> Fetch(Uri server, string fingerprint, CancellationToken ct)
    {
        var wanted = new string([.. fingerprint.Where(char.IsAsciiHexDigit)]).ToLowerInvariant();
        if (wanted.Length != 64 || fingerprint.Any(letter => !char.IsAsciiHexDigit(letter) && letter is not (':' or ' '))) throw StopException.Usage($"{Untrusted.Line(fingerprint)} is no SHA-256 of a certificate: it has 64 hexadecimal digits.");
        using var http = OpenConnection.ToAnybody(server);
        using var answer = await http.GetAsync("ca.crt", HttpCompletionOption.ResponseHeadersRead, ct);
        if (!answer.IsSuccessStatusCode) throw StopException.Usage($"{ServerAddress.Shown(server)} has no authority of its own (it answered {(int)answer.StatusCode}); name the file of the authority with --ca.");
        await answer.Content.LoadIntoBufferAsync(Largest, ct);
        var pem = Check(await answer.Content.ReadAsStringAsync(ct), "what the server sent");
        using var certificate = X509Certificate2.CreateFromPem(pem);
        var found = certificate.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant();
        return found == wanted ? pem : throw StopException.Usage($"The authority of {ServerAddress.Shown(server)} has another fingerprint ({found}): this is another server, or somebody is between. It is not trusted.");
    }

    public static X509ChainPolicy Policy(string pem)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPem(pem);
        return policy;
    }

    static string Check(string pem, string from)
    {
        try
        {
            var all = new X509Certificate2Collection();
            all.ImportFromPem(pem);
            if (all.Count > 0) return pem.Trim() + "\n";
        }
        catch (CryptographicException)
        {
            // (Said below.)
        }
        throw StopException.Usage($"There is no certificate in {from}: it is to hold the authority's, in PEM (-----BEGIN CERTIFICATE-----).");
    }
}
