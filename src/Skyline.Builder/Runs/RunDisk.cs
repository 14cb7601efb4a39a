using System.Globalization;

namespace Skyline.Builder;

/// <summary>
/// A run's work folder as a file system of its own, of the run's size: what the build writes ends there, bytes and files. It lies in
/// a file whose blocks are set aside before, so the builder's disk cannot run out beneath it, and goes without having been written out.
/// </summary>
static class RunDisk
{
    const int BytesPerFile = 8192;
    /// <summary>What is left to the file system itself, above the run's bytes: its tables, and what ext4 holds back.</summary>
    public static long Whole(long bytes) => bytes + bytes / 16 + (20 << 20);

    public static long MostFiles(long bytes) => Whole(bytes) / BytesPerFile;

    /// <returns>null when it is mounted there; else why it is not, and the folder is a plain one.</returns>
    public static async Task<string?> Mount(string image, string at, long bytes, uint owner, CancellationToken ct)
    {
        try
        {
            using (var file = File.OpenHandle(image, FileMode.Create, FileAccess.Write)) Libc.Reserve(file, Whole(bytes));
            await Child.Must(["mkfs.ext4", "-q", "-F", "-O", "^has_journal", "-E", $"lazy_itable_init=1,nodiscard,root_owner={owner}:{owner}", "-m", "0", "-i", $"{BytesPerFile}", image], "Making a run's disk", ct);
            await Child.Must(["mount", "-t", "ext4", "-o", "loop,nosuid,nodev,noatime,barrier=0", "--", image, at], "Mounting a run's disk", ct);
            Directory.Delete(Path.Combine(at, "lost+found"));
            return null;
        }
        catch (Exception e) when (e is BuilderBrokeException or IOException)
        {
            await Discard(image, at);
            return e.Message;
        }
    }

    /// <summary>Unmounts it with nothing written out first, and gives its blocks back.</summary>
    public static async Task Discard(string image, string at)
    {
        if (Mounts.IsMounted(at))
        {
            Libc.ShutDown(at);
            await Mounts.Unmount(at);
        }
        File.Delete(image);
    }

    /// <summary>Can these be made here? Answered by making one.</summary>
    /// <returns>null when they can; else why not.</returns>
    public static async Task<string?> Probe(DataFolder data, CancellationToken ct)
    {
        if (!Libc.IsRoot) return "only root can mount them";
        var at = Directory.CreateDirectory(Path.Combine(data.Probe, "disk")).FullName;
        try
        {
            return await Mount(at + ".img", at, 1 << 20, Libc.EffectiveUser, ct);
        }
        finally
        {
            await Discard(at + ".img", at);
            await RemoveTree.At(data.Probe);
        }
    }

    /// <summary>What there is no more room for: bytes, files; null while there is room for both.</summary>
    public static Breach? Full(string at, long bytes)
    {
        const int LeastBytes = 64 << 10, LeastFiles = 8;
        var (freeBytes, freeFiles) = Libc.Room(at);
        return freeBytes < LeastBytes ? Breach.Disk(bytes) : freeFiles < LeastFiles ? Breach.Files(MostFiles(bytes)) : null;
    }
}
