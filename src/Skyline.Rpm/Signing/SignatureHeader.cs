using System.Buffers.Binary;
using System.Text;

namespace Skyline.Rpm;

/// <summary>One value of a signature header that is being written.</summary>
sealed record SignatureValue(RpmTag Tag, RpmType Type, int Count, ReadOnlyMemory<byte> Bytes)
{
    public static SignatureValue Binary(RpmTag tag, byte[] bytes) => new(tag, RpmType.Binary, bytes.Length, bytes);

    public static SignatureValue Text(RpmTag tag, string text) => new(tag, RpmType.StringArray, 1, Encoding.ASCII.GetBytes(text + "\0"));
}

/// <summary>Writes a package's signature header anew: what it held, less old signatures, and the new ones.</summary>
static class SignatureHeader
{
    const int EntrySize = 16;

    public static RpmHeader Rebuild(RpmPackage package, IReadOnlyList<SignatureValue> signatures) =>
        ParseHeader.Parse(Bytes(package, signatures), HeaderPart.Signature(package.File));

    static byte[] Bytes(RpmPackage package, IReadOnlyList<SignatureValue> signatures)
    {
        var reserve = package.Format == RpmFormat.V6 ? SignatureTag.Reserved : SignatureTag.ReservedSpace;
        SignatureValue[] values = [.. Kept(package.Signature, reserve), .. signatures];
        var bare = Write(values);
        var had = package.Signature.Bytes.Length;
        var room = had - bare.Length - EntrySize;
        if (!package.Signature.Has(reserve) || room <= 0)
            return bare;
        // What the signatures leave of the reserved space stays reserved, and the file keeps its size.
        return Write([.. values, SignatureValue.Binary(reserve, new byte[room])]);
    }

    static List<SignatureValue> Kept(RpmHeader header, RpmTag reserve)
    {
        var kept = new List<SignatureValue>();
        foreach (var entry in header.Entries)
        {
            if (entry.Tag != reserve && !IsSignature(entry.Tag))
                kept.Add(new(entry.Tag, entry.Type, entry.Count, header.Bytes.Slice(entry.Offset, entry.Length)));
        }
        return kept;
    }

    static bool IsSignature(RpmTag tag) => tag is SignatureTag.Dsa or SignatureTag.Rsa or SignatureTag.OpenPgp
        or SignatureTag.Pgp or SignatureTag.Gpg or SignatureTag.Pgp5;

    /// <summary>Entries by ascending tag, after that of the region; values aligned; the region's trailer last.</summary>
    static byte[] Write(IEnumerable<SignatureValue> values)
    {
        SignatureValue[] sorted = [.. values.OrderBy(v => v.Tag)];
        var count = sorted.Length + 1;
        var store = new MemoryStream();
        var index = new byte[count * EntrySize];
        for (var i = 0; i < sorted.Length; i++)
        {
            while (store.Length % HeaderEntry.Width(sorted[i].Type) != 0)
                store.WriteByte(0);
            WriteEntry(index.AsSpan((i + 1) * EntrySize), sorted[i].Tag, sorted[i].Type, (int)store.Length, sorted[i].Count);
            store.Write(sorted[i].Bytes.Span);
        }
        WriteEntry(index, RpmTag.HeaderSignatures, RpmType.Binary, (int)store.Length, EntrySize);
        Span<byte> trailer = stackalloc byte[EntrySize];
        WriteEntry(trailer, RpmTag.HeaderSignatures, RpmType.Binary, -index.Length, EntrySize);
        store.Write(trailer);
        return Join(count, index, store);
    }

    static byte[] Join(int count, byte[] index, MemoryStream store)
    {
        var header = new byte[ParseHeader.PreambleSize + index.Length + store.Length];
        BinaryPrimitives.WriteUInt64BigEndian(header, ParseHeader.Magic);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(8), count);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(12), (int)store.Length);
        index.CopyTo(header, ParseHeader.PreambleSize);
        store.ToArray().CopyTo(header, ParseHeader.PreambleSize + index.Length);
        return header;
    }

    static void WriteEntry(Span<byte> at, RpmTag tag, RpmType type, int offset, int count)
    {
        BinaryPrimitives.WriteInt32BigEndian(at, (int)tag);
        BinaryPrimitives.WriteInt32BigEndian(at[4..], (int)type);
        BinaryPrimitives.WriteInt32BigEndian(at[8..], offset);
        BinaryPrimitives.WriteInt32BigEndian(at[12..], count);
    }
}
