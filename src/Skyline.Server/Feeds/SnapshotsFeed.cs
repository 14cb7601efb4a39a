using System.Data;
using Skyline.Protocol;
using Skyline.Server.Repos;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Feeds;

/// <summary>A tag's kept snapshots, the newest first, and what each took in.</summary>
static class SnapshotsFeed
{
    /// <returns>Null where there is no such tag.</returns>
    public static AtomFeed? Read(IDbConnection db, string name, string path)
    {
        if (Tag.Find(db, name) is not { } tag) return null;
        var page = $"/tags/{TagAddress.Of(tag.Name)}";
        return new($"Snapshots of {tag.Name}", path, $"{page}/snapshots", AtomFeed.BirthOf(db), [.. ShowSnapshots.List(db, tag, null, AtomFeed.Most).Snapshots.Select(one => new FeedEntry(
            $"snapshot {one.Id}", $"{tag.Name} has a new state", string.Join("\n", one.Events.Select(happened => happened.What).DefaultIfEmpty("Nothing of its own was changed.")),
            $"{page}/snapshots/{one.Hash}", "Skyline", null, one.CreatedAt.ToUnixTimeMilliseconds()))]);
    }
}
