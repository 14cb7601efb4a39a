using System.Data;
using Skyline.Server.Storage;

namespace Skyline.Server.Externals;

/// <summary>What is known of an external repository's architecture: its newest pinned state, and how the last try went. Each is one write.</summary>
public sealed class PinState(Database database, Blobs blobs, Bells bells, TimeProvider time)
{
    /// <summary>States that are kept for who began to read them, beside those that runs were made of.</summary>
    const int Kept = 3;
    static readonly TimeSpan keptForRuns = TimeSpan.FromDays(7);

    public WantedArch? Known(External external, string arch) => database.Read(db => WantedArch.Find(db, external.Id, arch));

    public ExternalState? Newest(External external, string arch) => Known(external, arch)?.StateId is { } state
        ? database.Read(db => ExternalState.Of(db, external.Id, arch)).FirstOrDefault(known => known.Id == state) : null;

    public Task NoteExpected(External external, string arch, long bytes, CancellationToken ct) => database.Write(tx =>
        tx.Execute("UPDATE external_arches SET expected_bytes = @bytes WHERE external_id = @Id AND arch = @arch", new { external.Id, arch, bytes }), ct);

    public async Task NoteUnchanged(External external, string arch, IReadOnlyList<string> mirrors, CancellationToken ct)
    {
        // A folder on this disk is looked at every minute; that nothing has changed there is not worth a write.
        if (external.IsOnThisDisk && Known(external, arch) is { Fault: null } known && known.MirrorList.SequenceEqual(mirrors)) return;
        await database.Write(tx =>
            tx.Execute("UPDATE external_arches SET mirrors = @mirrors, tried_at = @now, fault = NULL, expected_bytes = NULL WHERE external_id = @Id AND arch = @arch",
                new { external.Id, arch, now = time.Stamp(), mirrors = string.Join('\n', mirrors) }), ct);
    }

    public Task NoteFault(External external, string arch, string why, CancellationToken ct) => database.Write(tx =>
        tx.Execute("UPDATE external_arches SET tried_at = @now, fault = @why, expected_bytes = NULL WHERE external_id = @Id AND arch = @arch",
            new { external.Id, arch, now = time.Stamp(), why = why.Length <= 2000 ? why : why[..2000] }), ct);

    /// <summary>Readers see the old state or the new one: it is one row that moves.</summary>
    internal async Task Pin(External external, string arch, IReadOnlyList<string> mirrors, FetchedState state, CancellationToken ct)
    {
        await database.Write(tx =>
        {
            // Removed while it was fetched: what was fetched is nobody's.
            if (WantedArch.Find(tx.Connection!, external.Id, arch) is null) return;
            var missing = state.Files.Select(file => file.Sha256).Append(state.IndexSha256).OfType<string>().FirstOrDefault(sha256 => !blobs.Has(sha256));
            if (missing is not null) throw new UpstreamException($"a file of {external.Name} was removed while others were fetched; it is tried again");
            var id = Insert(tx, external, arch, state);
            tx.Execute("UPDATE external_arches SET state_id = @state, mirrors = @mirrors, tried_at = @now, fault = NULL, expected_bytes = NULL WHERE external_id = @Id AND arch = @arch",
                new { state = id, external.Id, arch, now = time.Stamp(), mirrors = string.Join('\n', mirrors) });
        }, ct);
        await DropOld(external.Id, arch);
    }

    /// <summary>An upstream that goes back to an earlier state goes back to the same row.</summary>
    long Insert(IDbTransaction tx, External external, string arch, FetchedState state)
    {
        if (tx.One<long?>("SELECT id FROM external_states WHERE external_id = @Id AND arch = @arch AND hash = @Hash", new { external.Id, arch, state.Hash }) is { } known) return known;
        var id = tx.One<long>("""
            INSERT INTO external_states (external_id, arch, hash, index_sha256, packages, bytes, signed_by, pinned_at)
            VALUES (@Id, @arch, @Hash, @IndexSha256, @Packages, @Bytes, @SignedBy, @now) RETURNING id
            """, new { external.Id, arch, state.Hash, state.IndexSha256, state.Packages, state.Bytes, state.SignedBy, now = time.Stamp() });
        foreach (var file in state.Files)
            tx.Execute("INSERT INTO external_files (state_id, path, checksum, size, sha256) VALUES (@id, @Path, @checksum, @size, @Sha256)",
                new { id, file.File.Path, checksum = file.File.Checksum.ToString(), size = file.File.Size ?? -1, file.Sha256 });
        return id;
    }

    /// <summary>Rows first, then the files that no row points at any more.</summary>
    async Task DropOld(long external, string arch)
    {
        var dropped = await database.Write(tx => Drop(tx, tx.All<long>("""
            SELECT s.id FROM external_states s JOIN externals e ON e.id = s.external_id
            WHERE s.external_id = @external AND s.arch = @arch
              AND NOT EXISTS (SELECT 1 FROM external_arches a WHERE a.state_id = s.id)
              AND s.id NOT IN (SELECT id FROM external_states WHERE external_id = @external AND arch = @arch ORDER BY id DESC LIMIT @Kept)
              AND NOT EXISTS (SELECT 1 FROM run_externals x JOIN task_runs r ON r.id = x.run_id
                WHERE x.hash = s.hash AND x.arch = s.arch AND x.name = e.name AND (r.ended_at IS NULL OR r.ended_at > @since))
            """, new { external, arch, Kept, since = time.Stamp() - (long)keptForRuns.TotalMilliseconds })));
        await DeleteUnreferenced(dropped);
    }

    /// <returns>The blobs that the states pointed at.</returns>
    public static IReadOnlyList<string> Drop(IDbTransaction tx, IReadOnlyList<long> states)
    {
        var blobs = tx.All<string>("SELECT sha256 FROM external_files WHERE state_id IN @states AND sha256 IS NOT NULL UNION SELECT index_sha256 FROM external_states WHERE id IN @states", new { states });
        tx.Execute("DELETE FROM external_files WHERE state_id IN @states", new { states });
        tx.Execute("DELETE FROM external_states WHERE id IN @states", new { states });
        return blobs;
    }

    public async Task DeleteUnreferenced(IReadOnlyList<string> sha256s)
    {
        if (sha256s.Count == 0) return;
        await database.Write(tx =>
        {
            foreach (var sha256 in sha256s) blobs.DeleteUnreferenced(tx, sha256);
        });
    }

    /// <summary>Wakes who waits for this refresh; and, where it has changed something, builders whose work waited for it, and whoever looks at a build that waits.</summary>
    public void Announce(External external, bool changed)
    {
        bells.Ring(Bells.External(external.Name));
        if (!changed) return;
        bells.Ring(Bells.Work);
        bells.Ring(Bells.Externals);
        foreach (var build in database.Read(db => db.All<long>("SELECT id FROM builds WHERE state IN ('Waiting', 'Building')"))) bells.Ring(Bells.Build(build));
    }
}
