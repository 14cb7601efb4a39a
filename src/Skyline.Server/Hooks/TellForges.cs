using System.Data;
using Skyline.Protocol;
using Skyline.Server.Storage;
using Skyline.Server.Told;

namespace Skyline.Server.Hooks;

/// <summary>
/// Forges are told how the builds of their hooks stand. Found by what is missing, and put in the outbox in the transaction that notes it: killed anywhere, the
/// next start goes on, and nothing is told twice that did not change.
/// </summary>
sealed class TellForges(Database database, Bells bells, SkylineSettings settings, TimeProvider time, ILogger<TellForges> log) : BackgroundService
{
    const int AtOnce = 100;
    static readonly TimeSpan again = TimeSpan.FromSeconds(15);
    /// <summary>Builds change by the thousand when many are built: what comes meanwhile is told together.</summary>
    static readonly TimeSpan breath = TimeSpan.FromMilliseconds(100);

    sealed record Row
    {
        public long Build { get; init; }
        public long Hook { get; init; }
        public required string Line { get; init; }
        public required string Commit { get; init; }
        public long? Number { get; init; }
        public required string Nvr { get; init; }
        public required string State { get; init; }
        public string? Why { get; init; }
        public required string Standing { get; init; }
        public bool IsNewest { get; init; }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            var bell = bells.Next(Bells.Builds);
            try
            {
                while (database.Read(Untold) is { Count: > 0 } some)
                {
                    await database.Write(tx => { foreach (var row in some) Tell(tx, row); }, stoppingToken);
                    bells.Ring(Bells.Deliveries);
                }
                await bell.WaitAsync(stoppingToken);
                await Task.Delay(breath, time, stoppingToken);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                log.LogError(fault, "What forges are to be told of builds could not be put down yet");
                await bells.Wait(bell, again, stoppingToken);
            }
        }
    }

    static IReadOnlyList<Row> Untold(IDbConnection db) => db.All<Row>("""
        SELECT * FROM (
            SELECT h.build_id AS Build, h.hook_id AS Hook, h.line AS Line, h.commit_id AS "Commit", h.number AS Number, b.nvr AS Nvr, b.state AS State, b.why AS Why, h.told AS Told,
              CASE b.state WHEN 'Complete' THEN 'Success' WHEN 'Failed' THEN 'Failure' WHEN 'Cancelled' THEN 'Error' ELSE 'Pending' END AS Standing,
              NOT EXISTS (SELECT 1 FROM hook_builds n WHERE n.hook_id = h.hook_id AND n.line = h.line AND n.build_id > h.build_id) AS IsNewest
            FROM hook_builds h JOIN builds b ON b.id = h.build_id WHERE h.told IS NULL OR h.told = 'Pending') l
        WHERE Told IS DISTINCT FROM Standing ORDER BY Build LIMIT @AtOnce
        """, new { AtOnce });

    void Tell(IDbTransaction tx, Row row)
    {
        var hook = Hook.Of(tx.Connection!, row.Hook);
        // Removed meanwhile, or its token was; and Pagure has flags for a pull request's newest commit alone.
        var silent = hook?.ForgeTokenId is null || hook.Forge == Forge.Pagure && row is { Number: not null, IsNewest: false };
        var standing = Enum.Parse<Standing>(row.Standing);
        var server = settings.PublicUrl is { Length: > 0 } known ? known.TrimEnd('/') : hook?.Server;
        long? delivery = silent ? null : Outbox.Put(tx, new ForgeStatus(hook!, row.Line, row.Commit, row.Number, standing, Words(row, standing), $"{server}/builds/{row.Build}").Request(), time.Stamp());
        tx.Execute("UPDATE hook_builds SET told = @Standing, delivery_id = coalesce(@delivery, delivery_id) WHERE build_id = @Build", new { row.Standing, delivery, row.Build });
    }

    static string Words(Row row, Standing standing) => standing switch
    {
        Standing.Pending => $"Build {row.Build} is under way.",
        Standing.Success => $"{row.Nvr} is built.",
        Standing.Failure => row.Why ?? $"Build {row.Build} failed.",
        _ => row.Why ?? $"Build {row.Build} was cancelled.",
    };
}
