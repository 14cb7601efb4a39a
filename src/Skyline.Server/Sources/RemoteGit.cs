using System.Net;
using System.Net.Sockets;
using Skyline.Server.Shell;

namespace Skyline.Server.Sources;

/// <summary>Where git is to ask, judged beforehand: it is given the addresses too, resolves no name, and follows no redirect.</summary>
/// <param name="Pins">For curl: "HOST:PORT:ADDRESS,…"; null where a proxy resolves, or nobody needs to.</param>
/// <param name="Proxy">Null: none.</param>
sealed record RemoteGit(GitUrl Url, string? Pins, Uri? Proxy)
{
    /// <summary>As git is given it. Its own protocol has no way to pin an address but to name it.</summary>
    public string Address { get; private init; } = Url.Text;

    static readonly TimeSpan answerWithin = TimeSpan.FromSeconds(30);
    const string Service = "/info/refs?service=git-upload-pack";

    /// <summary>Asks the server for its refs as git would, following redirects by our own rules; what it says is thrown away.</summary>
    /// <exception cref="HttpRequestException">With a sentence for the packager.</exception>
    public static async Task<RemoteGit> Find(GitUrl url, OutwardHttp http, SkylineSettings settings, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(answerWithin);
        try
        {
            return url.Scheme == "git" ? await ByItsOwn(url, settings, patience.Token) : await OverHttp(url, http, settings, patience.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new HttpRequestException($"{url.Host} did not answer within {answerWithin.TotalSeconds} s.");
        }
        catch (SocketException fault)
        {
            throw new HttpRequestException($"{url.Host} cannot be found: {fault.Message}.", fault);
        }
    }

    static async Task<RemoteGit> ByItsOwn(GitUrl url, SkylineSettings settings, CancellationToken ct)
    {
        var address = (await OutwardHttp.Allowed(url.BareHost, Nearest(settings), ct))[0];
        return new RemoteGit(url, null, null) { Address = (url with { Host = InBrackets(address) }).Text };
    }

    static async Task<RemoteGit> OverHttp(GitUrl url, OutwardHttp http, SkylineSettings settings, CancellationToken ct)
    {
        using var answer = await http.Get(new Uri(url.Text + Service), Nearness.Private, ct);
        var (final, why) = Led(url, answer, settings);
        if (final is null) throw new HttpRequestException(why);
        var address = new Uri(final.Text);
        if (!HttpClient.DefaultProxy.IsBypassed(address) && HttpClient.DefaultProxy.GetProxy(address) is { } proxy) return new(final, null, proxy);
        var nearest = settings.FetchFromLocalAddresses ? Nearness.Local : final.Host == url.Host ? Nearness.Private : await OutwardHttp.LedFrom(url.BareHost, Nearness.Private, ct);
        var addresses = await OutwardHttp.Allowed(final.BareHost, nearest, ct);
        // (An address needs no resolving.)
        return new(final, IPAddress.TryParse(final.BareHost, out _) ? null : $"{final.Host}:{final.Port}:{string.Join(',', addresses.Select(InBrackets))}", null);
    }

    /// <summary>Where the answer came from at last, if that is a repository.</summary>
    static (GitUrl? Url, string? Why) Led(GitUrl asked, HttpResponseMessage answer, SkylineSettings settings) => answer switch
    {
        { StatusCode: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound } =>
            (null, $"{asked.Text} is no repository that anybody may read: the server answered {(int)answer.StatusCode} {answer.ReasonPhrase}."),
        { IsSuccessStatusCode: false } => (null, $"{asked.Text} answered {(int)answer.StatusCode} {answer.ReasonPhrase}{((int)answer.StatusCode is >= 300 and < 400 ? ", which is not followed there" : "")}."),
        _ when answer.Content.Headers.ContentType?.MediaType != "application/x-git-upload-pack-advertisement" => (null, $"{asked.Text} is no Git repository: what answers there does not speak git's protocol."),
        _ when answer.RequestMessage!.RequestUri!.AbsoluteUri is var last && !last.EndsWith(Service, StringComparison.Ordinal) => (null, $"{asked.Text} leads to {last}, which is no repository's address."),
        _ => Allowed(GitUrl.Parse(answer.RequestMessage!.RequestUri!.AbsoluteUri[..^Service.Length], [.. settings.GitSchemes, asked.Scheme]), settings),
    };

    static (GitUrl? Url, string? Why) Allowed((GitUrl? Url, string? Why) led, SkylineSettings settings) =>
        led.Url is { } url && !AllowedHosts.Permit(url.BareHost, settings.SourceHosts) ? (null, AllowedHosts.NotThis(url.BareHost).Sentence) : led;

    static Nearness Nearest(SkylineSettings settings) => settings.FetchFromLocalAddresses ? Nearness.Local : Nearness.Private;

    static string InBrackets(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : $"{address}";
}
