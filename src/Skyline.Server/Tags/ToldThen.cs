using System.Data;
using System.IO.Compression;
using System.Xml;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Keeping;
using Skyline.Server.Modules;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>
/// Groups, modules and advisories have no history of their own: what a tag's repositories told of them at some moment is in the snapshot of
/// then, for as long as that is kept, and is read from there.
/// </summary>
static class ToldThen
{
    /// <summary>In bytes; no file of these is larger that was written here.</summary>
    const int Largest = 64 << 20;

    static readonly XmlReaderSettings safely = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null };

    sealed record SnapshotRow(long Id, string Hash, long EventId, long CreatedAt);
    sealed record FileRow(string Path, string Sha256, long Size, byte[] Frames);

    /// <returns>Null: no snapshot from before then is kept.</returns>
    public static TagTold? Of(IDbConnection db, TagThen then, long moment)
    {
        if (db.One<SnapshotRow>("SELECT id AS Id, hash AS Hash, event_id AS EventId, created_at AS CreatedAt FROM snapshots WHERE tag_id = @Id AND event_id <= @moment ORDER BY id DESC LIMIT 1", new { then.Tag.Id, moment }) is not { } snapshot) return null;
        // What happened between is in a snapshot that retention has removed, or that took in what came later too.
        var exact = !db.One<bool>("SELECT EXISTS (SELECT 1 FROM tag_events WHERE tag_id IN @order AND id > @EventId AND id <= @moment AND kind NOT IN ('Config', 'List', 'Key'))", new { order = then.Order, snapshot.EventId, moment });
        var files = db.All<FileRow>($"SELECT f.path AS Path, {KeptMetadata.Columns} FROM snapshot_files f JOIN metadata_files m ON m.sha256 = f.sha256 WHERE f.snapshot_id = @Id AND (f.path LIKE '%comps.xml' OR f.path LIKE '%modules.yaml%' OR f.path LIKE '%updateinfo.xml%')", snapshot)
            .DistinctBy(file => file.Sha256).Select(file => (file.Path, Bytes: Open(db, file))).ToList();
        return new(snapshot.Hash, snapshot.CreatedAt.ToTime(), exact,
            [.. Each("comps.xml", bytes => ReadComps.From(bytes).Groups.Select(group => group.Id))], [.. Each("modules.yaml", bytes => ModuleText.Read(bytes).Where(module => module.Facts["document"] == "modulemd").Select(Stream))],
            [.. Each("updateinfo.xml", Advisories)]);

        IEnumerable<string> Each(string name, Func<byte[], IEnumerable<string>> read) => files.Where(file => file.Path.Contains(name, StringComparison.Ordinal)).SelectMany(file => read(file.Bytes)).Distinct().Order(StringComparer.Ordinal);
    }

    static string Stream(ModuleText module) => $"{module.Facts.GetValueOrDefault("data.name")}:{module.Facts.GetValueOrDefault("data.stream")}";

    static byte[] Open(IDbConnection db, FileRow file)
    {
        var kept = new FramesStream(Repos.Frame.Unpack(file.Frames).Select(frame => db.One<byte[]>("SELECT bytes FROM frames WHERE id = @Id", new { frame.Id })));
        using Stream plain = file.Path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(kept, CompressionMode.Decompress) : file.Path.EndsWith(".zst", StringComparison.Ordinal) ? new ZstdSharp.DecompressionStream(kept) : kept;
        var (whole, buffer) = (new MemoryStream(), new byte[1 << 16]);
        for (int read; (read = plain.Read(buffer)) > 0 && whole.Length < Largest;) whole.Write(buffer, 0, read);
        return whole.ToArray();
    }

    static List<string> Advisories(byte[] bytes)
    {
        var found = new List<string>();
        using var xml = XmlReader.Create(new MemoryStream(bytes), safely);
        while (xml.Read())
            if (xml is { NodeType: XmlNodeType.Element, LocalName: "id", Depth: 2 }) found.Add(xml.ReadElementContentAsString());
        return found;
    }
}
