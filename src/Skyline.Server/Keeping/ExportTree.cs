using System.Security.Cryptography;
using System.Text;
using Skyline.Protocol;
using Skyline.Server.Repos;
using Skyline.Server.Shell;
using Skyline.Server.Signing;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Keeping;

/// <summary>What became of an export.</summary>
public abstract record Exported
{
    public sealed record Done(ExportedTree Tree) : Exported;

    public sealed record Refused(Refusal Why) : Exported;
}

/// <summary>
/// Writes a tag's repositories as a plain directory tree, for rsync and for plain web servers. Each repository is made whole beside the
/// one before, of hard links, and takes its place in one step: a package signed anew has the name of the one before it, which no
/// metadata but its own fits. Stopped anywhere, the tree is one that clients can read, and the next export goes on.
/// </summary>
public sealed class ExportTree(Database database, Blobs blobs, SkylineSettings settings, ILogger<ExportTree> log)
{
    const int AtOnce = 200;

    sealed record Listed(string Location, string FileName, byte[] Head, string BlobSha256, long BodyOffset, string Sha256, long Size)
    {
        public LocatedPackage Package => new(Head, BlobSha256, BodyOffset, Sha256, Size);
    }

    sealed record MetadataRow(string Repo, string Path, string Sha256, long Size, byte[] Frames);

    /// <param name="hash">Null: the newest snapshot.</param>
    public async Task<Exported> Export(Tag tag, string folder, string? hash, CancellationToken ct)
    {
        var (id, name) = database.Read(db => db.One<(long, string)>("SELECT id, hash FROM snapshots WHERE tag_id = @Id AND (@hash IS NULL OR hash = @hash) ORDER BY id DESC LIMIT 1", new { tag.Id, hash }));
        if (name is null) return new Exported.Refused(new(404, $"Tag '{tag.Name}' has no snapshot {hash}, or retention has removed it."));
        var (root, why) = ExportFolder.Of(settings, folder, tag.Name);
        if (root is null) return new Exported.Refused(why!);
        try
        {
            return new Exported.Done(await Write(tag, id, name, root, ct));
        }
        catch (InvalidDataException damaged)
        {
            log.LogError("Tag {Tag} could not be exported: {Fault}", tag.Name, damaged.Message);
            return new Exported.Refused(new(500, damaged.Message));
        }
    }

    async Task<ExportedTree> Write(Tag tag, long id, string name, string root, CancellationToken ct)
    {
        var store = new PackageStore(Directory.CreateDirectory(Path.Combine(settings.ExportFolder, ExportFolder.Packages)).FullName, blobs);
        var repos = database.Read(db => db.All<MetadataRow>("""
            SELECT f.repo AS Repo, f.path AS Path, m.sha256 AS Sha256, m.size AS Size, m.frames AS Frames FROM snapshot_files f JOIN metadata_files m ON m.sha256 = f.sha256 WHERE f.snapshot_id = @id
            """, new { id })).ToLookup(file => file.Repo);
        var keys = database.Read(db => KeyRow.ForClients(db, tag.Id)).Select(key => key.PublicArmored);
        await File.WriteAllTextAsync(Path.Combine(root, tag.Name + ".asc.new"), string.Concat(keys), Encoding.ASCII, ct);
        File.Move(Path.Combine(root, tag.Name + ".asc.new"), Path.Combine(root, tag.Name + ".asc"), overwrite: true);

        foreach (var left in Directory.EnumerateDirectories(root, NextOf("*"))) Directory.Delete(left, recursive: true);
        var held = new Dictionary<string, HashSet<string>>();
        foreach (var repo in repos) held[repo.Key] = await Repository(tag.Id, id, [.. repo], Path.Combine(root, NextOf(repo.Key)), store, ct);
        var removed = held.Sum(repo => TakePlace(Path.Combine(root, NextOf(repo.Key)), Path.Combine(root, repo.Key), repo.Value)) + RemoveOtherRepos(root, held.Keys);
        store.Prune();
        return new(root, name, held.Values.Sum(locations => locations.Count), store.Written, removed);
    }

    static string NextOf(string repo) => $".{repo}.next";

    /// <summary>The whole repository, on the disk.</summary>
    /// <returns>Where its packages are.</returns>
    async Task<HashSet<string>> Repository(long tag, long snapshot, IReadOnlyList<MetadataRow> files, string folder, PackageStore store, CancellationToken ct)
    {
        Directory.CreateDirectory(Path.Combine(folder, "Packages"));
        var locations = await Packages(tag, snapshot, files[0].Repo, folder, store, ct);
        await Metadata(Directory.CreateDirectory(Path.Combine(folder, "repodata")).FullName, files, ct);
        foreach (var one in Directory.EnumerateDirectories(folder, "*", SearchOption.AllDirectories)) OnDisk.SyncFolder(one);
        OnDisk.SyncFolder(folder);
        return locations;
    }

    async Task<HashSet<string>> Packages(long tag, long snapshot, string repo, string folder, PackageStore store, CancellationToken ct)
    {
        var locations = new HashSet<string>();
        var all = database.Read(db => db.All<long>("SELECT signed_id FROM tag_rpms WHERE tag_id = @tag AND repo = @repo AND since <= @snapshot AND (until IS NULL OR until > @snapshot)", new { tag, repo, snapshot }));
        foreach (var some in all.Chunk(AtOnce))
        {
            foreach (var package in database.Read(db => db.All<Listed>("""
                SELECT r.location AS Location, r.file_name AS FileName, s.head AS Head, r.blob_sha256 AS BlobSha256, s.body_offset AS BodyOffset, s.sha256 AS Sha256, s.size AS Size
                FROM signed_rpms s JOIN rpms r ON r.id = s.rpm_id WHERE s.id IN @some
                """, new { some })))
            {
                var path = Path.Combine(folder, package.Location);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                Links.Make(await store.Path(package.Package, package.FileName, ct), path);
                locations.Add(package.Location);
            }
        }
        return locations;
    }

    async Task Metadata(string folder, IReadOnlyList<MetadataRow> files, CancellationToken ct)
    {
        foreach (var file in files)
        {
            await using var to = new FileStream(Path.Combine(folder, Path.GetFileName(file.Path)), FileMode.CreateNew, FileAccess.Write, FileShare.None, 0, FileOptions.Asynchronous);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (var piece in new KeptMetadata(file.Sha256, file.Size, file.Frames).Pieces(database).OfType<byte[]>())
            {
                hash.AppendData(piece);
                await to.WriteAsync(piece, ct);
            }
            if (Convert.ToHexStringLower(hash.GetHashAndReset()) != file.Sha256)
                throw new InvalidDataException($"{file.Repo}/{file.Path} is damaged and was not exported; `skyline repo verify` tells what else is.");
            to.Flush(flushToDisk: true);
        }
    }

    /// <summary>Packages and metadata, signatures and all, in one step.</summary>
    /// <returns>How many packages have left.</returns>
    static int TakePlace(string next, string now, HashSet<string> locations)
    {
        if (Directory.Exists(now)) Links.Exchange(next, now);
        else Directory.Move(next, now);
        OnDisk.SyncFolder(Path.GetDirectoryName(now)!);
        if (!Directory.Exists(next)) return 0;
        var left = Directory.EnumerateFiles(next, "*.rpm", SearchOption.AllDirectories).Count(file => !locations.Contains(Path.GetRelativePath(next, file)));
        Directory.Delete(next, recursive: true);
        return left;
    }

    /// <summary>Of architectures that the tag has no more.</summary>
    static int RemoveOtherRepos(string root, IEnumerable<string> repos)
    {
        var others = Directory.EnumerateDirectories(root).Where(folder => !repos.Contains(Path.GetFileName(folder)) && Directory.Exists(Path.Combine(folder, "repodata"))).ToList();
        foreach (var folder in others) Directory.Delete(folder, recursive: true);
        return others.Count;
    }
}
