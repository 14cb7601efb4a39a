using System.Text;
using System.Xml;
using System.Xml.Linq;
using Skyline.Rpm;
using Skyline.Server.Repos;
using Skyline.Server.Signing;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Keeping;

/// <summary>
/// A tag's snapshots as a client would meet them: the name is that of the content, repomd.xml names the files that are there, its
/// signature is good by the keys that the tag hands out, and the packages listed are those that are held.
/// </summary>
sealed class VerifySnapshots(Database database, VerifyReport report, Tag tag, DateTimeOffset now)
{
    static readonly XNamespace repomd = "http://linux.duke.edu/metadata/repo";
    static readonly XmlReaderSettings safely = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null };

    sealed record Row(long Id, string Hash, long KeyId, long Packages);
    sealed record FileRow(string Repo, string Path, string Sha256, long Size, byte[] Frames)
    {
        public KeptMetadata Kept => new(Sha256, Size, Frames);
    }

    public async Task All(CancellationToken ct)
    {
        var snapshots = database.Read(db => db.All<Row>("SELECT id AS Id, hash AS Hash, key_id AS KeyId, packages AS Packages FROM snapshots WHERE tag_id = @Id ORDER BY id DESC", tag));
        if (snapshots.Count == 0) await report.Find($"Tag '{tag.Name}' has no snapshot, so no repository; restart the server, which makes one.");
        var keys = database.Read(db => KeyRow.ForClients(db, tag.Id)).ToDictionary(key => key.Id, key => key.PublicArmored);
        foreach (var snapshot in snapshots)
        {
            ct.ThrowIfCancellationRequested();
            await One(snapshot, keys.GetValueOrDefault(snapshot.KeyId));
            report.Snapshots++;
            await report.Go("snapshots", report.Snapshots);
        }
    }

    /// <param name="key">What it says that it is signed with; null: clients are not given that key.</param>
    async Task One(Row snapshot, string? key)
    {
        var files = database.Read(db => db.All<FileRow>("""
            SELECT f.repo AS Repo, f.path AS Path, m.sha256 AS Sha256, m.size AS Size, m.frames AS Frames
            FROM snapshot_files f JOIN metadata_files m ON m.sha256 = f.sha256 WHERE f.snapshot_id = @Id
            """, snapshot));
        if (Snapshot.HashOf(files.Select(file => (file.Repo, file.Path, file.Sha256))) != snapshot.Hash) await Say(snapshot, "has other content than its name says");
        var held = 0;
        foreach (var repo in files.GroupBy(file => file.Repo)) held += await Repository(snapshot, repo.Key, repo.ToDictionary(file => file.Path), key);
        if (held != snapshot.Packages) await Say(snapshot, $"lists {held} packages, and was made with {snapshot.Packages}");
    }

    /// <returns>How many packages it lists.</returns>
    async Task<int> Repository(Row snapshot, string repo, Dictionary<string, FileRow> files, string? key)
    {
        if (!files.TryGetValue(RepomdXml.Path, out var index) || !files.TryGetValue(RepomdXml.Path + ".asc", out var signature))
        {
            await Say(snapshot, $"has no repomd.xml, or none that is signed, in {repo}");
            return 0;
        }
        var bytes = index.Kept.Whole(database);
        if (WhyBadSignature(bytes, signature.Kept.Whole(database), key) is { } bad) await Say(snapshot, $"is not signed as it should be in {repo}: {bad}");
        try
        {
            using var xml = XmlReader.Create(new MemoryStream(bytes), safely);
            return await Named(snapshot, repo, files, XDocument.Load(xml));
        }
        catch (Exception fault) when (fault is XmlException or InvalidDataException or FormatException or ZstdSharp.ZstdException)
        {
            await Say(snapshot, $"has metadata in {repo} that cannot be read: {fault.Message}");
            return 0;
        }
    }

    string? WhyBadSignature(byte[] signed, byte[] armored, string? key)
    {
        if (key is null) return "its key is none of those that the tag hands out";
        try
        {
            return TrustedKeys.Read(key).WhyNotSignedBy(signed, Encoding.ASCII.GetString(armored), now, out _);
        }
        catch (FormatException fault)
        {
            return fault.Message;
        }
    }

    async Task<int> Named(Row snapshot, string repo, Dictionary<string, FileRow> files, XDocument index)
    {
        var (named, held) = (new HashSet<string> { RepomdXml.Path, RepomdXml.Path + ".asc" }, 0);
        foreach (var data in index.Descendants(repomd + "data"))
        {
            var path = data.Element(repomd + "location")?.Attribute("href")?.Value ?? "";
            named.Add(path);
            if (!files.TryGetValue(path, out var file)) await Say(snapshot, $"names {path} in {repo}, which is missing");
            else if (data.Element(repomd + "checksum")?.Value != file.Sha256 || data.Element(repomd + "size")?.Value != $"{file.Size}") await Say(snapshot, $"states another checksum or size of {path} in {repo} than the file has");
            else if (data.Attribute("type")?.Value == "primary") held = await Listed(snapshot, repo, file);
        }
        foreach (var path in files.Keys.Except(named)) await Say(snapshot, $"has {path} in {repo}, which its repomd.xml does not name");
        return held;
    }

    sealed record HeldRow(string Location, string Sha256);

    async Task<int> Listed(Row snapshot, string repo, FileRow primary)
    {
        var (listed, count) = (new HashSet<(string, string)>(), 0);
        using (var xml = ListedPackages.Open(new FramesStream(primary.Kept.Pieces(database)), primary.Path))
            foreach (var package in ListedPackages.Read(xml))
            {
                count++;
                if (!listed.Add(package)) await Say(snapshot, $"lists {package.Location} twice in {repo}");
            }
        foreach (var held in database.Read(db => db.All<HeldRow>("""
            SELECT r.location AS Location, s.sha256 AS Sha256 FROM tag_rpms t JOIN rpms r ON r.id = t.rpm_id JOIN signed_rpms s ON s.id = t.signed_id
            WHERE t.tag_id = @tag AND t.repo = @repo AND t.since <= @snapshot AND (t.until IS NULL OR t.until > @snapshot)
            """, new { tag = tag.Id, repo, snapshot = snapshot.Id })))
            if (!listed.Remove((held.Location, held.Sha256))) await Say(snapshot, $"holds {held.Location} in {repo}, which its metadata does not list");
        foreach (var (location, _) in listed) await Say(snapshot, $"lists {location} in {repo}, which it does not hold");
        return count;
    }

    Task Say(Row snapshot, string what) => report.Find($"Snapshot {snapshot.Hash} of tag '{tag.Name}' {what}.");
}
