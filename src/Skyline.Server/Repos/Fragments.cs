using System.Buffers;
using Skyline.Rpm;
using Skyline.Server.Storage;
using ZstdSharp;

namespace Skyline.Server.Repos;

/// <summary>Packages' fragments of metadata as they lie in the database: made once, when a package is signed, each compressed by itself.</summary>
static class Fragments
{
    const int FastLevel = 1;

    [ThreadStatic]
    static Compressor? packer;

    [ThreadStatic]
    static Decompressor? opener;

    public static byte[] Pack(ReadOnlyMemory<byte> xml) => (packer ??= new Compressor(FastLevel)).Wrap(xml.Span).ToArray();

    sealed record Row(long Id, byte[] PrimaryXml, byte[] FilelistsXml, byte[] OtherXml);

    /// <returns>For each kind, all the packages' fragments one after another, in the order of <paramref name="signed"/>.</returns>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Read(Database database, IReadOnlyList<long> signed)
    {
        var rows = database.Read(db => db.All<Row>("SELECT id AS Id, primary_xml AS PrimaryXml, filelists_xml AS FilelistsXml, other_xml AS OtherXml FROM signed_rpms WHERE id IN @signed", new { signed })).ToDictionary(row => row.Id);
        var ordered = signed.Select(id => rows[id]).ToList();
        return [.. MetadataKind.All.Select(kind => Joined(ordered.Select(row => kind == MetadataKind.Primary ? row.PrimaryXml : kind == MetadataKind.Filelists ? row.FilelistsXml : row.OtherXml)))];
    }

    static ReadOnlyMemory<byte> Joined(IEnumerable<byte[]> fragments)
    {
        opener ??= new Decompressor();
        var all = new ArrayBufferWriter<byte>(1 << 18);
        foreach (var fragment in fragments)
        {
            var room = all.GetSpan((int)Decompressor.GetDecompressedSize(fragment));
            all.Advance(opener.Unwrap(fragment, room));
        }
        return all.WrittenMemory;
    }
}
