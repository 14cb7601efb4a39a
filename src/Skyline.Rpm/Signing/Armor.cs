using System.Runtime.InteropServices;
using System.Text;
using Org.BouncyCastle.Bcpg;

namespace Skyline.Rpm;

/// <summary>OpenPGP as text.</summary>
public static class Armor
{
    /// <summary>A detached, armored signature (repomd.xml.asc).</summary>
    public static async Task<string> DetachArmored(this ISigner signer, ReadOnlyMemory<byte> data, DateTimeOffset at, CancellationToken ct)
    {
        var packet = await signer.Detach(Open(data), at, ct);
        return Of(armor => armor.Write(packet));
    }

    /// <summary>Bytes at hand as a stream; they are not copied where they are an array's.</summary>
    internal static MemoryStream Open(ReadOnlyMemory<byte> data) => MemoryMarshal.TryGetArray(data, out var array)
        ? new(array.Array!, array.Offset, array.Count, writable: false)
        : new(data.ToArray(), writable: false);

    internal static string Of(Action<Stream> write)
    {
        using var output = new MemoryStream();
        // rpm insists on the check sum that newer OpenPGP made optional.
        using (var armor = ArmoredOutputStream.Build().ClearHeaders().EnableCrc(true).Build(output))
            write(armor);
        return Encoding.ASCII.GetString(output.ToArray());
    }
}
