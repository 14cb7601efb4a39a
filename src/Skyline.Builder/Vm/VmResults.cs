using System.Text;
using System.Text.RegularExpressions;

namespace Skyline.Builder;

/// <summary>
/// Takes a build's results from the disk that its machine wrote an archive (tar) onto. The machine may be the build's by now, so this
/// reads the plainest of tar, believes no length and no name, and makes files and folders only: whatever else there is becomes an
/// empty folder, which is seen and not followed.
/// </summary>
static partial class VmResults
{
    const int Block = 512, MostEntries = 20_000, LongestName = 4096;

    /// <exception cref="BuilderBrokeException">It is no archive, or one that no build within its bounds leaves.</exception>
    public static async Task Take(string disk, string work, long mostBytes, CancellationToken ct)
    {
        await using var archive = new FileStream(disk, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        var header = new byte[Block];
        string? longName = null;
        for (var entries = 0; ; entries++)
        {
            if (entries > MostEntries) throw Broken("it holds more files than a build can leave");
            await Read(archive, header, ct);
            if (header[0] == 0) return;
            var (name, size, kind) = (longName ?? Text(header.AsSpan(0, 100)), SizeOf(header), (char)header[156]);
            longName = null;
            if (size > mostBytes) throw Broken("it is larger than the build's disk");
            if (kind == 'L')
            {
                if (size > LongestName) throw Broken("a name in it is too long");
                var text = new byte[size];
                await Read(archive, text, ct);
                longName = Text(text);
            }
            else if (kind is '0' or '\0' && Known().IsMatch(name))
            {
                await TakeFile(archive, Path.Combine(work, name), size, ct);
                if ((mostBytes -= size) < 0) throw Broken("it is larger than the build's disk");
            }
            else
            {
                // Of links and devices tar notes no content.
                if (Known().IsMatch(name.TrimEnd('/'))) Directory.CreateDirectory(Path.Combine(work, name));
                archive.Seek(size, SeekOrigin.Current);
            }
            archive.Seek(-size & (Block - 1), SeekOrigin.Current);
        }
    }

    static async Task TakeFile(FileStream archive, string path, long size, CancellationToken ct)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await using var file = new FileStream(path, FileMode.CreateNew);
        var buffer = new byte[1 << 16];
        for (var left = size; left > 0;)
        {
            var part = buffer.AsMemory(0, (int)Math.Min(left, buffer.Length));
            await Read(archive, part, ct);
            await file.WriteAsync(part, ct);
            left -= part.Length;
        }
    }

    static async Task Read(FileStream archive, Memory<byte> into, CancellationToken ct)
    {
        if (await archive.ReadAtLeastAsync(into, into.Length, throwOnEndOfStream: false, ct) < into.Length) throw Broken("it ends in the middle");
    }

    static long SizeOf(ReadOnlySpan<byte> header)
    {
        long size = 0;
        foreach (var digit in header.Slice(124, 11))
        {
            if (digit is < (byte)'0' or > (byte)'7') throw Broken("a length in it is no number");
            size = (size << 3) + (digit - '0');
        }
        return size;
    }

    static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes[..(bytes.IndexOf((byte)0) is var end and >= 0 ? end : bytes.Length)]);

    static BuilderBrokeException Broken(string why) => new($"What the build's virtual machine handed out cannot be read: {why}.");

    /// <summary>What the agent looks for, and the folders that it is in.</summary>
    [GeneratedRegex(@"\A(requires\.now|timing|sources\.wanted|sources\.listed|build/SRPMS(/[^/.][^/]{0,254})?|build/RPMS(/[^/.][^/]{0,254}){0,2})\z")]
    private static partial Regex Known();
}
