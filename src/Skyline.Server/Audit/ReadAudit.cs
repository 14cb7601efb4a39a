using System.Data;
using System.Text.Json;
using Skyline.Protocol;
using Skyline.Server.Storage;

namespace Skyline.Server.Audit;

/// <summary>The audit log as it is shown, exported and verified.</summary>
static class ReadAudit
{
    public const int MostAtOnce = 500;
    const int AtATime = 1000;

    public sealed record Row(long Number, string Entry, string Hash);

    /// <summary>The newest first.</summary>
    public static AuditPage Page(IDbConnection db, AuditFilter of, long? before, int limit)
    {
        var rows = db.All<Row>($"""
            SELECT number AS Number, entry AS Entry, hash AS Hash FROM audit WHERE (@before IS NULL OR number < @before)
            {(of.Who is null ? "" : "AND who = @Who")} {(of.Thing is null ? "" : "AND (thing = @Thing OR thing LIKE @ends ESCAPE '\\')")}
              {(of.Act is null ? "" : "AND instr(lower(entry ->> '$.act'), lower(@Act)) > 0")} {(of.Since is null ? "" : "AND at >= @Since")} {(of.Until is null ? "" : "AND at < @Until")} ORDER BY number DESC LIMIT @more
            """, new { of.Who, of.Thing, of.Act, of.Since, of.Until, ends = "% " + of.Thing?.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal), before, more = limit + 1 });
        return new([.. rows.Take(limit).Select(Shown)], rows.Count > limit ? rows[limit - 1].Number : null);
    }

    static AuditEntry Shown(Row row) => JsonSerializer.Deserialize(AuditChain.Line(row.Entry, row.Hash), SkylineJson.Default.AuditEntry)!;

    public static AuditHead Head(IDbConnection db) => db.One<AuditHead>("SELECT number AS Number, hash AS Hash FROM audit ORDER BY number DESC LIMIT 1") ?? new(0, AuditChain.Beginning);

    /// <summary>From the first on, read in pieces: no reader is held open, and what is there stays as it is.</summary>
    public static IEnumerable<Row> All(Database database)
    {
        for (var after = 0L; ;)
        {
            var some = database.Read(db => db.All<Row>("SELECT number AS Number, entry AS Entry, hash AS Hash FROM audit WHERE number > @after ORDER BY number LIMIT @AtATime", new { after, AtATime }));
            foreach (var row in some) yield return row;
            if (some.Count < AtATime) yield break;
            after = some[^1].Number;
        }
    }

    /// <param name="noted">A head that was noted outside of the server; null: none was.</param>
    /// <returns>How far it is good, and what is wrong, in a sentence; null: nothing.</returns>
    public static (AuditHead Head, string? Fault) Verify(Database database, AuditHead? noted)
    {
        var chain = new AuditChain();
        foreach (var row in All(database))
        {
            if (row.Number != chain.Number + 1) return (new(chain.Number, chain.Head), $"After entry {chain.Number} comes entry {row.Number}: what was between them is gone.");
            if (chain.Add(row.Entry, row.Hash) is { } fault) return (new(chain.Number, chain.Head), fault);
            if (noted?.Number == row.Number && noted.Hash != row.Hash) return (new(chain.Number, chain.Head), Rewritten(noted));
        }
        var most = database.Read(db => db.One<long>("SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'audit'), 0)"));
        var last = noted is not null && noted.Number > most ? noted.Number : most;
        return (new(chain.Number, chain.Head), last > chain.Number ? $"The log ends with entry {chain.Number}, and there were {last}: its end was cut off." : null);
    }

    public static string Rewritten(AuditHead noted) => $"Entry {noted.Number} has another hash than the one that was noted: the log, or its beginning, was written anew.";
}
