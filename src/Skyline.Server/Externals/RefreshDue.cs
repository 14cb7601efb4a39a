using Quartz;
using Skyline.Server.Storage;

namespace Skyline.Server.Externals;

/// <summary>
/// Asks upstreams for newer states by the clock: every few hours, sooner after a fault, every minute where it is a folder on this
/// disk or where builds wait for the first pin. And keeps the cache within its bound. Twice is harmless.
/// </summary>
[DisallowConcurrentExecution]
public sealed class RefreshDue(Database database, RefreshExternal refresh, PackageCache cache, SkylineSettings settings, TimeProvider time) : IJob
{
    static readonly TimeSpan soon = TimeSpan.FromSeconds(55), afterFault = TimeSpan.FromMinutes(10);

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await Refresh(cancellationToken);

    public async Task Refresh(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var due = database.Read(db => WantedArch.Active(db).Where(wanted => wanted.TriedAt is not { } tried || tried.ToTime() + Patience(External.Of(db, wanted.ExternalId)!, wanted) <= now).ToList());
        foreach (var wanted in due) refresh.Begin(wanted.ExternalId, wanted.Arch);
        await cache.Evict(ct);
    }

    TimeSpan Patience(External external, WantedArch wanted)
    {
        var usual = TimeSpan.FromHours(Math.Max(settings.ExternalRefreshHours, 0.02));
        if (wanted.StateId is null || external.IsOnThisDisk) return soon;
        return wanted.Fault is not null && afterFault < usual ? afterFault : usual;
    }
}
