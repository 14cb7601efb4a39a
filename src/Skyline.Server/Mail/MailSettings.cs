namespace Skyline.Server.Mail;

/// <summary>STARTTLS or no mail; TLS from the start; neither, for a mail server on this machine.</summary>
public enum MailSecurity { StartTls, Tls, None }

/// <summary>By which mail server people are written to: `Skyline:Mail:Host` and so on. Off without a host.</summary>
public sealed class MailSettings
{
    public string Host { get; set; } = "";

    /// <summary>0: 587 with STARTTLS, 465 with TLS, 25 without.</summary>
    public int Port { get; set; }

    public MailSecurity Security { get; set; }

    /// <summary>Who it is from: "Skyline &lt;builds@example.org&gt;".</summary>
    public string From { get; set; } = "";

    /// <summary>Who this server is to the mail server; empty: it does not say.</summary>
    public string User { get; set; } = "";

    /// <summary>A file with that user's password, readable by the server's user alone.</summary>
    public string PasswordFile { get; set; } = "";

    /// <summary>A file with the certificates that the mail server's may be signed by, in PEM; empty: those that this machine trusts.</summary>
    public string CertificateFile { get; set; } = "";

    public bool IsOn => Host.Length > 0;

    public int PortOrUsual => Port != 0 ? Port : Security switch { MailSecurity.Tls => 465, MailSecurity.None => 25, _ => 587 };
}
