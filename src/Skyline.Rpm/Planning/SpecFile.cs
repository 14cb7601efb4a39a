using System.Globalization;
using System.Text;

namespace Skyline.Rpm;

/// <summary>Finds the spec in a source package's payload.</summary>
public static class SpecFile
{
    /// <summary>Bytes of a spec, and of the payload that is unpacked to find it.</summary>
    const int Longest = 1 << 20;
    const long MostUnpacked = 2L << 30;
    const int HeaderSize = 110, StrippedSize = 14;

    /// <param name="payload">The file, at the payload's first byte: as <see cref="RpmPackage.Read(Stream, CancellationToken)"/> leaves it.</param>
    /// <param name="package">The package, read from the same file.</param>
    /// <returns>Its text; null if there is none within bounds.</returns>
    /// <exception cref="BadRpmException">The payload does not unpack.</exception>
    public static string? Read(RpmPackage package, Stream payload)
    {
        var files = package.Files;
        var wanted = files.Where(file => file.Flags.HasFlag(PackageFileFlags.Spec)).Select(file => file.Path).FirstOrDefault() ?? files.Select(file => file.Path).FirstOrDefault(path => path.EndsWith(".spec", StringComparison.Ordinal));
        if (wanted is null) return null;
        using var plain = PayloadStream.Open(package, payload);
        var archive = new Archive(plain);
        while (archive.Next(files) is var (name, size) && archive.Taken < MostUnpacked)
        {
            if (name == wanted) return size <= Longest ? RpmHeader.Decode(archive.Content((int)size)) : null;
            archive.Skip(size);
        }
        return null;
    }

    /// <summary>A cpio archive as rpm writes it ("newc"), or only with the files' numbers (version 6). What is no archive just ends.</summary>
    sealed class Archive(Stream plain)
    {
        readonly byte[] buffer = new byte[64 << 10];

        public long Taken { get; private set; }

        public (string Name, long Size)? Next(IReadOnlyList<PackageFile> files)
        {
            Align();
            if (!Fill(6)) return null;
            var magic = Encoding.ASCII.GetString(buffer, 0, 6);
            return magic switch { "07070X" => Stripped(files), "070701" or "070702" => Whole(), _ => null };
        }

        (string, long)? Stripped(IReadOnlyList<PackageFile> files)
        {
            if (!Fill(StrippedSize - 6) || Hex(0) is not { } index || index >= files.Count) return null;
            Align();
            return (files[(int)index].Path, files[(int)index].Size);
        }

        (string, long)? Whole()
        {
            if (!Fill(HeaderSize - 6) || Hex(6 * 8) is not { } size || Hex(11 * 8) is not { } named || named is 0 or > 4096 || !Fill((int)named)) return null;
            var name = Encoding.UTF8.GetString(buffer, 0, (int)named - 1);
            Align();
            return name == "TRAILER!!!" ? null : (name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name, size);
        }

        long? Hex(int at) => long.TryParse(Encoding.ASCII.GetString(buffer, at, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) ? number : null;

        public byte[] Content(int size)
        {
            var content = new byte[size];
            var read = plain.ReadAtLeast(content, size, throwOnEndOfStream: false);
            Taken += read;
            return content[..read];
        }

        public void Skip(long size)
        {
            while (size > 0 && plain.Read(buffer, 0, (int)Math.Min(size, buffer.Length)) is > 0 and var read) (size, Taken) = (size - read, Taken + read);
        }

        bool Fill(int count)
        {
            var read = plain.ReadAtLeast(buffer.AsSpan(0, count), count, throwOnEndOfStream: false);
            Taken += read;
            return read == count;
        }

        void Align() => Skip(-Taken & 3);
    }
}
