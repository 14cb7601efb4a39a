using System.Globalization;
using System.Text;

namespace Skyline.Builder;

/// <summary>Writes what a Linux kernel unpacks as its first file system: the "newc" form of cpio. Several, one after another, are one.</summary>
sealed class CpioArchive(Stream to)
{
    const int Folder = 0x41ED, Program = 0x81ED; // mode 0755
    readonly HashSet<string> folders = [];
    int inode;

    /// <param name="path">Absolute. Folders that lead to it are made on the way.</param>
    public void Add(string path, ReadOnlySpan<byte> content)
    {
        for (var at = path.IndexOf('/', 1); at > 0; at = path.IndexOf('/', at + 1))
        {
            if (folders.Add(path[..at])) Write(path[1..at], Folder, []);
        }
        Write(path[1..], Program, content);
    }

    public void End() => Write("TRAILER!!!", 0, []);

    void Write(string name, int mode, ReadOnlySpan<byte> content)
    {
        var bytes = Encoding.UTF8.GetBytes(name + "\0");
        int[] fields = [++inode, mode, 0, 0, 1, 0, content.Length, 0, 0, 0, 0, bytes.Length, 0];
        to.Write(Encoding.ASCII.GetBytes("070701" + string.Concat(fields.Select(field => field.ToString("x8", CultureInfo.InvariantCulture)))));
        to.Write(bytes);
        Pad();
        to.Write(content);
        Pad();
    }

    void Pad() => to.Write(new byte[-(int)(to.Position % 4) & 3]);
}
