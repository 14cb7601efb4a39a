using System.Collections;
using System.Data;
using System.Text.Json;
using Skyline.Server.Repos;
using Skyline.Server.Storage;

namespace Skyline.Server.Keeping;

/// <summary>
/// Frames that no file of metadata names. Files name them in packed lists, so all lists are read, a few at a time, and a bit is kept
/// for each frame. Files that were recorded after that look are asked again in the write that removes: a publish takes an unnamed
/// frame of the same bytes up again rather than keep them twice.
/// </summary>
static class UnnamedFrames
{
    const int AtOnce = 200;

    sealed record Listed(long Row, byte[] Frames);

    public static async Task<int> Remove(Database database, CancellationToken ct)
    {
        var (newestFrame, newestFile) = Newest(database);
        var named = Named(database, newestFrame, newestFile);
        var removed = 0;
        foreach (var some in Unnamed(database, named).Chunk(AtOnce))
            removed += await database.Write(tx => tx.Execute("DELETE FROM frames WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each(@left))",
                new { left = JsonSerializer.Serialize(some.Except(NamedAfter(tx.Connection!, newestFile))) }), ct);
        return removed;
    }

    public static (int Count, long Bytes) Count(Database database)
    {
        var (newestFrame, newestFile) = Newest(database);
        var ids = Unnamed(database, Named(database, newestFrame, newestFile)).ToList();
        return (ids.Count, ids.Sum(id => database.Read(db => db.One<long?>("SELECT length(bytes) FROM frames WHERE id = @id", new { id })) ?? 0));
    }

    /// <summary>The frame first: one that comes between the two looks is not among those that may go.</summary>
    static (long Frame, long File) Newest(Database database) => database.Read(db => (
        db.One<long?>("SELECT max(id) FROM frames") ?? 0, db.One<long?>("SELECT max(rowid) FROM metadata_files") ?? 0));

    static BitArray Named(Database database, long newestFrame, long newestFile)
    {
        var named = new BitArray(checked((int)newestFrame + 1));
        for (var after = 0L; ;)
        {
            var some = database.Read(db => db.All<Listed>("SELECT rowid AS Row, frames AS Frames FROM metadata_files WHERE rowid > @after AND rowid <= @newestFile ORDER BY rowid LIMIT 100", new { after, newestFile }));
            foreach (var frame in some.SelectMany(file => Frame.Unpack(file.Frames)))
                if (frame.Id < named.Length) named[(int)frame.Id] = true;
            if (some.Count == 0) return named;
            after = some[^1].Row;
        }
    }

    static IEnumerable<long> Unnamed(Database database, BitArray named)
    {
        for (var after = 0L; ;)
        {
            var some = database.Read(db => db.All<long>("SELECT id FROM frames WHERE id > @after AND id < @Length ORDER BY id LIMIT 5000", new { after, named.Length }));
            foreach (var id in some.Where(id => !named[(int)id])) yield return id;
            if (some.Count == 0) yield break;
            after = some[^1];
        }
    }

    static IEnumerable<long> NamedAfter(IDbConnection db, long newestFile) =>
        db.All<byte[]>("SELECT frames FROM metadata_files WHERE rowid > @newestFile", new { newestFile }).SelectMany(packed => Frame.Unpack(packed)).Select(frame => frame.Id);
}
