namespace Skyline.Rpm;

/// <summary>Writes a package's signature header anew: what it held, less old signatures, and the new ones.</summary>
static class SignatureHeader
{
    public static RpmHeader Rebuild(RpmPackage package, IReadOnlyList<HeaderValue> signatures) =>
        ParseHeader.Parse(Bytes(package, signatures), HeaderPart.Signature(package.File));

    static byte[] Bytes(RpmPackage package, IReadOnlyList<HeaderValue> signatures)
    {
        var reserve = package.Format == RpmFormat.V6 ? SignatureTag.Reserved : SignatureTag.ReservedSpace;
        HeaderValue[] values = [.. Kept(package.Signature, reserve), .. signatures];
        var bare = WriteHeader.Of(RpmTag.HeaderSignatures, values);
        var had = package.Signature.Bytes.Length;
        var room = had - bare.Length - WriteHeader.EntrySize;
        if (!package.Signature.Has(reserve) || room <= 0)
            return bare;
        // What the signatures leave of the reserved space stays reserved, and the file keeps its size.
        return WriteHeader.Of(RpmTag.HeaderSignatures, [.. values, HeaderValue.Binary(reserve, new byte[room])]);
    }

    static List<HeaderValue> Kept(RpmHeader header, RpmTag reserve)
    {
        var kept = new List<HeaderValue>();
        foreach (var entry in header.Entries)
        {
            if (entry.Tag != reserve && !IsSignature(entry.Tag))
                kept.Add(new(entry.Tag, entry.Type, entry.Count, header.Bytes.Slice(entry.Offset, entry.Length)));
        }
        return kept;
    }

    static bool IsSignature(RpmTag tag) => tag is SignatureTag.Dsa or SignatureTag.Rsa or SignatureTag.OpenPgp
        or SignatureTag.Pgp or SignatureTag.Gpg or SignatureTag.Pgp5;
}
