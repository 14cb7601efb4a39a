using System.Data;
using Skyline.Protocol;
using Skyline.Server.Storage;

namespace Skyline.Server.Traces;

/// <summary>What is told of one run: how long it waited and that it was given out, when it is; what its builder did, when it has ended.</summary>
static class TraceRun
{
    sealed record Row
    {
        public long Build { get; init; }
        public required string Arch { get; init; }
        public required string Nvr { get; init; }
        public string? Builder { get; init; }
        public required string State { get; init; }
        public string? Why { get; init; }
        public long CreatedAt { get; init; }
        public long? LeasedAt { get; init; }
        public long? EndedAt { get; init; }
        public string? PhaseStarts { get; init; }
    }

    /// <returns>What the builder is handed; null: this build is not traced.</returns>
    public static async Task<string?> Leased(Database database, long run, long now, CancellationToken ct)
    {
        if (!Traced.On || database.Read(db => (Row: Of(db, run), Parent: Traced.OfBuild(db, Of(db, run)?.Build ?? 0))) is not { Row: { } row, Parent: { } parent }) return null;
        var leased = row.LeasedAt ?? now;
        Traced.Child("queue", parent, row.CreatedAt, leased, ("skyline.arch", row.Arch));
        var lease = Traced.Child("lease", parent, leased, now, ("skyline.run", run), ("skyline.arch", row.Arch), ("skyline.builder", row.Builder));
        await database.Write(tx => Traced.KeepRun(tx, run, lease), ct);
        return lease;
    }

    public static void Ended(Database database, long run, IReadOnlyList<PhaseTiming> phases)
    {
        if (!Traced.On || database.Read(db => (Row: Of(db, run), Parent: Traced.OfRun(db, run))) is not { Row: { LeasedAt: { } from, EndedAt: { } to } row, Parent: { } parent }) return;
        var outcome = row.State.ToLowerInvariant();
        var span = row.State == nameof(RunOutcome.Succeeded)
            ? Traced.Child("run", parent, from, to, ("skyline.run", run), ("skyline.nvr", row.Nvr), ("skyline.arch", row.Arch), ("skyline.builder", row.Builder), ("skyline.outcome", outcome))
            : Traced.Failed("run", parent, from, to, ("skyline.run", run), ("skyline.nvr", row.Nvr), ("skyline.arch", row.Arch), ("skyline.builder", row.Builder), ("skyline.outcome", outcome), ("skyline.why", row.Why));
        foreach (var (phase, begin, end) in Laid(phases, row.PhaseStarts, from, to)) Traced.Child(phase, span, begin, end);
    }

    /// <summary>How long each took is the builder's word, when it began what its heartbeats told; a phase too short for one begins where the one before it ended. None leaves the run.</summary>
    internal static IEnumerable<(string Phase, long From, long To)> Laid(IReadOnlyList<PhaseTiming> phases, string? starts, long from, long to)
    {
        var told = (starts ?? "").Split(' ').Chunk(2).Where(pair => pair.Length == 2 && long.TryParse(pair[1], out _)).GroupBy(pair => pair[0]).ToDictionary(group => group.Key, group => long.Parse(group.First()[1], System.Globalization.CultureInfo.InvariantCulture));
        var at = from;
        foreach (var phase in phases.OrderBy(phase => phase.Phase))
        {
            var name = phase.Phase.ToString();
            var begin = Math.Clamp(told.GetValueOrDefault(name, at), from, to);
            var end = Math.Clamp(begin + (long)(Math.Max(0, phase.Seconds) * 1000), begin, to);
            yield return (name.ToLowerInvariant(), begin, end);
            at = end;
        }
    }

    static Row? Of(IDbConnection db, long run) => db.One<Row>("""
        SELECT t.build_id AS Build, t.arch AS Arch, b.nvr AS Nvr, o.name AS Builder, r.state AS State, r.why AS Why, r.created_at AS CreatedAt, r.leased_at AS LeasedAt, r.ended_at AS EndedAt, r.phase_starts AS PhaseStarts
        FROM task_runs r JOIN build_tasks t ON t.id = r.task_id JOIN builds b ON b.id = t.build_id LEFT JOIN builders o ON o.id = r.builder_id WHERE r.id = @run
        """, new { run });
}
