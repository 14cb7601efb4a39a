using System.Data;
using Skyline.Server.Storage;

namespace Skyline.Server.Repos;

/// <param name="Completed">Builds that were waiting for it.</param>
sealed record RecordedSnapshot(TagState State, ServedSnapshot Served, IReadOnlyDictionary<string, IReadOnlyList<Frame>> Frames, IReadOnlyList<long> Completed)
{
    public IReadOnlyList<Frame> FramesOf(ComposedFile file) => Frames[file.Sha256];
}

/// <summary>The rows of a snapshot, in the transaction that makes it the newest.</summary>
static class RecordSnapshot
{
    /// <returns>Null if another snapshot of the tag was recorded meanwhile.</returns>
    public static RecordedSnapshot? Record(
        IDbTransaction tx, TagChange change, long key, TagState? before, string hash, Difference difference, IReadOnlyDictionary<string, ComposedRepo> repos, long now)
    {
        var tag = change.Tag.Id;
        if (tx.Execute("UPDATE tags SET published_event = @To WHERE id = @tag AND published_event = @From", new { tag, change.From, change.To }) == 0) return null;
        var kept = new Dictionary<string, IReadOnlyList<Frame>>();
        foreach (var file in repos.Values.SelectMany(repo => repo.Files)) kept[file.Sha256] = KeepFile(tx, file);
        var id = before is not null && before.Hash == hash && before.KeyId == key ? TakeIn(tx, before.SnapshotId, change.To) : Insert(tx, change, key, hash, repos, now);
        if (id != before?.SnapshotId) Move(tx, tag, id, difference);
        var state = new TagState(id, hash, key, repos.ToDictionary(repo => repo.Key, repo => StateOf(repo.Value, kept)));
        var served = new ServedSnapshot(tag, id, hash, key, state.Repos.SelectMany(repo => repo.Value.Files.Select(file => (repo.Key, file))).ToDictionary(file => (file.Key, file.file.Path), file => file.file));
        return new(state, served, kept, Complete(tx, change, now));
    }

    static Frame[] KeepFile(IDbTransaction tx, ComposedFile file)
    {
        Frame[] frames = [.. file.Parts.Select(part => part.Fresh is { } fresh ? Frames.Keep(tx, fresh) : part.Kept)];
        tx.Execute("INSERT INTO metadata_files (sha256, size, open_size, frames) VALUES (@Sha256, @Size, @OpenSize, @packed) ON CONFLICT DO NOTHING",
            new { file.Sha256, file.Size, file.OpenSize, packed = Frame.Pack(frames) });
        return frames;
    }

    /// <summary>What happened left the repositories as they were; a roll back to this snapshot is one to after it.</summary>
    static long TakeIn(IDbTransaction tx, long snapshot, long to)
    {
        tx.Execute("UPDATE snapshots SET event_id = @to WHERE id = @snapshot AND event_id < @to", new { snapshot, to });
        return snapshot;
    }

    static long Insert(IDbTransaction tx, TagChange change, long key, string hash, IReadOnlyDictionary<string, ComposedRepo> repos, long now)
    {
        var id = tx.One<long>("""
            INSERT INTO snapshots (tag_id, hash, key_id, event_id, packages, created_at) VALUES (@tag, @hash, @key, @To, @packages, @now) RETURNING id
            """, new { tag = change.Tag.Id, hash, key, change.To, packages = repos.Values.Sum(repo => repo.Entries.Length), now });
        foreach (var (repo, composed) in repos)
            foreach (var file in composed.Files)
                tx.Execute("INSERT INTO snapshot_files (snapshot_id, repo, path, sha256) VALUES (@id, @repo, @Path, @Sha256)", new { id, repo, file.Path, file.Sha256 });
        return id;
    }

    static void Move(IDbTransaction tx, long tag, long snapshot, Difference difference)
    {
        foreach (var rpm in difference.Gone)
            tx.Execute("UPDATE tag_rpms SET until = @snapshot WHERE tag_id = @tag AND repo = @Repo AND rpm_id = @RpmId AND until IS NULL", new { snapshot, tag, rpm.Repo, rpm.RpmId });
        foreach (var rpm in difference.Come)
            tx.Execute("INSERT INTO tag_rpms (tag_id, repo, rpm_id, signed_id, since) VALUES (@tag, @Repo, @RpmId, @SignedId, @snapshot)", new { tag, rpm.Repo, rpm.RpmId, rpm.SignedId, snapshot });
    }

    /// <summary>A build is complete with the first snapshot that knows of it, whether or not that holds it.</summary>
    static IReadOnlyList<long> Complete(IDbTransaction tx, TagChange change, long now) => tx.All<long>("""
        UPDATE builds SET state = 'Complete', ended_at = @now, revision = revision + 1, why = CASE
            WHEN EXISTS (SELECT 1 FROM tag_blocks k WHERE k.tag_id = @tag AND k.package = builds.package AND k.unblocked_at IS NULL)
            THEN 'Built and tagged, but ' || package || ' was blocked in ''' || @Name || ''' then, so its repositories did not get it.' END
        WHERE state = 'Publishing' AND id IN (SELECT build_id FROM tag_events WHERE tag_id = @tag AND kind = 'Tag' AND id > @From AND id <= @To) RETURNING id
        """, new { tag = change.Tag.Id, change.Tag.Name, change.From, change.To, now });

    static RepoState StateOf(ComposedRepo repo, Dictionary<string, IReadOnlyList<Frame>> kept) =>
        new(repo.Entries, repo.Buckets, [.. repo.Files.Select(file => new RepoFile(file.Path, file.Sha256, file.Size, file.OpenSize, kept[file.Sha256]))]);
}
