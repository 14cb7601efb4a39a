using System.Buffers.Binary;

namespace Skyline.Server.Repos;

/// <summary>A kept frame of metadata, without its bytes.</summary>
public readonly record struct Frame(long Id, int Size, int OpenSize)
{
    const int Packed = 16;

    public static byte[] Pack(IReadOnlyList<Frame> frames)
    {
        var bytes = new byte[frames.Count * Packed];
        for (var i = 0; i < frames.Count; i++)
        {
            var at = bytes.AsSpan(i * Packed);
            BinaryPrimitives.WriteInt64BigEndian(at, frames[i].Id);
            BinaryPrimitives.WriteInt32BigEndian(at[8..], frames[i].Size);
            BinaryPrimitives.WriteInt32BigEndian(at[12..], frames[i].OpenSize);
        }
        return bytes;
    }

    public static Frame[] Unpack(ReadOnlySpan<byte> bytes)
    {
        var frames = new Frame[bytes.Length / Packed];
        for (var i = 0; i < frames.Length; i++)
        {
            var at = bytes[(i * Packed)..];
            frames[i] = new(BinaryPrimitives.ReadInt64BigEndian(at), BinaryPrimitives.ReadInt32BigEndian(at[8..]), BinaryPrimitives.ReadInt32BigEndian(at[12..]));
        }
        return frames;
    }
}
