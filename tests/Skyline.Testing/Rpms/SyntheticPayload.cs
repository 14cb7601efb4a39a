using System.IO.Compression;
using System.Text;
using Skyline.Rpm;
using ZstdSharp;

namespace Skyline.Testing.Rpms;

/// <summary>The cpio archive of a synthetic package; version 6 has only the files' numbers in it.</summary>
public static class SyntheticPayload
{
    public static byte[] Cpio(SyntheticRpm package)
    {
        var archive = new MemoryStream();
        for (var i = 0; i < package.Files.Count; i++)
        {
            var file = package.Files[i];
            if (file.Flags.HasFlag(PackageFileFlags.Ghost))
                continue;
            if (package.Format == RpmFormat.V6)
                Write(archive, Encoding.ASCII.GetBytes($"07070X{i:x8}"));
            else
                Write(archive, Entry(package.IsSource ? file.Path : "." + file.Path, file.Mode, i + 1, (uint)package.BuildTime, file.Content.Length));
            Write(archive, file.Content);
        }
        Write(archive, Entry("TRAILER!!!", 0, 0, 0, 0));
        return archive.ToArray();
    }

    public static byte[] Pack(byte[] plain, string compressor)
    {
        if (compressor == "none")
            return plain;
        var packed = new MemoryStream();
        using (Stream pack = compressor == "zstd"
            ? new CompressionStream(packed, 1, leaveOpen: true)
            : new GZipStream(packed, CompressionLevel.NoCompression, leaveOpen: true))
            pack.Write(plain);
        return packed.ToArray();
    }

    static byte[] Entry(string name, int mode, int inode, uint time, int size)
    {
        var fields = string.Concat(new uint[] { (uint)inode, (uint)mode, 0, 0, 1, time, (uint)size, 0, 0, 0, 0, (uint)Encoding.UTF8.GetByteCount(name) + 1, 0 }
            .Select(f => $"{f:x8}"));
        return Encoding.UTF8.GetBytes($"070701{fields}{name}\0");
    }

    static void Write(MemoryStream archive, byte[] bytes)
    {
        archive.Write(bytes);
        while (archive.Length % 4 != 0)
            archive.WriteByte(0);
    }
}
