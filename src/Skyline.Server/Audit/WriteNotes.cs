using System.Data;
using Skyline.Protocol;
using Skyline.Server.Storage;

namespace Skyline.Server.Audit;

/// <summary>
/// At a write's end its notes become entries of the chain, in the same transaction. A change on somebody's behalf of which nothing was noted is noted by its
/// door: so no endpoint, however new, changes anything unnoticed.
/// </summary>
static class WriteNotes
{
    sealed record End
    {
        public long Number { get; init; }
        public string? Hash { get; init; }
    }

    /// <param name="changed">Whether any row was.</param>
    public static void Write(KeptTransaction tx, bool changed, TimeProvider time)
    {
        var actor = tx.By ?? Actor.Server;
        if (tx.Notes.Count == 0 && changed && actor.MustNote && !tx.IsNoChange) tx.Notes.Add(new($"did {actor.Door ?? "something"}", actor.Named.Length > 0 ? actor.Named : "skyline", null, null, null, null));
        if (tx.Notes.Count == 0) return;
        var end = Last(tx);
        var (number, hash, at) = (end.Number, end.Hash ?? AuditChain.Beginning, time.GetUtcNow());
        foreach (var change in tx.Notes)
        {
            var entry = Entry.Text(++number, at, actor, change);
            hash = AuditChain.Next(hash, entry);
            tx.Execute("INSERT INTO audit (number, entry, hash) VALUES (@number, @entry, @hash)", new { number, entry, hash });
        }
        if (actor != Actor.Server) actor.Noted = true;
    }

    /// <summary>The number is the largest that ever was: where the end was cut off, the next entry does not take its place.</summary>
    static End Last(IDbTransaction tx) => tx.One<End>("""
        SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'audit'), 0) AS Number, (SELECT hash FROM audit ORDER BY number DESC LIMIT 1) AS Hash
        """)!;
}
