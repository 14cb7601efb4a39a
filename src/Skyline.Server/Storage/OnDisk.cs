using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Skyline.Server.Storage;

/// <summary>What survives a power cut: a file's own bytes are flushed by whoever writes it; its name is part of its folder, flushed here.</summary>
static partial class OnDisk
{
    const int CloseOnExec = 0x80000;

    public static void SyncFolder(string folder)
    {
        using var handle = open(folder, CloseOnExec);
        if (handle.IsInvalid || fsync(handle) != 0) throw new IOException($"The folder {folder} could not be written to the disk.");
    }

    [LibraryImport("libc", SetLastError = true)] private static partial int fsync(SafeFileHandle file);
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)] private static partial SafeFileHandle open(string path, int flags);
}
