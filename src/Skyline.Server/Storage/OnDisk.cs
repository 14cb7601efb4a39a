using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Skyline.Server.Storage;

/// <summary>What survives a power cut: a file's own bytes are flushed by whoever writes it; its name is part of its folder, flushed here.</summary>
static partial class OnDisk
{
    const int CloseOnExec = 0x80000, ReadWrite = 2;

    /// <summary>To write into what is there.</summary>
    public static SafeFileHandle OpenFile(string path) =>
        open(path, ReadWrite | CloseOnExec) is { IsInvalid: false } file ? file : throw new IOException($"{path} could not be opened ({Marshal.GetLastPInvokeErrorMessage()}).");

    /// <summary>To ask about a file or a folder.</summary>
    public static SafeFileHandle Open(string path) =>
        open(path, CloseOnExec) is { IsInvalid: false } file ? file : throw new IOException($"{path} could not be opened ({Marshal.GetLastPInvokeErrorMessage()}).");

    /// <summary>What has been written to a file, and how long it is; not when.</summary>
    public static void SyncData(SafeFileHandle file, string path)
    {
        if (fdatasync(file) != 0) throw new IOException($"{path} could not be written to the disk ({Marshal.GetLastPInvokeErrorMessage()}).");
    }

    public static void SyncFolder(string folder)
    {
        using var handle = open(folder, CloseOnExec);
        if (handle.IsInvalid || fsync(handle) != 0) throw new IOException($"The folder {folder} could not be written to the disk.");
    }

    [LibraryImport("libc", SetLastError = true)] private static partial int fsync(SafeFileHandle file);
    [LibraryImport("libc", SetLastError = true)] private static partial int fdatasync(SafeFileHandle file);
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)] private static partial SafeFileHandle open(string path, int flags);
}
