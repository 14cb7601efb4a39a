using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Skyline.Server.Externals;

/// <summary>
/// Where a state's packages are and what their checksums are: one sorted file of records of one size, looked up by bisecting it
/// where it lies. A blob rather than rows: 70,000 packages are four megabytes written once, no writer waits for them, and two
/// states with the same packages share it.
/// Layout: "SKYPKG01", the digests' length (4), then records: the path's SHA-256, its first 16 bytes (16), checksum type (1), size (8), digest.
/// </summary>
sealed class PackageIndex
{
    const int HeaderSize = 12, KeySize = 16, DigestAt = KeySize + 1 + 8;
    static readonly string[] types = ["md5", "sha1", "sha256", "sha384", "sha512"];

    readonly List<byte[]> records = [];

    public int Count => records.Count;

    public void Add(UpstreamFile package)
    {
        var record = new byte[DigestAt + (package.Checksum.Hex.Length / 2)];
        KeyOf(package.Path).CopyTo(record, 0);
        record[KeySize] = (byte)Array.IndexOf(types, package.Checksum.Type);
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(KeySize + 1), package.Size ?? -1);
        Convert.FromHexString(package.Checksum.Hex).CopyTo(record, DigestAt);
        records.Add(record);
    }

    public ReadOnlyMemory<byte> Written()
    {
        records.Sort((a, b) => a.AsSpan(0, KeySize).SequenceCompareTo(b.AsSpan(0, KeySize)));
        var size = records.Count == 0 ? DigestAt : records.Max(record => record.Length);
        var file = new byte[HeaderSize + (records.Count * size)];
        "SKYPKG01"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(8), size - DigestAt);
        for (var at = 0; at < records.Count; at++) records[at].CopyTo(file, HeaderSize + (at * size));
        return file;
    }

    public static UpstreamFile? Find(FileStream index, string path)
    {
        Span<byte> header = stackalloc byte[HeaderSize];
        RandomAccess.Read(index.SafeFileHandle, header, 0);
        Span<byte> record = stackalloc byte[DigestAt + BinaryPrimitives.ReadInt32LittleEndian(header[8..])];
        var key = KeyOf(path).AsSpan();
        var (low, high) = (0L, ((index.Length - HeaderSize) / record.Length) - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            RandomAccess.Read(index.SafeFileHandle, record, HeaderSize + (middle * record.Length));
            var order = record[..KeySize].SequenceCompareTo(key);
            if (order == 0) return Read(path, record);
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }
        return null;
    }

    static UpstreamFile Read(string path, ReadOnlySpan<byte> record)
    {
        var type = types[record[KeySize]];
        var digest = record.Slice(DigestAt, type switch { "md5" => 16, "sha1" => 20, "sha256" => 32, "sha384" => 48, _ => 64 });
        var size = BinaryPrimitives.ReadInt64LittleEndian(record[(KeySize + 1)..]);
        return new(path, new(type, Convert.ToHexStringLower(digest)), size < 0 ? null : size);
    }

    static byte[] KeyOf(string path) => SHA256.HashData(Encoding.UTF8.GetBytes(path))[..KeySize];
}
