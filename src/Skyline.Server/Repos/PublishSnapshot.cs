using System.Collections.Concurrent;
using System.Data;
using Skyline.Rpm;
using Skyline.Server.Signing;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Repos;

/// <summary>A package as a repository lists it.</summary>
public sealed record RepoPackage(RepoClass Class, string Arch, DateTimeOffset SignedAt, PackageMetadata Metadata);

/// <summary>Where a package belongs: with the programs, with what debuggers read, or with the sources.</summary>
public enum RepoClass { Binary, Debug, Source }

/// <summary>
/// Writes a tag's next snapshot: all its metadata as blobs first, then the rows, together with whatever made the snapshot
/// necessary. Readers see the old or the new one, never a mixture.
/// </summary>
public sealed class PublishSnapshot(Database database, Blobs blobs, SigningKeys keys, CurrentSnapshots current, TimeProvider time)
{
    readonly ConcurrentDictionary<long, SemaphoreSlim> gates = new();

    public Task Publish(long tagId, CancellationToken ct) => Publish(tagId, [], (_, _) => true, ct);

    /// <param name="added">Packages that <paramref name="record"/> is about to put into the tag.</param>
    /// <param name="record">Writes, in the snapshot's own transaction, what it is made of; false if that is not to be any more.</param>
    /// <returns>Whether it was recorded.</returns>
    public async Task<bool> Publish(long tagId, IReadOnlyList<RepoPackage> added, Func<IDbTransaction, Snapshot, bool> record, CancellationToken ct)
    {
        var gate = gates.GetOrAdd(tagId, _ => new SemaphoreSlim(1, 1));
        await gate.WaitAsync(ct);
        try
        {
            var (tag, packages, newest) = database.Read(db => (Tag.Of(db, tagId), PackagesOf(db, tagId), Snapshot.Newest(db, tagId)));
            var now = time.GetUtcNow();
            var snapshot = await Compose(tag, [.. packages, .. added], (await keys.Of(tagId, ct)).Signer, now, ct);
            var recorded = await database.Write(tx =>
            {
                if (!record(tx, snapshot)) return false;
                if (newest?.Hash != snapshot.Hash) snapshot.Insert(tx, tagId, time.Stamp());
                return true;
            }, ct);
            if (recorded && newest?.Hash != snapshot.Hash) current.Replace(tag.Name, snapshot);
            return recorded;
        }
        finally
        {
            gate.Release();
        }
    }

    async Task<Snapshot> Compose(Tag tag, IReadOnlyList<RepoPackage> packages, ISigner signer, DateTimeOffset now, CancellationToken ct)
    {
        var files = new List<SnapshotFile>();
        foreach (var (repo, content) in Divide(tag.Arches, packages))
        {
            foreach (var file in RepodataFiles.Write(content.Select(package => package.Metadata), MetadataCompression.Zstd, RevisionOf(content)))
            {
                files.Add(new(repo, file.Path, (await blobs.Put(file.Bytes, ct)).Sha256));
                if (!file.Path.EndsWith("repomd.xml", StringComparison.Ordinal)) continue;
                var signature = System.Text.Encoding.ASCII.GetBytes(await signer.DetachArmored(file.Bytes, now, ct));
                files.Add(new(repo, file.Path + ".asc", (await blobs.Put(signature, ct)).Sha256));
            }
        }
        return new(Snapshot.HashOf(files), files);
    }

    /// <summary>The tag's repositories: for each architecture its own packages and the noarch ones, debug packages apart, and the sources.</summary>
    public static IEnumerable<(string Repo, IReadOnlyList<RepoPackage> Content)> Divide(IReadOnlyList<string> arches, IReadOnlyList<RepoPackage> packages)
    {
        foreach (var arch in arches)
        {
            var here = packages.Where(package => package.Class != RepoClass.Source && (package.Arch == arch || package.Arch == "noarch")).ToList();
            yield return (arch, [.. here.Where(package => package.Class == RepoClass.Binary)]);
            yield return (arch + "-debug", [.. here.Where(package => package.Class == RepoClass.Debug)]);
        }
        yield return ("src", [.. packages.Where(package => package.Class == RepoClass.Source)]);
    }

    /// <summary>Derived from the content, not from the clock: the same packages are the same bytes whenever they are written.</summary>
    static DateTimeOffset RevisionOf(IReadOnlyList<RepoPackage> content) =>
        content.Count == 0 ? DateTimeOffset.UnixEpoch : content.Max(package => package.SignedAt);

    sealed record Row(string RepoClass, string Arch, long SignedAt, byte[] PrimaryXml, byte[] FilelistsXml, byte[] OtherXml);

    static List<RepoPackage> PackagesOf(IDbConnection db, long tag) => [.. db.All<Row>("""
        SELECT r.repo_class AS RepoClass, r.arch AS Arch, r.signed_at AS SignedAt, m.primary_xml AS PrimaryXml, m.filelists_xml AS FilelistsXml, m.other_xml AS OtherXml
        FROM tag_builds t JOIN rpms r ON r.build_id = t.build_id JOIN rpm_metadata m ON m.rpm_id = r.id
        WHERE t.tag_id = @tag AND t.untagged_at IS NULL
        """, new { tag }).Select(row => new RepoPackage(Enum.Parse<RepoClass>(row.RepoClass), row.Arch, row.SignedAt.ToTime(), new(row.PrimaryXml, row.FilelistsXml, row.OtherXml)))];
}
