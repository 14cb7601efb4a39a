using System.Net;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using Skyline.Server.Builders;
using Skyline.Server.People;
using Skyline.Server.Shell;

namespace Skyline.Server.Metrics;

/// <summary>
/// `/metrics`, as Prometheus reads it, for who asks from a network that a setting names, or with an administrator's token. OpenTelemetry is loaded when it is first asked for: a server
/// that nobody watches does not pay for it.
/// </summary>
sealed class ServeMetrics(IServiceProvider services, StateNow state, SkylineSettings settings) : IDisposable
{
    static readonly double[] minutes = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400, 28_800, 86_400];
    static readonly double[] soon = [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600, 14_400, 86_400];

    readonly Lock loading = new();
    MeterProvider? provider;
    RequestDelegate? answer;

    public Task Answer(HttpContext http)
    {
        if (!MayAsk(http)) return WriteRefusal(http);
        var scrape = answer ?? Load();
        state.Anew();
        return scrape(http);
    }

    bool MayAsk(HttpContext http) => http.User.IsAdmin() || http.Connection.RemoteIpAddress is { } from && settings.MetricsFrom.Any(network => IPNetwork.TryParse(network, out var of) && of.Contains(from.IsIPv4MappedToIPv6 ? from.MapToIPv4() : from));

    static Task WriteRefusal(HttpContext http) =>
        new Refusal(StatusCodes.Status403Forbidden, $"Metrics are not given to {http.Connection.RemoteIpAddress}. Its administrator names the networks that may ask for them (MetricsFrom), or the question comes with an administrator's token.").AsResult().ExecuteAsync(http);

    RequestDelegate Load()
    {
        lock (loading)
        {
            if (answer is not null) return answer;
            state.Begin();
            provider = Sdk.CreateMeterProviderBuilder().AddMeter(Counted.Meter, state.Meter, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel")
                .AddView("skyline.build.duration", new ExplicitBucketHistogramConfiguration { Boundaries = minutes }).AddView("skyline.run.duration", new ExplicitBucketHistogramConfiguration { Boundaries = minutes })
                .AddView("skyline.run.wait.duration", new ExplicitBucketHistogramConfiguration { Boundaries = soon }).AddView("skyline.snapshot.publish.duration", new ExplicitBucketHistogramConfiguration { Boundaries = soon })
                .ConfigureResource(resource => resource.AddService("skyline-server", serviceVersion: VersionNotice.Own))
                .AddPrometheusExporter(options => (options.ScrapeResponseCacheDurationMilliseconds, options.ScopeInfoEnabled) = (0, false)).Build();
            var branch = new ApplicationBuilder(services);
            branch.UseOpenTelemetryPrometheusScrapingEndpoint(provider, _ => true, null, null, null);
            return answer = branch.Build();
        }
    }

    public void Dispose() => provider?.Dispose();
}

static class MetricsEndpoint
{
    public static void MapMetrics(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/metrics", (HttpContext http, ServeMetrics metrics) => metrics.Answer(http)).Needs(Right.Enter).ExcludeFromDescription();
}
