using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Skyline.Protocol;

namespace Skyline.Server.Edge.Acme;

/// <summary>
/// A certificate that an authority gives by ACME, kept in the database and renewed when two thirds of its time are over. Until there is one, and where the
/// last is over, what is shown is the server's own word for itself: the doors must be open for the authority to look.
/// </summary>
sealed class AcmeCertificate(SkylineSettings settings, OwnCertificates kept, AcmeProofs proofs, IHostApplicationLifetime life, TimeProvider time, ILogger<AcmeCertificate> log) : BackgroundService, ICertificateSource
{
    const string Name = "acme certificate", AccountName = "acme account";
    static readonly TimeSpan firstPause = TimeSpan.FromMinutes(1), longestPause = TimeSpan.FromHours(12), answerWithin = TimeSpan.FromSeconds(60);

    volatile SslStreamCertificateContext? shown;
    volatile string? fault;
    volatile bool makeshift;

    public void Open()
    {
        if (kept.Find(Name) is { } found) Show(found.Content, found.Key);
        if (shown is not null && shown.TargetCertificate.NotAfter > time.GetUtcNow()) return;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        shown = SslStreamCertificateContext.Create(IssueCertificate.Authority(OwnNames.Of(settings), key, time.GetUtcNow()), null, offline: true);
        makeshift = true;
    }

    public SslStreamCertificateContext Now() => shown!;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (life.ApplicationStarted.Register(open.SetResult)) await open.Task.WaitAsync(stoppingToken);
        var pause = firstPause;
        while (!stoppingToken.IsCancellationRequested)
        {
            var due = makeshift ? time.GetUtcNow() : RenewAt(shown!.TargetCertificate);
            // (A timer runs for some weeks at most.)
            if (due - time.GetUtcNow() is var wait && wait > TimeSpan.Zero)
            {
                await Task.Delay(wait < TimeSpan.FromDays(1) ? wait : TimeSpan.FromDays(1), time, stoppingToken);
                continue;
            }
            if (await Try(stoppingToken))
            {
                pause = firstPause;
                continue;
            }
            await Task.Delay(pause, time, stoppingToken);
            pause = pause * 2 < longestPause ? pause * 2 : longestPause;
        }
    }

    async Task<bool> Try(CancellationToken ct)
    {
        try
        {
            await Renew(ct);
            fault = null;
            return true;
        }
        catch (Exception refused) when (!ct.IsCancellationRequested && refused is AcmeRefusedException or HttpRequestException or TaskCanceledException or CryptographicException or InvalidOperationException or System.Text.Json.JsonException)
        {
            fault = refused is HttpRequestException ? $"{settings.Tls.Acme} cannot be reached: {(refused.InnerException ?? refused).Message}" : refused is TaskCanceledException ? $"{settings.Tls.Acme} did not answer." : refused.Message;
            log.LogError("No certificate came from {Directory}: {Why}", settings.Tls.Acme, fault);
            return false;
        }
    }

    async Task Renew(CancellationToken ct)
    {
        var host = new Uri(settings.PublicUrl).IdnHost;
        var account = kept.Find(AccountName);
        using var key = account?.Key ?? ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var http = OutwardHttp.ToThose(settings, settings.Tls.AcmeAuthority, answerWithin);
        var acme = new AcmeClient(http, new(settings.Tls.Acme), key);
        acme.Account = await Register(acme, ct);
        if (account is null) await kept.Keep(AccountName, acme.Account, key, ct);
        var (chain, certified) = await new OrderCertificate(acme, proofs, time).Order([host], ct);
        await kept.Keep(Name, chain, certified, ct);
        Show(chain, certified);
        makeshift = false;
        log.LogInformation("{Directory} gave a certificate for {Host}, good until {Until:yyyy-MM-dd}", settings.Tls.Acme, host, shown!.TargetCertificate.NotAfter.ToUniversalTime());
    }

    /// <summary>Who has an account already is told where it is, so this is asked each time: an authority may have been set anew.</summary>
    async Task<string> Register(AcmeClient acme, CancellationToken ct)
    {
        var wanted = new JsonObject();
        if (settings.Tls.AcmeTermsAgreed) wanted["termsOfServiceAgreed"] = true;
        if (settings.Tls.AcmeMail.Length > 0) wanted["contact"] = new JsonArray($"mailto:{settings.Tls.AcmeMail}");
        return (await acme.Post(await acme.Place("newAccount", ct), wanted, ct)).Location ?? throw new AcmeRefusedException("The authority did not say where the account is.");
    }

    void Show(string chain, ECDsa key)
    {
        using (key)
        {
            var all = OwnCertificates.Parse(chain);
            if (all.Count == 0) throw new AcmeRefusedException("What the authority gave is no certificate.");
            shown = SslStreamCertificateContext.Create(all[0].CopyWithPrivateKey(key), [.. all.Skip(1)], offline: true);
        }
    }

    static DateTimeOffset RenewAt(X509Certificate2 certificate) => new DateTimeOffset(certificate.NotBefore.ToUniversalTime()) + (certificate.NotAfter - certificate.NotBefore) * 2 / 3;

    public Health.Finding Look(DateTimeOffset now)
    {
        var (directory, until) = (settings.Tls.Acme, shown!.TargetCertificate.NotAfter.ToUniversalTime());
        return (fault, makeshift) switch
        {
            ({ } why, true) => new("certificates", HealthState.Fault, $"This server has no certificate yet from {directory}: {why}", $"It tries again by itself, later each time; a restart tries at once."),
            ({ } why, false) => new("certificates", until < now + TimeSpan.FromDays(7) ? HealthState.Fault : HealthState.Warning, $"This server's certificate is good until {until:yyyy-MM-dd}, and {directory} gave no other: {why}", $"It tries again by itself, later each time; a restart tries at once."),
            (null, true) => new("certificates", HealthState.Warning, $"This server waits for its first certificate from {directory}.", $"Look again in a minute."),
            _ => Health.Finding.Ok("certificates", $"This server's certificate from {directory} is good until {until:yyyy-MM-dd}; the next is asked for by itself."),
        };
    }
}
