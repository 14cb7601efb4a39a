using System.Net;
using System.Net.Sockets;
using Skyline.Server.Edge;
using Skyline.Server.Shell;

namespace Skyline.Server.Sources;

/// <summary>Where git is to ask, judged beforehand: it is given the addresses too, resolves no name, and follows no redirect.</summary>
/// <param name="Pins">For curl: "HOST:PORT:ADDRESS,…"; null where a proxy resolves, or nobody needs to.</param>
/// <param name="Proxy">Null: none.</param>
/// <param name="Nearest">How near to this server it may be, and so what it names.</param>
/// <param name="Credential">What opens it; null: nothing does, or nothing must.</param>
sealed record RemoteGit(GitUrl Url, string? Pins, Uri? Proxy, Nearness Nearest, GitCredential? Credential)
{
    /// <summary>As git is given it. Its own protocol has no way to pin an address but to name it.</summary>
    public string Address { get; private init; } = Url.Text;

    static readonly TimeSpan answerWithin = TimeSpan.FromSeconds(30);
    const string Service = "/info/refs?service=git-upload-pack";

    /// <summary>Asks the server for its refs as git would, following redirects by our own rules; what it says is thrown away.</summary>
    /// <param name="nearest">How near to this server it may be: what a person names may be in a private network, a submodule no nearer than its repository.</param>
    /// <exception cref="HttpRequestException">With a sentence for the packager.</exception>
    public static async Task<RemoteGit> Find(GitUrl url, OutwardHttp http, SkylineSettings settings, Nearness nearest, GitCredential? credential, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(answerWithin);
        try
        {
            return url.Scheme == "git" ? await ByItsOwn(url, settings, nearest, patience.Token) : await OverHttp(url, http, settings, nearest, credential, patience.Token);
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

    static async Task<RemoteGit> ByItsOwn(GitUrl url, SkylineSettings settings, Nearness nearest, CancellationToken ct)
    {
        var address = (await OutwardHttp.Allowed(url.BareHost, settings.FetchFromLocalAddresses ? Nearness.Local : nearest, ct))[0];
        return new RemoteGit(url, null, null, nearest, null) { Address = (url with { Host = InBrackets(address) }).Text };
    }

    static async Task<RemoteGit> OverHttp(GitUrl url, OutwardHttp http, SkylineSettings settings, Nearness asked, GitCredential? credential, CancellationToken ct)
    {
        using var answer = await http.Get(new Uri(url.Text + Service), asked, ct, credential?.Headers);
        var (final, why) = Led(url, answer, settings, credential);
        if (final is null) throw new HttpRequestException(why);
        if (credential?.Opens(final) is not true) credential = null;
        var address = new Uri(final.Text);
        if (new OutwardProxy(settings.Proxy).WithUser(address) is { } proxy) return new(final, null, proxy, asked, credential);
        var nearest = settings.FetchFromLocalAddresses ? Nearness.Local : final.Host == url.Host ? asked : await OutwardHttp.LedFrom(url.BareHost, asked, ct);
        var addresses = await OutwardHttp.Allowed(final.BareHost, nearest, ct);
        // (An address needs no resolving.)
        return new(final, IPAddress.TryParse(final.BareHost, out _) ? null : $"{final.Host}:{final.Port}:{string.Join(',', addresses.Select(InBrackets))}", null, nearest, credential);
    }

    /// <summary>Where the answer came from at last, if that is a repository.</summary>
    static (GitUrl? Url, string? Why) Led(GitUrl asked, HttpResponseMessage answer, SkylineSettings settings, GitCredential? credential) => answer switch
    {
        { StatusCode: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound } =>
            (null, credential is null ? $"{asked.Text} is no repository that anybody may read: the server answered {(int)answer.StatusCode} {answer.ReasonPhrase}. What opens a private one is given with `skyline git-credential add`."
                : $"{asked.Text} is not opened by the credential for {credential.Address}: the server answered {(int)answer.StatusCode} {answer.ReasonPhrase}."),
        { IsSuccessStatusCode: false } => (null, $"{asked.Text} answered {(int)answer.StatusCode} {answer.ReasonPhrase}{((int)answer.StatusCode is >= 300 and < 400 ? ", which is not followed there" : "")}."),
        _ when answer.Content.Headers.ContentType?.MediaType != "application/x-git-upload-pack-advertisement" => (null, $"{asked.Text} is no Git repository: what answers there does not speak git's protocol."),
        _ when answer.RequestMessage!.RequestUri!.AbsoluteUri is var last && !last.EndsWith(Service, StringComparison.Ordinal) => (null, $"{asked.Text} leads to {last}, which is no repository's address."),
        _ => Allowed(GitUrl.Parse(answer.RequestMessage!.RequestUri!.AbsoluteUri[..^Service.Length], [.. settings.GitSchemes, asked.Scheme]), settings),
    };

    static (GitUrl? Url, string? Why) Allowed((GitUrl? Url, string? Why) led, SkylineSettings settings) =>
        led.Url is { } url && !AllowedHosts.Permit(url.BareHost, settings.SourceHosts) ? (null, AllowedHosts.NotThis(url.BareHost).Sentence) : led;

    static string InBrackets(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : $"{address}";
}
