using System.Buffers;

namespace Skyline.Rpm;

/// <summary>
/// Reads a package's lead and its two headers from a stream that need not seek. No length is believed before its bytes came. Without a <paramref name="room"/> a large header waits for nobody.
/// </summary>
sealed class ReadHeaders(Stream stream, string file, HeaderRoom? room, CancellationToken ct)
{
    const int LeadSize = 96;
    const int BelievedAtOnce = 1 << 20;

    long position;

    public async ValueTask<RpmPackage> Read()
    {
        await ReadLead();
        var signature = await ReadHeader(HeaderPart.Signature(file));
        await ReadBytes(new byte[-position & 7], "the padding after its signature header");
        var start = position;
        var main = await ReadHeader(HeaderPart.Main(file));
        return RpmPackage.Of(file, signature, main, start, position);
    }

    async ValueTask ReadLead()
    {
        var lead = ArrayPool<byte>.Shared.Rent(LeadSize);
        try
        {
            await ReadBytes(lead.AsMemory(0, 4), "its first bytes");
            if (!lead.AsSpan(0, 4).SequenceEqual((ReadOnlySpan<byte>)[0xed, 0xab, 0xee, 0xdb]))
                throw new BadRpmException($"{file} is not an RPM package: it begins with the bytes {Convert.ToHexStringLower(lead, 0, 4)}, an RPM begins with edabeedb.");
            // Nothing else in the lead is believed: rpm itself only looks at the magic.
            await ReadBytes(lead.AsMemory(4, LeadSize - 4), "its lead");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(lead);
        }
    }

    async ValueTask<RpmHeader> ReadHeader(HeaderPart part)
    {
        var preamble = new byte[ParseHeader.PreambleSize];
        await ReadBytes(preamble, $"its {part.Name}");
        var size = ParseHeader.SizeOf(preamble, part);
        var bytes = new byte[Math.Min(size, BelievedAtOnce)];
        preamble.CopyTo(bytes, 0);
        var have = preamble.Length;
        while (true)
        {
            await ReadBytes(bytes.AsMemory(have), $"its {part.Name}");
            have = bytes.Length;
            if (have == size)
                return ParseHeader.Parse(bytes, part);
            if (have == BelievedAtOnce && room is not null)
                await (part.WholeRegion ? room.TakeHeader(size, ct) : room.TakeSignature(size, ct));
            Array.Resize(ref bytes, (int)Math.Min(size, have * 2L));
        }
    }

    async ValueTask ReadBytes(Memory<byte> into, string inside)
    {
        var read = await stream.ReadAtLeastAsync(into, into.Length, throwOnEndOfStream: false, ct);
        position += read;
        if (read < into.Length)
            throw CutShort(file, position, inside);
    }

    public static BadRpmException CutShort(string file, long position, string inside) =>
        new($"{file} ends after {position} bytes, inside {inside}: the upload was cut short, or the file is damaged.");
}
