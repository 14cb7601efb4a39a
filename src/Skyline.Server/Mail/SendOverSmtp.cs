using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using MimeKit.Utils;
using Skyline.Server.Signing;
using Skyline.Server.Storage;
using Skyline.Server.Told;

namespace Skyline.Server.Mail;

/// <summary>One try of a letter by the mail server that is set. Its 4xx are tried again, its 5xx are not; a server that is not there, or does not know us, rests.</summary>
sealed class SendOverSmtp(SkylineSettings settings, TimeProvider time)
{
    const int Patience = 30_000;

    public async Task<Answered> Send(DueDelivery delivery, CancellationToken ct)
    {
        if (WriteLetters.WhyOff(settings) is { } off) return Answered.Away(off);
        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(Patience * 2), time);
            using var any = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
            using var smtp = new SmtpClient { Timeout = Patience };
            await Connect(smtp, any.Token);
            var answer = await smtp.SendAsync(Message(Letter.Read(delivery.Body), delivery.Name), any.Token);
            await smtp.DisconnectAsync(true, CancellationToken.None);
            return new(Fate.Taken, 250, Letter.OneLine(answer));
        }
        catch (Exception fault) when (Judged(fault, ct) is { } answered)
        {
            return answered;
        }
    }

    async Task Connect(SmtpClient smtp, CancellationToken ct)
    {
        var mail = settings.Mail;
        if (mail.CertificateFile.Length > 0)
        {
            smtp.CheckCertificateRevocation = false;
            smtp.ServerCertificateValidationCallback = (_, certificate, _, errors) => IsTrusted(certificate, errors, mail.CertificateFile);
        }
        await smtp.ConnectAsync(mail.Host, mail.PortOrUsual, mail.Security switch { MailSecurity.Tls => SecureSocketOptions.SslOnConnect, MailSecurity.None => SecureSocketOptions.None, _ => SecureSocketOptions.StartTls }, ct);
        if (mail.User.Length == 0) return;
        var password = OwnFile.Read(mail.PasswordFile) ?? throw new InvalidOperationException($"The file {mail.PasswordFile} with the mail server's password is not there (Skyline:Mail:PasswordFile).");
        await smtp.AuthenticateAsync(mail.User, password.TrimEnd('\n', '\r'), ct);
    }

    MimeMessage Message(Letter letter, string name)
    {
        var from = MailboxAddress.Parse(settings.Mail.From);
        var message = new MimeMessage { Subject = Letter.OneLine(letter.Subject), Date = letter.At.ToTime(), MessageId = $"{name}@{from.Domain}", Body = new TextPart("plain") { Text = letter.Text } };
        message.From.Add(from);
        message.To.Add(new MailboxAddress(null, letter.To));
        // No answer is wanted from out-of-office programs (RFC 3834).
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        if (letter.Unsubscribe is not { } link) return message;
        message.Headers.Add(HeaderId.ListUnsubscribe, $"<{link}>");
        message.Headers.Add("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
        return message;
    }

    static Answered? Judged(Exception fault, CancellationToken ct) => fault switch
    {
        OperationCanceledException when ct.IsCancellationRequested => null,
        SmtpCommandException { ErrorCode: SmtpErrorCode.RecipientNotAccepted } refused when (int)refused.StatusCode >= 500 => new(Fate.Never, (int)refused.StatusCode, Letter.OneLine(refused.Message), RefusesAddress: true),
        SmtpCommandException { ErrorCode: SmtpErrorCode.RecipientNotAccepted or SmtpErrorCode.MessageNotAccepted } later => new((int)later.StatusCode >= 500 ? Fate.Never : Fate.Later, (int)later.StatusCode, Letter.OneLine(later.Message)),
        SmtpCommandException other => new(Fate.Later, (int)other.StatusCode, Letter.OneLine(other.Message), IsAway: true),
        AuthenticationException => Answered.Away("The mail server does not take this user and password (Skyline:Mail:User, Skyline:Mail:PasswordFile)."),
        SslHandshakeException => Answered.Away("The mail server's certificate is not trusted here, or is another server's (Skyline:Mail:CertificateFile)."),
        NotSupportedException => Answered.Away("The mail server offers no STARTTLS, and nothing is sent in the clear (Skyline:Mail:Security)."),
        OperationCanceledException or TimeoutException => Answered.Away("The mail server did not answer in time."),
        SocketException or IOException or ProtocolException or CommandException or ServiceNotConnectedException or ServiceNotAuthenticatedException or InvalidOperationException or ParseException => Answered.Away(Letter.OneLine(fault.Message)),
        _ => null,
    };

    static bool IsTrusted(X509Certificate? certificate, SslPolicyErrors errors, string file)
    {
        if (certificate is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != 0) return false;
        var roots = new X509Certificate2Collection();
        roots.ImportFromPemFile(file);
        using var chain = new X509Chain { ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck } };
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        using var shown = new X509Certificate2(certificate);
        return chain.Build(shown);
    }
}
