using System.Globalization;

namespace Skyline.Rpm;

/// <summary>Takes the spec out of a source package. Nothing else of it is kept, and nothing is written.</summary>
public static class SourceSpec
{
    const int EntrySize = 110, StrippedSize = 14, LongestName = 4096;

    /// <param name="payload">Stands at the payload's first byte, as <see cref="RpmPackage.Read(Stream, CancellationToken)"/> leaves it.</param>
    /// <param name="mostPayload">How many bytes the payload may unpack to.</param>
    /// <exception cref="BadRpmException">There is not exactly one spec, or the payload is damaged, or larger than that.</exception>
    public static Task<(string Name, byte[] Text)> Read(RpmPackage package, Stream payload, long mostPayload, CancellationToken ct) => Task.Run(() =>
    {
        if (package.Files.Where(file => file.Path.EndsWith(".spec", StringComparison.Ordinal)).ToList() is not [var spec])
            throw new BadRpmException($"{package.File} has not exactly one spec file.");
        using var plain = new CountedPayload(PayloadStream.Open(package, payload), mostPayload, package.File, ct);
        while (Next(package, plain) is var (name, size))
        {
            if (Path.GetFileName(name) == Path.GetFileName(spec.Path)) return (name, plain.Take(WithinBounds(package, size)));
            plain.Skip(size + (-size & 3));
        }
        throw new BadRpmException($"{package.File} lists {spec.Path}, and its payload does not have it.");
    }, ct);

    static int WithinBounds(RpmPackage package, long size) => size <= BumpSpec.MostBytes ? (int)size
        : throw new BadRpmException($"{package.File} has a spec of {size} bytes; no more than {BumpSpec.MostBytes >> 20} MiB are read of one.");

    /// <summary>An entry's head in the "newc" format, or rpm's own, which has the file's number and no more.</summary>
    static (string Name, long Size)? Next(RpmPackage package, CountedPayload plain)
    {
        var magic = plain.Take(6);
        if (magic.AsSpan().SequenceEqual("07070X"u8))
        {
            var number = Number(package, plain.Take(8));
            plain.Skip(-StrippedSize & 3);
            return number < package.Files.Count ? (package.Files[(int)number].Path, package.Files[(int)number].Size) : throw Damaged(package);
        }
        if (!magic.AsSpan().SequenceEqual("070701"u8) && !magic.AsSpan().SequenceEqual("070702"u8)) throw Damaged(package);
        var head = plain.Take(EntrySize - 6);
        var (size, named) = (Number(package, head.AsSpan(48, 8)), Number(package, head.AsSpan(88, 8)));
        if (named is 0 or > LongestName) throw Damaged(package);
        var name = System.Text.Encoding.UTF8.GetString(plain.Take((int)named)).TrimEnd('\0');
        plain.Skip(-(EntrySize + named) & 3);
        return name == "TRAILER!!!" ? null : (name, size);
    }

    static long Number(RpmPackage package, ReadOnlySpan<byte> hex) => uint.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) ? number : throw Damaged(package);

    static BadRpmException Damaged(RpmPackage package) => new($"{package.File} has a payload that is no archive of files.");

    sealed class CountedPayload(Stream plain, long most, string file, CancellationToken ct) : IDisposable
    {
        readonly byte[] thrown = new byte[64 << 10];
        long taken;

        public byte[] Take(int count)
        {
            var bytes = new byte[count];
            Count(count);
            if (plain.ReadAtLeast(bytes, count, throwOnEndOfStream: false) < count) throw new BadRpmException($"{file} has a payload that ends too early.");
            return bytes;
        }

        public void Skip(long count)
        {
            Count(count);
            while (count > 0)
            {
                ct.ThrowIfCancellationRequested();
                var read = plain.Read(thrown, 0, (int)Math.Min(count, thrown.Length));
                if (read == 0) throw new BadRpmException($"{file} has a payload that ends too early.");
                count -= read;
            }
        }

        void Count(long count)
        {
            if ((taken += count) > most) throw new BadRpmException($"{file} has a payload that unpacks to more than the {most} bytes allowed.");
        }

        public void Dispose() => plain.Dispose();
    }
}
