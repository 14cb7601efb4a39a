using Skyline.Server.Storage;
using Skyline.Server.Tasks;

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
            catch (System.Data.Common.DbException full)
            {
                log.LogError(full, "What builds wait for could not be noted; it is tried again with the next build");
            }
            await bell.WaitAsync(stoppingToken);
        }
    }

    /// <summary>Of the lines that somebody stands in, not of all that stand there: what is built from a lock needs nothing pinned.</summary>
    const string SelectWanted = $"""
        {WaitingRuns.Lines}, arches(arch) AS (SELECT DISTINCT a.arch FROM builder_arches a JOIN builders w ON w.id = a.builder_id AND w.enabled = 1)
        SELECT DISTINCT x.external_id AS External, h.arch AS Arch FROM waiting q JOIN lines n ON n.id = q.line AND n.needs = '' JOIN targets g ON g.id = n.target_id
          JOIN (SELECT tag_id, external_id, NULL AS own FROM tag_needs UNION ALL SELECT NULL, id, id FROM externals) x ON x.tag_id = g.build_tag_id OR instr(',' || n.repos || ',', ',' || x.own || ',') > 0
          JOIN arches h ON instr(',' || n.hosts || ',', ',' || h.arch || ',') > 0
        WHERE NOT EXISTS (SELECT 1 FROM external_arches p WHERE p.external_id = x.external_id AND p.arch = h.arch AND (p.state_id IS NOT NULL OR p.tried_at IS NOT NULL))
        """;

    public async Task Begin(CancellationToken ct)
    {
        var wanted = database.Read(db => db.All<Wanted>(SelectWanted)).Where(wanted => !refresh.IsUnderWay(wanted.External, wanted.Arch)).ToList();
        if (wanted.Count == 0) return;
        await database.Write(tx =>
        {
            foreach (var one in wanted) tx.Execute("INSERT INTO external_arches (external_id, arch) VALUES (@External, @Arch) ON CONFLICT DO NOTHING", one);
        }, ct);
        foreach (var one in wanted) refresh.Begin(one.External, one.Arch);
    }
}
