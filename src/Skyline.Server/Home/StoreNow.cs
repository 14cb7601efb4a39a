using System.Data;
using Skyline.Protocol;
using Skyline.Server.Keeping;
using Skyline.Server.Storage;

namespace Skyline.Server.Home;

/// <summary>How full it is, in bytes.</summary>
/// <param name="Kept">Of all files that are kept, when they were counted last; null: they were not yet.</param>
/// <param name="Room">That builds and uploads may still take; below 0 the reserve is touched.</param>
public sealed record StoreNow(long? Kept, DateTimeOffset? CountedAt, long Database, long Room, long Disk, int Repositories)
{
    /// <summary>Less than this is worth a sentence: a tenth of the disk, and at most 20 GB.</summary>
    public bool IsLow => Room < Math.Min(Disk / 10, 20L << 30);

    /// <summary>How much of the disk is taken, from 0 to 1.</summary>
    public double Taken => Disk <= 0 ? 0 : Math.Clamp(1 - (double)Room / Disk, 0, 1);

    sealed record Report(string? Text, long? EndedAt);

    public static StoreNow Read(IDbConnection db, Blobs blobs, SkylineSettings settings, long bytes)
    {
        var counted = db.One<Report>("SELECT report AS Text, ended_at AS EndedAt FROM keeping_reports WHERE work IN ('Collection', 'Count') AND report IS NOT NULL ORDER BY ended_at DESC NULLS LAST LIMIT 1");
        var report = counted?.Text is { } text ? System.Text.Json.JsonSerializer.Deserialize(text, SkylineJson.Default.CollectedGarbage) : null;
        return new(report?.KeptBytes, counted?.EndedAt.ToTime(), bytes,
            blobs.RoomLeft(), new DriveInfo(settings.Data).TotalSize, db.One<int>("SELECT count(*) FROM tags WHERE removed_at IS NULL"));
    }
}
