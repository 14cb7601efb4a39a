using Npgsql;
using Skyline.Server.Setup;

namespace Skyline.Server.Storage.Postgresql;

/// <summary>
/// What is to be done once is done by one of the servers of a database: by the one that holds a lock, which PostgreSQL takes from it when its connection
/// goes, whatever it died of. The next one begins all these loops, whose first look is at all that is to be done and at what was left half done, as after a start.
/// (https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS)
/// </summary>
sealed class OneServerDoes(SkylineSettings settings, IEnumerable<Once> loops, KeepGoing keep, ILogger<OneServerDoes> log) : BackgroundService
{
    const long Turn = 0x534B594C494E4503;
    static readonly TimeSpan beat = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = new ConnectTo(settings.Database).Open();
                // (Asked now and then: a statement that waits for days would keep PostgreSQL from ever tidying up.)
                while (!await Ask(connection, $"SELECT pg_try_advisory_lock({Turn})", stoppingToken)) await Task.Delay(beat, TimeProvider.System, stoppingToken);
                log.LogInformation("This server does from now on what is done once for all servers of the database");
                await Do(connection, stoppingToken);
            }
            catch (Exception away) when (Away.Is(away))
            {
                log.LogWarning("What is done once for all servers waits for a PostgreSQL that is away: {Fault}", Away.Sentence(away));
                await Task.Delay(beat, TimeProvider.System, stoppingToken);
            }
        }
    }

    /// <summary>Until the server stops, or has lost the lock with its connection.</summary>
    async Task Do(NpgsqlConnection connection, CancellationToken stoppingToken)
    {
        using var mine = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        try
        {
            foreach (var loop in loops.Select(one => one.Loop))
            {
                await loop.StartAsync(CancellationToken.None);
                _ = keep.Watch(loop, mine.Token);
            }
            while (true)
            {
                await Task.Delay(beat, TimeProvider.System, stoppingToken);
                await Ask(connection, "SELECT true", stoppingToken);
            }
        }
        finally
        {
            await mine.CancelAsync();
            await Task.WhenAll(loops.Select(one => one.Loop.StopAsync(CancellationToken.None)));
        }
    }

    static async Task<bool> Ask(NpgsqlConnection on, string question, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(question, on);
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }
}
