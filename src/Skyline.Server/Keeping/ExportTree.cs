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
/// Writes a tag's repositories as a plain directory tree, for rsync and for plain web servers. Packages come first, then each
/// repository's metadata takes the place of the one before, whole, in one step; packages that left go last. Stopped anywhere, the tree
/// is one that clients can read, and the next export goes on.
/// </summary>
public sealed class ExportTree(Database database, Blobs blobs, SkylineSettings settings, ILogger<ExportTree> log)
{
    const string Next = ".repodata.next";

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
        var keys = database.Read(db => KeyRow.AllOfTag(db, tag.Id)).Select(key => key.PublicArmored);
        await File.WriteAllTextAsync(Path.Combine(root, tag.Name + ".asc.new"), string.Concat(keys), Encoding.ASCII, ct);
        File.Move(Path.Combine(root, tag.Name + ".asc.new"), Path.Combine(root, tag.Name + ".asc"), overwrite: true);

        var kept = new Dictionary<string, HashSet<string>>();
        foreach (var repo in repos) kept[repo.Key] = await Packages(tag.Id, id, repo.Key, Path.Combine(root, repo.Key), store, ct);
        foreach (var repo in repos) await Metadata(Path.Combine(root, repo.Key), [.. repo], ct);
        var removed = kept.Sum(repo => RemoveOthers(Path.Combine(root, repo.Key, "Packages"), repo.Value)) + RemoveOtherRepos(root, kept.Keys);
        store.Prune();
        return new(root, name, kept.Values.Sum(paths => paths.Count), store.Written, removed);
    }

    async Task<HashSet<string>> Packages(long tag, long snapshot, string repo, string folder, PackageStore store, CancellationToken ct)
    {
        var paths = new HashSet<string>();
        Directory.CreateDirectory(Path.Combine(folder, "Packages"));
        for (var after = 0L; ;)
        {
            var some = database.Read(db => db.All<(long Id, long Signed)>("""
                SELECT t.id, t.signed_id FROM tag_rpms t WHERE t.tag_id = @tag AND t.repo = @repo AND t.since <= @snapshot AND (t.until IS NULL OR t.until > @snapshot) AND t.id > @after
                ORDER BY t.id LIMIT 200
                """, new { tag, repo, snapshot, after }));
            foreach (var package in database.Read(db => db.All<Listed>("""
                SELECT r.location AS Location, r.file_name AS FileName, s.head AS Head, r.blob_sha256 AS BlobSha256, s.body_offset AS BodyOffset, s.sha256 AS Sha256, s.size AS Size
                FROM signed_rpms s JOIN rpms r ON r.id = s.rpm_id WHERE s.id IN @ids
                """, new { ids = some.Select(one => one.Signed) })))
            {
                var path = Path.Combine(folder, package.Location);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                Links.Replace(await store.Path(package.Package, package.FileName, ct), path);
                paths.Add(path);
            }
            if (some.Count == 0) return paths;
            after = some[^1].Id;
        }
    }

    /// <summary>The new metadata is made beside the old, and then takes its place, signature and all.</summary>
    async Task Metadata(string folder, IReadOnlyList<MetadataRow> files, CancellationToken ct)
    {
        var (now, next) = (Path.Combine(folder, "repodata"), Path.Combine(folder, Next));
        if (Directory.Exists(next)) Directory.Delete(next, recursive: true);
        Directory.CreateDirectory(next);
        foreach (var file in files)
        {
            await using var to = new FileStream(Path.Combine(next, Path.GetFileName(file.Path)), FileMode.CreateNew, FileAccess.Write, FileShare.None, 0, FileOptions.Asynchronous);
            await new PiecesStream(new KeptMetadata(file.Sha256, file.Size, file.Frames).Pieces(database)).CopyToAsync(to, ct);
            to.Flush(flushToDisk: true);
        }
        OnDisk.SyncFolder(next);
        if (Directory.Exists(now)) Links.Exchange(next, now);
        else Directory.Move(next, now);
        OnDisk.SyncFolder(folder);
        if (Directory.Exists(next)) Directory.Delete(next, recursive: true);
    }

    static int RemoveOthers(string folder, HashSet<string> kept)
    {
        var others = Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }).Where(file => !kept.Contains(file)).ToList();
        foreach (var file in others) File.Delete(file);
        return others.Count;
    }

    /// <summary>Of architectures that the tag has no more.</summary>
    static int RemoveOtherRepos(string root, IEnumerable<string> repos)
    {
        var others = Directory.EnumerateDirectories(root).Where(folder => !repos.Contains(Path.GetFileName(folder)) && Directory.Exists(Path.Combine(folder, "repodata"))).ToList();
        foreach (var folder in others) Directory.Delete(folder, recursive: true);
        return others.Count;
    }
}
