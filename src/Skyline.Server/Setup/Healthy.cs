using Microsoft.Extensions.Diagnostics.HealthChecks;
using Skyline.Server.Signing;

namespace Skyline.Server.Setup;

/// <summary>Whether the appliance is alive: it answers, reads its database, and can sign. Whether it should be sent requests is /readyz's to say: a full disk is not mended by a restart.</summary>
sealed class Healthy(SigningKeys keys) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(Check());

    /// <summary>That nothing can be signed is told with status 200: a proxy must go on sending readers here.</summary>
    HealthCheckResult Check()
    {
        try
        {
            return keys.WhyNot() is { } fault ? HealthCheckResult.Degraded(fault) : HealthCheckResult.Healthy();
        }
        catch (System.Data.Common.DbException fault)
        {
            return HealthCheckResult.Unhealthy($"The database cannot be read: {fault.Message}");
        }
    }

    public static Task Write(HttpContext http, HealthReport report)
    {
        http.Response.ContentType = "text/plain; charset=utf-8";
        return http.Response.WriteAsync(string.Join('\n', report.Entries.Values.Select(entry => entry.Description).OfType<string>().Prepend(report.Status.ToString())) + "\n");
    }
}
