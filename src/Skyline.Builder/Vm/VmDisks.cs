using System.Collections.Concurrent;
using System.Globalization;

namespace Skyline.Builder;

/// <summary>
/// What a virtual machine sees of folders: images. The buildroot's is made once and kept beside it; the work folder's is as large as
/// a build may write. No file system that a build has written to is ever mounted, or understood, on this machine.
/// </summary>
/// <param name="Results">The disk that the machine writes its results onto.</param>
sealed record VmDisks(string Root, string Work, string Results)
{
    /// <summary>An archive is a little larger than what is in it.</summary>
    const long ArchiveRoom = 16 << 20;
    static readonly ConcurrentDictionary<string, SemaphoreSlim> gates = new();

    /// <exception cref="BuilderBrokeException">They cannot be made.</exception>
    public static async Task<VmDisks> Make(string folder, Chamber chamber, uint owner, CancellationToken ct)
    {
        var disks = new VmDisks(await RootOf(chamber.Root, ct), Path.Combine(folder, "work"), Path.Combine(folder, "results"));
        await Format(disks.Work, chamber.Limits.DiskBytes, Math.Max(1024, chamber.Limits.DiskBytes >> 13), chamber.Work, ["-E", $"root_owner={Chamber.User}:{Chamber.User}"], ct);
        await using (var results = new FileStream(disks.Results, FileMode.CreateNew)) results.SetLength(chamber.Limits.DiskBytes + ArchiveRoom);
        foreach (var disk in new[] { disks.Work, disks.Results }) Libc.Own(disk, owner);
        return disks;
    }

    static async Task<string> RootOf(string root, CancellationToken ct)
    {
        var image = Path.ChangeExtension(root, "ext4");
        var gate = gates.GetOrAdd(image, _ => new SemaphoreSlim(1, 1));
        await gate.WaitAsync(ct);
        try
        {
            if (!File.Exists(image)) await Keep(root, image, ct);
            return image;
        }
        finally
        {
            gate.Release();
        }
    }

    static async Task Keep(string root, string image, CancellationToken ct)
    {
        var making = image + ".part";
        var (bytes, files) = (await DiskUse.Of(root, ct), await DiskUse.FilesOf(root, ct));
        await Format(making, bytes + (bytes >> 4) + (files * 256) + (64 << 20), files + 1024, root, ["-E", "root_owner=0:0"], ct);
        await using (var made = new FileStream(making, FileMode.Open, FileAccess.ReadWrite)) made.Flush(flushToDisk: true);
        File.Move(making, image, overwrite: true);
        KeptRecord.Grow(Path.GetDirectoryName(root)!, await DiskUse.Of(image, ct));
    }

    static Task Format(string image, long bytes, long files, string from, IEnumerable<string> more, CancellationToken ct)
    {
        File.Delete(image);
        return Child.Must(
            [
                "mke2fs", "-q", "-F", "-t", "ext4", "-O", "^has_journal,^metadata_csum,^resize_inode,uninit_bg", "-b", "4096", "-m", "0",
                "-N", files.ToString(CultureInfo.InvariantCulture), .. more, "-d", from, image, $"{bytes >> 10}k",
            ], $"Making an image of {from}", ct);
    }
}
