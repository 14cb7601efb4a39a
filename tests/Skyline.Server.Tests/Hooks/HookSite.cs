using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Skyline.Protocol;

namespace Skyline.Server.Tests.Hooks;

/// <summary>A site with a hook of a packager's, and a forge that speaks to it. The repository's own server takes connections and never answers, so builds wait as long as they are let.</summary>
sealed class HookSite : IAsyncDisposable
{
    readonly TcpListener silent = new(IPAddress.Loopback, 0);
    int deliveries;

    public required Site Site { get; init; }
    public required Voice Voice { get; init; }
    public required SkylineClient Packager { get; init; }
    public required LaterTime Time { get; init; }
    public AddedHook Added { get; private set; } = null!;
    public string Secret { get; set; } = "";

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static Task<HookSite> Open(Forge forge, Func<NewHook, NewHook>? change = null, params string[] settings) => OpenOf(forge, null, change, settings);

    /// <param name="repository">Its address; null: at the server that never answers.</param>
    public static async Task<HookSite> OpenOf(Forge forge, string? repository, Func<NewHook, NewHook>? change = null, params string[] settings)
    {
        var time = new LaterTime();
        var site = await Site.Open(null, services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(time)), ["--Skyline:FetchFromLocalAddresses=true", "--Skyline:GitSchemes:0=http", .. settings]);
        var all = new HookSite { Site = site, Voice = (Voice)Activator.CreateInstance(Voice.Of(forge).GetType())!, Packager = await site.Person("packager"), Time = time };
        all.silent.Start();
        all.Voice.Repository = repository ?? $"http://{all.silent.LocalEndpoint}/rpms/hello";
        var wanted = new NewHook("hello", all.Voice.Repository, "paper", forge, Branches: ["main", "rpms/**"], Tags: ["v*"], PullRequests: PullRequestsOf.Members, Secret: forge == Forge.Pagure ? "PAGUREMAKESTHISONE0123456789" : null);
        all.Added = await all.Packager.AddHook(change?.Invoke(wanted) ?? wanted, Ct);
        all.Secret = all.Added.Secret ?? wanted.Secret!;
        return all;
    }

    public sealed record Answer(HttpStatusCode Status, HookAnswer? Said, string Text, TimeSpan? RetryAfter);

    /// <param name="id">What the forge calls it; null: something new.</param>
    /// <param name="change">Of the request, when it is signed.</param>
    public async Task<Answer> Deliver((string Event, string Body) what, string? id = null, string? secret = null, Action<HttpRequestMessage>? change = null, string? address = null)
    {
        using var request = Signed(what, id, secret, address);
        change?.Invoke(request);
        return await Send(request);
    }

    public HttpRequestMessage Signed((string Event, string Body) what, string? id = null, string? secret = null, string? address = null, string type = "application/json")
    {
        var body = Encoding.UTF8.GetBytes(what.Body);
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Site.Address, new Uri(address ?? Added.Hook.Address).AbsolutePath)) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        Voice.Sign(request, what.Event, body, secret ?? Secret, id ?? $"delivery-{Interlocked.Increment(ref deliveries)}", Time.GetUtcNow());
        return request;
    }

    public async Task<Answer> Send(HttpRequestMessage request)
    {
        using var response = await Site.Http().SendAsync(request, Ct);
        var text = await response.Content.ReadAsStringAsync(Ct);
        return new(response.StatusCode, response.IsSuccessStatusCode ? JsonSerializer.Deserialize(text, SkylineJson.Default.HookAnswer) : null, text, response.Headers.RetryAfter?.Delta);
    }

    /// <summary>The newest first.</summary>
    public async Task<IReadOnlyList<HookDelivery>> Deliveries() => (await Packager.HookDeliveries("hello", Ct)).Deliveries;

    public async Task<IReadOnlyList<BuildSummary>> Builds() => (await Site.Admin.Builds(Ct)).Builds;

    public Task<BuildDetails> Build(HookAnswer? said) => Site.Admin.Build(said!.Build!.Value, Ct);

    /// <summary>A commit that nobody has: its first digits say which.</summary>
    public static string Commit(int number) => number.ToString("x8", System.Globalization.CultureInfo.InvariantCulture) + "0123456789abcdef0123456789abcdef";

    public async ValueTask DisposeAsync()
    {
        await Site.DisposeAsync();
        silent.Dispose();
    }
}
