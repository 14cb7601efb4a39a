using System.Collections.Concurrent;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Repos;

/// <summary>A tag's newest snapshot, as readers are served it.</summary>
public sealed record CurrentSnapshot(long TagId, string Hash, IReadOnlyDictionary<(string Repo, string Path), string> Files);

/// <summary>The newest snapshot of every tag, kept at hand: serving a repository asks the database nothing.</summary>
public sealed class CurrentSnapshots(Database database)
{
    readonly ConcurrentDictionary<string, CurrentSnapshot> newest = new();

    public CurrentSnapshot? Of(string tagName)
    {
        if (newest.TryGetValue(tagName, out var known)) return known;
        var found = database.Read(db => Tag.Find(db, tagName) is { } tag && Snapshot.Newest(db, tag.Id) is { } snapshot ? At(tag.Id, snapshot) : null);
        return found is null ? null : newest.GetOrAdd(tagName, found);
    }

    public void Replace(string tagName, Snapshot snapshot)
    {
        var tag = database.Read(db => Tag.Find(db, tagName))!;
        newest[tagName] = At(tag.Id, snapshot);
    }

    static CurrentSnapshot At(long tag, Snapshot snapshot) =>
        new(tag, snapshot.Hash, snapshot.Files.ToDictionary(file => (file.Repo, file.Path), file => file.Sha256));
}
