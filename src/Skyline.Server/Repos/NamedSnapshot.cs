using System.Data;
using Skyline.Protocol;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Repos;

/// <summary>A kept snapshot as a request names it: by its hash or the beginning of it.</summary>
/// <param name="EventId">The last event that it has taken in.</param>
sealed record NamedSnapshot(long Id, string Hash, long EventId, long Packages, long CreatedAt)
{
    const int Shortest = 6, Longest = 64;

    const string Select = "SELECT id AS Id, hash AS Hash, event_id AS EventId, packages AS Packages, created_at AS CreatedAt FROM snapshots WHERE tag_id = @tag";

    /// <summary>Of those of the same content the newest; or why there is none.</summary>
    public static (NamedSnapshot? Snapshot, Refusal? Why) Find(IDbConnection db, Tag tag, string? name)
    {
        if (name is not { Length: >= Shortest and <= Longest } || !name.All(char.IsAsciiHexDigitLower))
            return (null, new(400, $"A snapshot is named by its hash, or by {Shortest} digits of it or more; '{name}' is neither."));
        var found = db.All<NamedSnapshot>(Select + " AND hash >= @name AND hash < @name || 'g' ORDER BY id DESC", new { tag = tag.Id, name });
        return found.Select(one => one.Hash).Distinct().Count() switch
        {
            0 => (null, new(404, $"Tag '{tag.Name}' has no snapshot {name}, or retention has removed it; /api/tags/{TagAddress.Of(tag.Name)}/snapshots lists those that are kept.")),
            1 => (found[0], null),
            _ => (null, new(409, $"Several snapshots of '{tag.Name}' begin with {name}; give more of the hash.")),
        };
    }

    /// <summary>The newest as of the end of a day, or of a time ("2026-11-03", "2026-11-03T14:30:00Z"), in UTC.</summary>
    /// <returns>Null: that is no day and no time.</returns>
    public static (NamedSnapshot? Snapshot, Refusal? Why)? AsOf(IDbConnection db, Tag tag, string name)
    {
        if (!name.Contains('-', StringComparison.Ordinal) || Tags.AsOf.TimeOf(name) is not { } time) return null;
        return db.One<NamedSnapshot>(Select + " AND created_at <= @until ORDER BY id DESC LIMIT 1", new { tag = tag.Id, until = time.ToUnixTimeMilliseconds() }) is { } found ? (found, null)
            : (null, new(404, $"No snapshot of tag '{tag.Name}' is as old as {name}, or retention has removed it; /api/tags/{TagAddress.Of(tag.Name)}/snapshots lists those that are kept."));
    }

    /// <summary>The tag's snapshots, newest first.</summary>
    public static IReadOnlyList<NamedSnapshot> List(IDbConnection db, long tag, long? before, int limit) =>
        db.All<NamedSnapshot>(Select + " AND (@before IS NULL OR id < @before) ORDER BY id DESC LIMIT @limit", new { tag, before, limit });

    /// <param name="before">Of those before it; null: of all.</param>
    public static NamedSnapshot? Newest(IDbConnection db, long tag, long? before = null) => List(db, tag, before, 1) is [var newest] ? newest : null;

    public SnapshotRef OnTheWire(Tag tag) => new(tag.Name, Hash, CreatedAt.ToTime());
}
