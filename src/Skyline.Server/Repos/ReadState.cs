using System.Data;

namespace Skyline.Server.Repos;

/// <summary>A tag's state from the database: its newest snapshot's files and which packages it lists.</summary>
static class ReadState
{
    public static TagState? Of(IDbConnection db, long tag)
    {
        if (Snapshot.Newest(db, tag) is not { } newest) return null;
        var held = HeldRpm.Now(db, tag, packages: null).ToLookup(rpm => rpm.Repo);
        return new(newest.Id, newest.Hash, newest.KeyId, newest.Files.GroupBy(file => file.Key.Repo).ToDictionary(repo => repo.Key, repo =>
        {
            RepoEntry[] entries = [.. held[repo.Key].Select(rpm => rpm.Entry).Order()];
            return new RepoState(entries, Buckets.Of(entries), [.. repo.Select(file => file.Value)]);
        }));
    }
}
