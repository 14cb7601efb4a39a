using System.Data;
using Skyline.Protocol;
using Skyline.Server.Audit;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Keeping;

/// <summary>How much of its past a tag keeps.</summary>
public sealed class SetRetention(Database database)
{
    public static TagRetention? Of(IDbConnection db, string tag) =>
        db.One<Row>("SELECT keep_snapshots AS Snapshots, keep_days AS Days FROM tags WHERE name = @tag AND removed_at IS NULL", new { tag }) is { } row ? new((int)row.Snapshots, (int)row.Days) : null;

    sealed record Row(long Snapshots, long Days);

    /// <returns>Null, or why not.</returns>
    public async Task<Refusal?> Set(string tag, TagRetention wanted, CancellationToken ct)
    {
        if (new RetentionPolicy(wanted.KeepSnapshots, wanted.KeepDays).WhyNot() is { } why) return new(400, why);
        var set = await database.Write(tx =>
        {
            if (Of(tx.Connection!, tag) is { } before) tx.Note("what is kept of its past was set", $"tag {tag}", before, wanted);
            return tx.Execute("UPDATE tags SET keep_snapshots = @KeepSnapshots, keep_days = @KeepDays WHERE name = @tag AND removed_at IS NULL", new { tag, wanted.KeepSnapshots, wanted.KeepDays });
        }, ct);
        return set == 1 ? null : new(404, $"There is no tag '{tag}'.");
    }
}
