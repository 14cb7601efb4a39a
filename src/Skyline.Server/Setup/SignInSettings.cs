using Skyline.Server.People;

namespace Skyline.Server;

/// <summary>Certificates of TLS clients as a way to be somebody; without an authority nobody is asked for one.</summary>
public sealed class ClientCertificateSettings
{
    /// <summary>A file of the authorities' certificates, in PEM: whoever holds a key of theirs says who people are.</summary>
    public string Authority { get; set; } = "";

    /// <summary>A file of revocation lists, in PEM or DER, read again when it changes; empty: nothing is revoked but by letting its person in no more.</summary>
    public string Revoked { get; set; } = "";

    /// <summary>What of a certificate is its person's name.</summary>
    public CertificateName Name { get; set; }
}

/// <summary>The common name of its subject, or what is before the @ of its e-mail address (of its alternative names, else of its subject).</summary>
public enum CertificateName { CommonName, Email }

/// <summary>An OpenID Connect provider that people may sign in with; without an authority there is none.</summary>
public sealed class OidcSettings
{
    /// <summary>The provider's address, exactly as its tokens name their issuer.</summary>
    public string Authority { get; set; } = "";

    public string ClientId { get; set; } = "";

    /// <summary>The file that holds the client's secret, for its owner alone; empty: a public client, which has none.</summary>
    public string ClientSecretFile { get; set; } = "";

    /// <summary>What the button on the sign-in page says.</summary>
    public string Name { get; set; } = "single sign-on";

    /// <summary>Asked for beside `openid` and `profile`.</summary>
    public string[] Scopes { get; set; } = [];

    /// <summary>The claim that names somebody who signs in for the first time.</summary>
    public string NameClaim { get; set; } = "preferred_username";

    /// <summary>The claim whose values say roles.</summary>
    public string RolesClaim { get; set; } = "groups";

    /// <summary>Of each role, the values that give it; the highest counts. Without any, the provider says nothing about roles.</summary>
    public Dictionary<string, string[]> Roles { get; set; } = [];

    /// <summary>Of each team, the values whose people are in it; who is in those teams is then the provider's word, at each sign-in.</summary>
    public Dictionary<string, string[]> Teams { get; set; } = [];

    /// <summary>The role of who has none by those; empty: they are refused, or, where the provider says nothing about roles, become viewers.</summary>
    public string Role { get; set; } = "";

    /// <summary>Whether who is not known here becomes a person; otherwise they need an invitation, or link their account on /me.</summary>
    public bool Welcome { get; set; }

    /// <summary>Whether the provider asks for a second factor itself, so that none is asked for here.</summary>
    public bool AsksSecondFactor { get; set; }

    public bool IsOn => Authority.Length > 0;

    /// <exception cref="InvalidOperationException">They make no sense, with a sentence.</exception>
    public void Check()
    {
        if (!Uri.TryCreate(Authority, UriKind.Absolute, out var address) || address.Scheme != "https" && !address.IsLoopback)
            throw new InvalidOperationException($"'{Authority}' is not the https address of an OpenID Connect provider (Skyline__Oidc__Authority).");
        if (ClientId.Length == 0) throw new InvalidOperationException("Which client is Skyline at the provider? Skyline__Oidc__ClientId is not set.");
        foreach (var role in Roles.Keys.Append(Role).Where(role => role.Length > 0 && !Rights.IsRole(role)))
            throw new InvalidOperationException($"There is no role '{role}' (Skyline__Oidc__Roles, Skyline__Oidc__Role); there are {Rights.RoleWords}.");
    }

    /// <exception cref="InvalidOperationException">Others can read it.</exception>
    public string? Secret()
    {
        if (ClientSecretFile.Length == 0) return null;
        if (File.Exists(ClientSecretFile) && (File.GetUnixFileMode(ClientSecretFile) & UnixFileMode.OtherRead) != 0)
            throw new InvalidOperationException($"{ClientSecretFile} can be read by everybody on this machine (Skyline__Oidc__ClientSecretFile): find out who did, ask the provider for another secret, and chmod 600 the file.");
        return File.ReadAllText(ClientSecretFile).Trim();
    }
}
