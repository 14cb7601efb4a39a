namespace Skyline.Server.Edge;

/// <summary>TLS in the server itself, in one of three ways; none: it is spoken by a reverse proxy in front, or not at all.</summary>
public sealed class TlsSettings
{
    /// <summary>A file with the server's certificate, and those between it and its authority, in PEM; read again when it changes.</summary>
    public string Certificate { get; set; } = "";

    /// <summary>The file with its private key, in PEM and without a password; empty: it is in the certificate's file.</summary>
    public string Key { get; set; } = "";

    /// <summary>Whether the server is its own authority: it makes one, and a certificate that it renews itself.</summary>
    public bool OwnAuthority { get; set; }

    /// <summary>Names and addresses that a certificate of its own is for, beside the one people know it by and those of this machine.</summary>
    public string[] Names { get; set; } = [];

    /// <summary>The address of the directory of an authority that speaks ACME (RFC 8555).</summary>
    public string Acme { get; set; } = "";

    /// <summary>Who that authority writes to.</summary>
    public string AcmeMail { get; set; } = "";

    /// <summary>Whether its terms of service are agreed to; without that, most give no certificate.</summary>
    public bool AcmeTermsAgreed { get; set; }

    /// <summary>A file of the authorities that the ACME server's own certificate may be signed by, in PEM; empty: those that this machine trusts.</summary>
    public string AcmeAuthority { get; set; } = "";

    internal bool IsOn => Certificate.Length > 0 || OwnAuthority || Acme.Length > 0;

    /// <exception cref="InvalidOperationException">It cannot be like that, with a sentence.</exception>
    internal void Check(string publicUrl)
    {
        if ((Certificate.Length > 0 ? 1 : 0) + (OwnAuthority ? 1 : 0) + (Acme.Length > 0 ? 1 : 0) > 1)
            throw new InvalidOperationException("Skyline:Tls:Certificate, Skyline:Tls:OwnAuthority and Skyline:Tls:Acme are three ways to come by a certificate, and more than one is set: leave one.");
        if (Key.Length > 0 && Certificate.Length == 0) throw new InvalidOperationException("Skyline:Tls:Key names a key, and no certificate is set that it is for: set Skyline:Tls:Certificate too.");
        if (Acme.Length == 0) return;
        if (!Uri.TryCreate(Acme, UriKind.Absolute, out var directory) || directory.Scheme != "https") throw new InvalidOperationException($"Skyline:Tls:Acme is '{Acme}': it is the https address of an authority's directory, such as https://acme-v02.api.letsencrypt.org/directory.");
        if (!Uri.TryCreate(publicUrl, UriKind.Absolute, out var known) || known.Scheme != "https")
            throw new InvalidOperationException("With Skyline:Tls:Acme the server asks for a certificate for its own name: set Skyline:PublicUrl to its https address.");
    }
}
