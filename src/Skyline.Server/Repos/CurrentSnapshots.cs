using System.Collections.Concurrent;
using Skyline.Server.Privacy;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Repos;

/// <summary>A snapshot as readers are served it.</summary>
/// <param name="KeyId">What its packages are signed with.</param>
public sealed record ServedSnapshot(long TagId, long Id, string Hash, long KeyId, IReadOnlyDictionary<(string Repo, string Path), RepoFile> Files);

/// <summary>The newest snapshot of every tag, kept at hand: serving its metadata asks the database nothing. Of a private tag only who may read it is given any.</summary>
public sealed class CurrentSnapshots
{
    readonly ConcurrentDictionary<string, ServedSnapshot> newest = new();
    /// <summary>By tag: what another server has recorded last.</summary>
    readonly ConcurrentDictionary<long, long> elsewhere = new();
    readonly Database database;

    public CurrentSnapshots(Database database)
    {
        this.database = database;
        database.Known.Snapshot += (tag, snapshot) => elsewhere[tag] = snapshot;
        database.Known.Everything += newest.Clear;
    }

    public ServedSnapshot? Of(string tagName)
    {
        var found = newest.TryGetValue(tagName, out var known) && !IsOld(known) ? known : Sight.Everything(() => database.Read(db => Tag.Find(db, tagName) is { } tag ? Snapshot.Newest(db, tag.Id) : null)) is { } read ? Newer(tagName, read) : null;
        return found is not null && database.Readers.MayRead(Sight.Current, found.TagId) ? found : null;
    }

    bool IsOld(ServedSnapshot known) => elsewhere.TryGetValue(known.TagId, out var last) && last > known.Id;

    ServedSnapshot Newer(string tagName, ServedSnapshot read)
    {
        Replace(tagName, read);
        return newest.TryGetValue(tagName, out var known) ? known : read;
    }

    /// <summary>The tag was removed.</summary>
    public void Forget(string tagName) => newest.TryRemove(tagName, out _);

    /// <summary>An older one never takes a newer one's place, whoever comes last.</summary>
    public void Replace(string tagName, ServedSnapshot snapshot) =>
        newest.AddOrUpdate(tagName, snapshot, (_, known) => known.Id > snapshot.Id ? known : snapshot);
}
