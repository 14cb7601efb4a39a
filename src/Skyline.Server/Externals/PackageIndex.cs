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
static class PackageIndex
{
    const int HeaderSize = 12, KeySize = 16, DigestAt = KeySize + 1 + 8;
    static readonly string[] types = ["md5", "sha1", "sha256", "sha384", "sha512"];

    public static byte[] Write(IReadOnlyCollection<UpstreamFile> packages)
    {
        var digestSize = packages.Count == 0 ? 0 : packages.Max(package => package.Checksum.Hex.Length / 2);
        var records = packages.Select(package => Record(package, digestSize)).ToArray();
        Array.Sort(records, (a, b) => a.AsSpan(0, KeySize).SequenceCompareTo(b.AsSpan(0, KeySize)));
        var file = new MemoryStream(HeaderSize + (records.Length * (DigestAt + digestSize)));
        file.Write("SKYPKG01"u8);
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(number, digestSize);
        file.Write(number);
        foreach (var record in records) file.Write(record);
        return file.ToArray();
    }

    static byte[] Record(UpstreamFile package, int digestSize)
    {
        var record = new byte[DigestAt + digestSize];
        KeyOf(package.Path).CopyTo(record, 0);
        record[KeySize] = (byte)Array.IndexOf(types, package.Checksum.Type);
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(KeySize + 1), package.Size ?? -1);
        Convert.FromHexString(package.Checksum.Hex).CopyTo(record, DigestAt);
        return record;
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
