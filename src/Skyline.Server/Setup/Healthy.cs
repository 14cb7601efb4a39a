using Microsoft.Extensions.Diagnostics.HealthChecks;
using Skyline.Server.Storage;

namespace Skyline.Server.Setup;

/// <summary>Whether the appliance can do its work: read its database, and write to its disk.</summary>
sealed class Healthy(Database database, Blobs blobs) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            database.Read(db => db.One<long>("SELECT count(*) FROM tags"));
        }
        catch (Microsoft.Data.Sqlite.SqliteException fault)
        {
            return Task.FromResult(HealthCheckResult.Unhealthy($"The database cannot be read: {fault.Message}"));
        }
        return Task.FromResult(blobs.RoomLeft() > 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("The disk is full: no build is taken until there is room."));
    }
}
