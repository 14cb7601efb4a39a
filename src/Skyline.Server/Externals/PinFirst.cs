using Skyline.Server.Storage;

namespace Skyline.Server.Externals;

/// <summary>
/// Pins for the first time what a waiting build's buildroot is to be made of, as soon as a builder is there that could build it.
/// Woken by what makes work; a first pin that failed is the clock's to try again.
/// </summary>
public sealed class PinFirst(Database database, RefreshExternal refresh, Bells bells, ILogger<PinFirst> log) : BackgroundService
{
    sealed record Wanted
    {
        public long External { get; init; }
        public required string Arch { get; init; }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var bell = bells.Next(Bells.Work);
            try
            {
                await Begin(stoppingToken);
            }
            catch (Microsoft.Data.Sqlite.SqliteException full)
            {
                log.LogError(full, "What builds wait for could not be noted; it is tried again with the next build");
            }
            await bell.WaitAsync(stoppingToken);
        }
    }

    const string Waiting = """
        FROM task_runs r JOIN build_tasks t ON t.id = r.task_id JOIN task_hosts h ON h.task_id = t.id
          JOIN builder_arches a ON a.arch = h.arch JOIN builders w ON w.id = a.builder_id AND w.enabled = 1 JOIN builds b ON b.id = t.build_id
        """;

    const string IsNew = """
        r.state = 'Waiting' AND NOT EXISTS (SELECT 1 FROM external_arches p WHERE p.external_id = n.external_id AND p.arch = h.arch AND (p.state_id IS NOT NULL OR p.tried_at IS NOT NULL))
        """;

    public async Task Begin(CancellationToken ct)
    {
        var wanted = database.Read(db => db.All<Wanted>($"""
            SELECT n.external_id AS External, h.arch AS Arch {Waiting} JOIN targets g ON g.id = b.target_id JOIN tag_needs n ON n.tag_id = g.build_tag_id WHERE {IsNew}
            UNION SELECT n.external_id, h.arch {Waiting} JOIN build_externals n ON n.build_id = b.id WHERE {IsNew}
            """)).Where(wanted => !refresh.IsUnderWay(wanted.External, wanted.Arch)).ToList();
        if (wanted.Count == 0) return;
        await database.Write(tx =>
        {
            foreach (var one in wanted) tx.Execute("INSERT INTO external_arches (external_id, arch) VALUES (@External, @Arch) ON CONFLICT DO NOTHING", one);
        }, ct);
        foreach (var one in wanted) refresh.Begin(one.External, one.Arch);
    }
}
