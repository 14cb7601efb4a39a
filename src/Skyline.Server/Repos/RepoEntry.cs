using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Skyline.Server.Repos;

/// <summary>
/// A package in a repository, and where it stands there: by a hash of its source's name first, so that what one build made stands
/// together, then by one of its own file name. Both are cryptographic: nobody can name packages so that they crowd one bucket.
/// </summary>
/// <param name="SignedId">The signed package (signed_rpms).</param>
/// <param name="AddedAt">When the package came, milliseconds since 1970.</param>
readonly record struct RepoEntry(ulong Family, ulong Self, long SignedId, long AddedAt) : IComparable<RepoEntry>
{
    public static RepoEntry Of(string package, string fileName, long signedId, long addedAt) => new(HashOf(package), HashOf(fileName), signedId, addedAt);

    /// <summary>Bit 0 is the first that entries are told apart by.</summary>
    public bool Bit(int at) => at < 64 ? (Family >> (63 - at) & 1) == 1 : (Self >> (127 - at) & 1) == 1;

    public int CompareTo(RepoEntry other)
    {
        var order = Family.CompareTo(other.Family);
        if (order == 0) order = Self.CompareTo(other.Self);
        return order != 0 ? order : SignedId.CompareTo(other.SignedId);
    }

    static ulong HashOf(string name)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(name), hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash);
    }
}
