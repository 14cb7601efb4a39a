using System.Globalization;

namespace Skyline.Rpm;

/// <summary>
/// The files of a source package's payload, one after the other. Names are the header's, which have no folder (<see cref="CheckFileNames"/>), each
/// comes once, and all of it is counted: what unpacks to more than was allowed ends there.
/// </summary>
sealed class SourcePayload : IDisposable
{
    const int EntrySize = 110, StrippedSize = 14, LongestName = 4096;

    readonly RpmPackage package;
    readonly IReadOnlyList<PackageFile> files;
    readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);
    readonly PayloadStream plain;
    readonly long most;
    readonly CancellationToken ct;
    readonly byte[] some = new byte[64 << 10];
    long taken, left, padding;

    /// <param name="payload">Stands at the payload's first byte, as <see cref="RpmPackage.Read(Stream, CancellationToken)"/> leaves it.</param>
    /// <param name="most">How many bytes the payload may unpack to.</param>
    /// <param name="package">The package, read from the same file.</param>
    /// <param name="ct">Ends the reading.</param>
    public SourcePayload(RpmPackage package, Stream payload, long most, CancellationToken ct)
    {
        (this.package, this.most, this.ct, files) = (package, most, ct, package.Files);
        for (var at = 0; at < files.Count; at++)
        {
            if (!numbers.TryAdd(files[at].Path, at)) throw new BadRpmException($"{package.File} lists {CheckNevra.Shown(files[at].Path)} twice.");
        }
        plain = PayloadStream.Open(package, payload);
    }

    /// <summary>Goes on to the next file; what was not read of the one before is passed over.</summary>
    /// <returns>The file, its place in the header, and how many bytes of it follow; null at the end.</returns>
    /// <exception cref="BadRpmException">The payload is no archive of the header's files.</exception>
    public (PackageFile File, int Number, long Size)? Next()
    {
        Read(left + padding, null);
        if (Entry() is not var (number, size)) return null;
        if (!numbers.Remove(files[number].Path)) throw new BadRpmException($"{package.File} has {CheckNevra.Shown(files[number].Path)} twice in its payload.");
        (left, padding) = (size, -size & 3);
        return (files[number], number, size);
    }

    public byte[] Whole()
    {
        var bytes = Take((int)left);
        left = 0;
        return bytes;
    }

    public void CopyTo(Stream file)
    {
        Read(left, file);
        left = 0;
    }

    /// <summary>An entry's head in the "newc" format, or rpm's own, which has the file's number and no more.</summary>
    (int Number, long Size)? Entry()
    {
        var magic = Take(6);
        if (magic.AsSpan().SequenceEqual("07070X"u8))
        {
            var number = Number(Take(8));
            Read(-StrippedSize & 3, null);
            return number < files.Count ? ((int)number, files[(int)number].Size) : throw Damaged();
        }
        if (!magic.AsSpan().SequenceEqual("070701"u8) && !magic.AsSpan().SequenceEqual("070702"u8)) throw Damaged();
        var head = Take(EntrySize - 6);
        var (size, named) = (Number(head.AsSpan(48, 8)), Number(head.AsSpan(88, 8)));
        if (named is 0 or > LongestName) throw Damaged();
        var name = RpmHeader.Decode(Take((int)named).AsSpan().TrimEnd((byte)0));
        Read(-(EntrySize + named) & 3, null);
        return name == "TRAILER!!!" ? null : (OfName(name), size);
    }

    /// <summary>Some archivers put "./" before each name.</summary>
    int OfName(string name) => Listed(name) ?? (name.StartsWith("./", StringComparison.Ordinal) ? Listed(name[2..]) : null)
        ?? throw new BadRpmException($"{package.File} has {CheckNevra.Shown(name)} in its payload, which its header does not list, or a second time.");

    int? Listed(string name) => numbers.TryGetValue(name, out var number) ? number : null;

    long Number(ReadOnlySpan<byte> hex) => uint.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) ? number : throw Damaged();

    BadRpmException Damaged() => new($"{package.File} has a payload that is no archive of files.");

    byte[] Take(int count)
    {
        Count(count);
        var bytes = new byte[count];
        return plain.ReadAtLeast(bytes, count, throwOnEndOfStream: false) == count ? bytes : throw TooEarly();
    }

    void Read(long count, Stream? into)
    {
        Count(count);
        while (count > 0)
        {
            ct.ThrowIfCancellationRequested();
            var read = plain.Read(some, 0, (int)Math.Min(count, some.Length));
            if (read == 0) throw TooEarly();
            into?.Write(some, 0, read);
            count -= read;
        }
    }

    void Count(long count)
    {
        if ((taken += count) > most) throw new BadRpmException($"{package.File} has a payload that unpacks to more than the {most} bytes allowed.");
    }

    BadRpmException TooEarly() => new($"{package.File} has a payload that ends too early.");

    public void Dispose() => plain.Dispose();
}
