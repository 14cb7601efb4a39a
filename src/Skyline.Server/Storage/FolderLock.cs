using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Skyline.Server.Storage;

/// <summary>
/// One server to a data folder, unless their database is a PostgreSQL that they share: SQLite would let two write in turn, but each keeps in memory what it believes nobody else changes. The lock is
/// the kernel's (flock) on a file that says who holds it, so it ends with its holder however that ends, and holds between containers that share
/// a volume of one machine. (Between machines it holds as far as their shared file system has locks; a data folder belongs on a local disk.)
/// </summary>
sealed partial class FolderLock : IDisposable
{
    public const string FileName = "server.lock";
    const int Shared = 1, Exclusive = 2, DoNotWait = 4, MostRead = 500;

    readonly SafeFileHandle file;

    FolderLock(SafeFileHandle file) => this.file = file;

    /// <param name="what">Who takes it, as whoever is refused is told: "skyline-server".</param>
    /// <param name="isShared">Others of the same kind may have it, too.</param>
    /// <exception cref="InvalidOperationException">Another has it.</exception>
    public static FolderLock Take(string data, string what, TimeProvider time, bool isShared = false)
    {
        var path = Path.Combine(data, FileName);
        Touch(path);
        var file = OnDisk.OpenFile(path);
        if (flock(file, (isShared ? Shared : Exclusive) | DoNotWait) != 0)
        {
            var holder = Said(file);
            file.Dispose();
            throw new InvalidOperationException($"The data folder {data} is in use by {holder}. Two servers on one database would undo each other's work: stop that one first, or give this one a folder of its own (Skyline__Data).");
        }
        Say(file, $"{what}, process {Environment.ProcessId} on {Environment.MachineName}, since {time.GetUtcNow().UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC");
        return new(file);
    }

    /// <summary>Who has it now; null: nobody.</summary>
    public static string? Holder(string data)
    {
        var path = Path.Combine(data, FileName);
        if (!File.Exists(path)) return null;
        using var file = OnDisk.OpenFile(path);
        return flock(file, Exclusive | DoNotWait) == 0 ? null : Said(file);
    }

    /// <summary>Not opened by .NET where it is there: that would ask for a lock of its own.</summary>
    static void Touch(string path)
    {
        if (File.Exists(path)) return;
        try
        {
            new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }).Dispose();
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another begins at the same moment; the lock says whose turn it is.
        }
    }

    static void Say(SafeFileHandle file, string holder)
    {
        RandomAccess.SetLength(file, 0);
        RandomAccess.Write(file, Encoding.UTF8.GetBytes(holder), 0);
    }

    static string Said(SafeFileHandle file)
    {
        var bytes = new byte[MostRead];
        var text = Encoding.UTF8.GetString(bytes, 0, RandomAccess.Read(file, bytes, 0));
        return text.Length > 0 && !text.Any(char.IsControl) ? text : "another process that has just begun";
    }

    public void Dispose() => file.Dispose();

    [LibraryImport("libc", SetLastError = true)] private static partial int flock(SafeFileHandle file, int operation);
}
