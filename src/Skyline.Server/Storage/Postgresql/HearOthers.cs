using System.Threading.Channels;
using Npgsql;

namespace Skyline.Server.Storage.Postgresql;

/// <summary>
/// One connection on which what other servers write, and the bells that ring there, are heard (LISTEN), and one on which the bells that ring here are said
/// (NOTIFY). While they are lost nothing is believed that is kept in memory of who may read what; when they are there again, all bells ring.
/// </summary>
sealed class HearOthers : IDisposable
{
    public const string Told = "skyline_told";
    const string Rung = "skyline_rung";
    static readonly TimeSpan again = TimeSpan.FromMilliseconds(500);

    readonly Func<NpgsqlConnection> connect;
    readonly ToldRows told;
    readonly Known known;
    readonly Bells bells;
    readonly TimeProvider time = TimeProvider.System;
    readonly CancellationTokenSource stopping = new();
    readonly Channel<string> rung = Channel.CreateUnbounded<string>(new() { SingleReader = true });
    readonly Task hearing, saying;
    /// <summary>Of the connection that says what rings here.</summary>
    volatile int own;

    public HearOthers(Func<NpgsqlConnection> connect, ToldRows told, Known known, Bells bells)
    {
        (this.connect, this.told, this.known, this.bells) = (connect, told, known, bells);
        bells.Elsewhere = name => rung.Writer.TryWrite(name);
        hearing = Task.Run(() => Ever(Hear));
        saying = Task.Run(() => Ever(Say));
    }

    async Task Ever(Func<CancellationToken, Task> act)
    {
        while (!stopping.IsCancellationRequested)
            try
            {
                await act(stopping.Token);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault) when (fault is NpgsqlException or InvalidOperationException or IOException or TimeoutException)
            {
                // It is away; whoever reads or writes says so.
                await Task.Delay(again, time, stopping.Token).ContinueWith(static _ => { }, TaskScheduler.Default);
            }
    }

    async Task Hear(CancellationToken ct)
    {
        try
        {
            await using var connection = connect();
            await using var statements = new Statements(connection);
            var isMore = true;
            List<string> names = [];
            connection.Notification += (_, heard) =>
            {
                if (heard.Channel == Told) isMore = true;
                else if (heard.PID != own) names.Add(heard.Payload);
            };
            statements.Do($"LISTEN {Told}; LISTEN {Rung}");
            told.Hear(statements);
            known.IsDeaf = false;
            bells.RingAllHere();
            while (true)
            {
                if (isMore) known.Committed();
                if (isMore) told.Hear(statements);
                isMore = false;
                // What they tell of has been read before.
                foreach (var name in names) bells.RingHere(name);
                names.Clear();
                await connection.WaitAsync(ct);
            }
        }
        finally
        {
            known.IsDeaf = true;
        }
    }

    /// <summary>Many at once are said at once. What could not be said is said again: whoever waits there has no other hint.</summary>
    async Task Say(CancellationToken ct)
    {
        await using var connection = connect();
        own = connection.ProcessID;
        await using var say = new NpgsqlCommand($"SELECT pg_notify('{Rung}', name) FROM unnest($1) AS n (name)", connection);
        await using (var quick = new NpgsqlCommand("SET synchronous_commit = off", connection)) await quick.ExecuteNonQueryAsync(ct);
        var names = say.Parameters.Add(new NpgsqlParameter<string[]>());
        while (await rung.Reader.WaitToReadAsync(ct))
        {
            while (rung.Reader.TryRead(out var name)) unsaid.Add(name);
            names.Value = unsaid.ToArray();
            await say.ExecuteNonQueryAsync(ct);
            unsaid.Clear();
        }
    }

    readonly HashSet<string> unsaid = new(StringComparer.Ordinal);

    public void Dispose()
    {
        bells.Elsewhere = null;
        stopping.Cancel();
        Task.WaitAll(hearing, saying);
        stopping.Dispose();
    }
}
