using System.Collections.Concurrent;
using System.Text;
using Skyline.Rpm;
using Skyline.Server.Signing;
using Skyline.Server.Storage;
using Skyline.Server.Tags;
using Skyline.Server.Traces;

namespace Skyline.Server.Repos;

/// <summary>A tag as its newest snapshot has it: what the next one is made from.</summary>
sealed record TagState(long SnapshotId, string Hash, long KeyId, IReadOnlyDictionary<string, RepoState> Repos);

/// <summary>
/// Writes a tag's next snapshot: looks what has happened since the newest one, signs what is not signed with the tag's key yet,
/// composes the metadata, and records it all, frames too, in one transaction. Readers see the old or the new one, never a mixture;
/// killed anywhere, the tag is behind as before, and the next start goes on.
/// </summary>
public sealed class PublishSnapshot
{
    readonly Database database;
    readonly SigningKeys keys;
    readonly SignPackages sign;
    readonly Frames frames;
    readonly CurrentSnapshots current;
    readonly Bells bells;
    readonly TimeProvider time;
    readonly KeptExtras extras;
    readonly ComposeRepo compose;
    readonly ConcurrentDictionary<long, SemaphoreSlim> gates = new();
    /// <summary>Read once; from then on each snapshot is made from the one before it, at hand.</summary>
    readonly ConcurrentDictionary<long, TagState> states = new();

    public PublishSnapshot(Database database, SigningKeys keys, SignPackages sign, Frames frames, CurrentSnapshots current, KeptExtras extras, Bells bells, TimeProvider time)
    {
        (this.database, this.keys, this.sign, this.frames, this.current, this.extras, this.bells, this.time) = (database, keys, sign, frames, current, extras, bells, time);
        compose = new(database, frames);
        // What another server has recorded since is read.
        database.Known.Snapshot += (tag, _) => states.TryRemove(tag, out var _);
        database.Known.Everything += states.Clear;
    }

    /// <summary>Returns when the tag's newest snapshot has taken in every event that was recorded before the call.</summary>
    public Task BringUpToDate(long tag, CancellationToken ct) => Privacy.Sight.Everything(async () =>
    {
        var gate = gates.GetOrAdd(tag, _ => new SemaphoreSlim(1, 1));
        await gate.WaitAsync(ct);
        try
        {
            while (database.Read(db => TagChange.IsBehind(db, tag)) && !await Publish(tag, ct)) { }
        }
        finally
        {
            gate.Release();
        }
        return true;
    });

    /// <returns>False if it is to be looked at anew: something happened that the snapshot could not be recorded beside, or may have while packages were signed.</returns>
    async Task<bool> Publish(long tag, CancellationToken ct)
    {
        var (begun, from) = (time.GetTimestamp(), time.Stamp());
        var key = await keys.Of(tag, ct);
        if (database.Read(db => NextContent.Of(db, tag, key.Id, states.GetValueOrDefault(tag), extras)) is not { } next) return false;
        if (next.Unsigned.Count > 0)
        {
            await sign.SignMissing(next.Unsigned, key, ct);
            return false;
        }
        var difference = Difference.Of(next.Now, next.Wanted);
        var repos = await Compose(next, key, difference, ct);
        var hash = Snapshot.HashOf(repos.SelectMany(repo => repo.Value.Files.Select(file => (repo.Key, file.Path, file.Sha256))));
        var recorded = await database.Write(tx =>
        {
            var made = RecordSnapshot.Record(tx, next.Change, key.Id, next.Before, hash, difference, repos, time.Stamp());
            // Whoever sees that a build is complete finds it in the repository, however soon they look.
            if (made is not null) tx.WithCommit(() => Serve(next.Change.Tag, made, repos), () => Forget(next.Change.Tag, made, repos));
            return made;
        }, ct);
        if (recorded is null) return false;
        Metrics.Counted.Published(time.GetElapsedTime(begun));
        if (Traced.On)
            foreach (var (build, parent) in database.Read(db => recorded.Completed.Select(build => (build, Traced.OfBuild(db, build))).ToList()))
                Traced.Child("publish", parent, from, time.Stamp(), ("skyline.build", build), ("skyline.tag", next.Change.Tag.Name));
        Announce(next.Change.Tag, recorded);
        return true;
    }

    /// <summary>A repository in which nothing changed is taken over as it is, signature and all.</summary>
    async Task<IReadOnlyDictionary<string, ComposedRepo>> Compose(NextContent next, TagKey key, Difference difference, CancellationToken ct)
    {
        var composed = new Dictionary<string, ComposedRepo>();
        var (tag, before) = (next.Change.Tag, next.Before);
        foreach (var name in HeldRpm.AllRepos(tag.Arches))
        {
            var old = before?.Repos.GetValueOrDefault(name);
            var entries = difference.Apply(name, old?.Entries ?? []);
            var extras = next.Extras[name];
            if (old is not null && before!.KeyId == key.Id && ReferenceEquals(entries, old.Entries) && old.IsListedAs(tag.Compression) && old.HasExtras(extras))
            {
                composed[name] = ComposedRepo.Kept(old);
                continue;
            }
            var repo = compose.Compose(old, entries, tag.Compression, extras);
            var repomd = ComposeRepo.Repomd(repo, extras);
            var signature = Encoding.ASCII.GetBytes(await key.Signer.DetachArmored(repomd, time.GetUtcNow(), ct));
            composed[name] = repo with { Files = [.. repo.Files, ComposeRepo.Plain(RepomdXml.Path, repomd), ComposeRepo.Plain(RepomdXml.Path + ".asc", signature)] };
        }
        return composed;
    }

    void Serve(Tag tag, RecordedSnapshot recorded, IReadOnlyDictionary<string, ComposedRepo> repos)
    {
        if (tag.RemovedAt is null) current.Replace(tag.Name, recorded.Served);
        else current.Forget(tag.Name);
        states[tag.Id] = recorded.State;
        foreach (var (id, fresh) in Fresh(recorded, repos)) frames.Remember(id, fresh.Bytes.ToArray());
    }

    void Forget(Tag tag, RecordedSnapshot recorded, IReadOnlyDictionary<string, ComposedRepo> repos)
    {
        current.Forget(tag.Name);
        states.TryRemove(tag.Id, out _);
        foreach (var (id, _) in Fresh(recorded, repos)) frames.Forget(id);
    }

    static IEnumerable<(long Id, MetadataFrame Frame)> Fresh(RecordedSnapshot recorded, IReadOnlyDictionary<string, ComposedRepo> repos) => repos.Values.SelectMany(repo => repo.Files)
        .SelectMany(file => file.Parts.Zip(recorded.FramesOf(file))).Where(part => part.First.Fresh is not null).Select(part => (part.Second.Id, part.First.Fresh!));

    void Announce(Tag tag, RecordedSnapshot recorded)
    {
        bells.Ring(Bells.Tag(tag.Id));
        bells.Ring(Bells.Snapshots);
        foreach (var build in recorded.Completed) bells.Ring(Bells.Build(build));
        if (recorded.Completed.Count > 0) bells.Ring(Bells.Builds);
    }
}
