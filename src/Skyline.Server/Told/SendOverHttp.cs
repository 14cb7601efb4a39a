using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Skyline.Server.Edge;
using Skyline.Server.Shell;

namespace Skyline.Server.Told;

/// <summary>
/// One try of a delivery over HTTP. Whoever named the address may be hostile, and so may who answers: the address is judged as it is
/// connected to, redirects are not followed, and of the answer a page's beginning is read, within seconds.
/// </summary>
sealed class SendOverHttp(SkylineSettings settings, TimeProvider time) : IDisposable
{
    static readonly TimeSpan within = TimeSpan.FromSeconds(15), longestLeave = TimeSpan.FromHours(1);
    const int AnswerRead = 1 << 10;

    readonly Lazy<OutwardHttp> http = new(() => new(settings, Nearest(settings), WhyNot));

    /// <returns>Null, or why nothing is told there.</returns>
    public static string? WhyNot(SkylineSettings settings, System.Net.IPAddress address) => NearnessOf.Address(address) is var near && near > Nearest(settings) ? WhyNot(address.ToString(), near) : null;

    static Nearness Nearest(SkylineSettings settings) => settings.TellLocalAddresses ? Nearness.Local : settings.TellPrivateAddresses ? Nearness.Private : Nearness.Public;

    static string WhyNot(string host, Nearness near) => near == Nearness.Local
        ? $"{host} is a loopback or link-local address, which this server tells nothing (Skyline:TellLocalAddresses)."
        : $"{host} is an address of a private network, which this server tells nothing (Skyline:TellPrivateAddresses).";

    /// <param name="secrets">Headers that are in no row.</param>
    public async Task<Answered> Send(DueDelivery delivery, IEnumerable<(string Name, string Value)> secrets, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(within, time);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            using var request = Request(delivery, secrets);
            using var response = await http.Value.Send(request, any.Token);
            return Judged(response, await Beginning(response, any.Token));
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return Answered.Away($"It did not answer within {within.TotalSeconds:0} seconds.");
        }
        catch (HttpRequestException fault)
        {
            return Answered.Away(Bounded((fault.InnerException ?? fault).Message));
        }
        catch (Exception fault) when (fault is SocketException or IOException)
        {
            return Answered.Away(Bounded(fault.Message));
        }
    }

    static HttpRequestMessage Request(DueDelivery delivery, IEnumerable<(string Name, string Value)> secrets)
    {
        var request = new HttpRequestMessage(new(delivery.Method), delivery.Address) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(delivery.Body)) };
        var headers = JsonSerializer.Deserialize<Dictionary<string, string>>(delivery.Headers)!;
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(headers.GetValueOrDefault("Content-Type", "application/json; charset=utf-8"));
        foreach (var (name, value) in headers.Select(header => (header.Key, header.Value)).Where(header => header.Key != "Content-Type").Concat(secrets)) request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    static async Task<string> Beginning(HttpResponseMessage response, CancellationToken ct)
    {
        await using var body = await response.Content.ReadAsStreamAsync(ct);
        var bytes = new byte[AnswerRead];
        return Encoding.UTF8.GetString(bytes, 0, await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, ct));
    }

    Answered Judged(HttpResponseMessage response, string beginning) => (int)response.StatusCode switch
    {
        >= 200 and < 300 and var status => new(Fate.Taken, status, Bounded(beginning)),
        >= 300 and < 400 and var status => new(Fate.Later, status, $"It leads to {Bounded(response.Headers.Location?.ToString() ?? "nowhere")}, which is not followed: give the address that answers itself."),
        410 => new(Fate.Never, 410, Bounded(beginning)),
        var status when status is 429 or 502 or 503 or 504 => new(Fate.Later, status, Bounded(beginning), IsAway: true, Leave(response.Headers.RetryAfter)),
        var status => new(Fate.Later, status, Bounded(beginning)),
    };

    TimeSpan? Leave(RetryConditionHeaderValue? after) =>
        (after?.Delta ?? (after?.Date is { } date ? date - time.GetUtcNow() : null)) is { } asked ? TimeSpan.FromSeconds(Math.Clamp(asked.TotalSeconds, 0, longestLeave.TotalSeconds)) : null;

    /// <summary>Others' text, to be kept and shown: no control characters but line ends.</summary>
    static string Bounded(string text) => new([.. text.Take(AnswerRead).Select(c => char.IsControl(c) && c != '\n' || char.IsSurrogate(c) ? '\uFFFD' : c)]);

    public void Dispose()
    {
        if (http.IsValueCreated) http.Value.Dispose();
    }
}
