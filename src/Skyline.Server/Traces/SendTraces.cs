using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Skyline.Server.Builders;

namespace Skyline.Server.Traces;

/// <summary>Sends spans to a collector, by OTLP, where the settings or OpenTelemetry's own variables name one; otherwise none of it is loaded.</summary>
sealed class SendTraces(SkylineSettings settings) : IHostedService, IDisposable
{
    TracerProvider? provider;

    static bool IsNamed(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 };

    static bool ByEnvironment => IsNamed("OTEL_EXPORTER_OTLP_ENDPOINT") || IsNamed("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (settings.TracesTo.Length > 0 || ByEnvironment) Load();
        return Task.CompletedTask;
    }

    /// <summary>Apart, so that nothing of it is read where it is not wanted.</summary>
    void Load() => provider = Sdk.CreateTracerProviderBuilder().AddSource(Traced.Name).SetSampler(new AlwaysOnSampler())
        .ConfigureResource(resource => resource.AddService("skyline-server", serviceVersion: VersionNotice.Own))
        .AddOtlpExporter(Where).Build();

    void Where(OtlpExporterOptions options)
    {
        if (settings.TracesTo.Length == 0) return;
        options.Protocol = OtlpExportProtocol.HttpProtobuf;
        options.Endpoint = new Uri(settings.TracesTo.TrimEnd('/') + (settings.TracesTo.EndsWith("/v1/traces", StringComparison.Ordinal) ? "" : "/v1/traces"));
    }

    /// <summary>What has not been sent yet is, for as long as a stop may take.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Task.Run(() => provider?.ForceFlush(5000), CancellationToken.None);

    public void Dispose() => provider?.Dispose();
}
