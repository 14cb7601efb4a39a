using System.Text.Json;
using Skyline.Server.Storage;

namespace Skyline.Server.Keeping;

/// <summary>Rows that only snapshots name which are gone.</summary>
static class UnnamedRows
{
    public const int AtOnce = 500;

    /// <summary>A closed interval that no kept snapshot of its tag lies in; none ever will, for their ids only grow.</summary>
    public const string DeadInterval = "t.until IS NOT NULL AND NOT EXISTS (SELECT 1 FROM snapshots s WHERE s.tag_id = t.tag_id AND s.id >= t.since AND s.id < t.until)";

    const string UnnamedFile = "NOT EXISTS (SELECT 1 FROM snapshot_files f WHERE f.sha256 = m.sha256)";

    public static Task<int> RemoveMetadata(Database database, CancellationToken ct) => Sweep(database, "",
        $"SELECT m.sha256 FROM metadata_files m WHERE m.sha256 > @after AND {UnnamedFile} ORDER BY m.sha256 LIMIT {AtOnce}",
        $"DELETE FROM metadata_files AS m WHERE m.sha256 IN (SELECT value FROM json_each(@some)) AND {UnnamedFile}", ct);

    public static Task<int> RemoveIntervals(Database database, CancellationToken ct) => Sweep(database, 0L,
        $"SELECT t.id FROM tag_rpms t WHERE t.id > @after AND {DeadInterval} ORDER BY t.id LIMIT {AtOnce}",
        $"DELETE FROM tag_rpms AS t WHERE t.id IN (SELECT CAST(value AS BIGINT) FROM json_each(@some)) AND {DeadInterval}", ct);

    /// <summary>Looks for rows where nobody waits for it, and removes them in writes of so many; each asks again.</summary>
    /// <param name="find">Keys beyond @after, in order.</param>
    /// <param name="remove">Those of @some that are still to go.</param>
    static async Task<int> Sweep<T>(Database database, T after, string find, string remove, CancellationToken ct)
    {
        for (var removed = 0; ;)
        {
            var some = database.Read(db => db.All<T>(find, new { after }));
            if (some.Count == 0) return removed;
            removed += await database.Write(tx => tx.Execute(remove, new { some = JsonSerializer.Serialize(some) }), ct);
            after = some[^1];
        }
    }
}
