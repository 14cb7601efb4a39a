using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Skyline.Builder;

/// <summary>The calls to the C library that .NET does not make itself.</summary>
static partial class Libc
{
    const int O_RDONLY = 0, O_NONBLOCK = 0x800, O_CLOEXEC = 0x80000;
    // O_NOFOLLOW is the one flag here whose number differs by architecture.
    static readonly int O_NOFOLLOW = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Ppc64le ? 0x8000 : 0x20000;
    const int SIGKILL = 9;

    public static bool IsRoot { get; } = geteuid() == 0;
    public static uint EffectiveUser => geteuid();

    public static void Kill(int pid)
    {
        if (pid > 1) _ = kill(pid, SIGKILL);
    }

    /// <exception cref="IOException">With the system's reason.</exception>
    public static void Own(string path, uint user) => Check(lchown(path, user, user), $"{path} cannot be given to user {user}");

    /// <exception cref="IOException">With the system's reason.</exception>
    public static void Link(string from, string to) => Check(link(from, to), $"{to} cannot be made a link to {from}");

    /// <summary>Opens what an untrusted process left under this name: a regular file, never through a symbolic link, and never waiting for a pipe's other end.</summary>
    /// <returns>null where it is not a regular file.</returns>
    public static FileStream? OpenRegular(string path)
    {
        var handle = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
        if (handle.IsInvalid || Directory.Exists(path))
        {
            handle.Dispose();
            return null;
        }
        var stream = new FileStream(handle, FileAccess.Read, 1 << 16);
        if (stream.CanSeek) return stream;
        stream.Dispose();
        return null;
    }

    /// <summary>
    /// Whatever this process has open, and a library forgot to keep to it, is closed in what it starts (close_range, CLOSE_RANGE_CLOEXEC:
    /// one number on all architectures, and not in every C library). A kernel before 5.11 leaves it as it is.
    /// </summary>
    public static void KeepOpenFilesHere() => _ = syscall(436, 3, uint.MaxValue, 4);

    /// <summary>What the agent makes is as open as the code says, whatever its operator's umask: a buildroot must be, and the agent's folder is closed above it.</summary>
    public static void UseUsualUmask() => _ = umask(0b000_010_010);

    /// <summary>Gives a file so many bytes of the disk, not yet written.</summary>
    /// <exception cref="IOException">There are not so many, or the file system cannot.</exception>
    public static void Reserve(SafeFileHandle file, long bytes) => Check(fallocate(file, 0, 0, bytes), $"{bytes} bytes of disk cannot be set aside");

    /// <summary>Bytes and files that an ordinary user may still make on a file system; without end where it cannot be told.</summary>
    public static unsafe (long Bytes, long Files) Room(string path)
    {
        // struct statvfs on every 64-bit Linux: block size, fragment size, blocks, free, available, files, free, available …
        var words = stackalloc ulong[32];
        return statvfs(path, words) == 0 ? ((long)(words[4] * words[1]), (long)words[7]) : (long.MaxValue, long.MaxValue);
    }

    /// <summary>Tells an ext4 that nothing on it is wanted any more (EXT4_IOC_SHUTDOWN, no flush): what is not written yet is dropped.</summary>
    public static void ShutDown(string path)
    {
        using var folder = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
        uint flags = 2;
        if (!folder.IsInvalid) _ = ioctl(folder, RuntimeInformation.ProcessArchitecture is Architecture.Ppc64le ? 0x4004587du : 0x8004587du, ref flags);
    }

    static void Check(int result, string what)
    {
        if (result != 0) throw new IOException($"{what}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}.");
    }

    [LibraryImport("libc")] private static partial uint geteuid();
    [LibraryImport("libc", SetLastError = true)] private static partial int fallocate(SafeFileHandle file, int mode, long offset, long length);
    [LibraryImport("libc")] private static partial nint syscall(nint number, nuint first, nuint last, nuint flags);
    [LibraryImport("libc")] private static partial uint umask(uint mask);
    [LibraryImport("libc")] private static partial int ioctl(SafeFileHandle file, nuint request, ref uint argument);
    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)] private static unsafe partial int statvfs(string path, ulong* words);
    [LibraryImport("libc", SetLastError = true)] private static partial int kill(int pid, int signal);
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)] private static partial int lchown(string path, uint user, uint group);
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)] private static partial int link(string from, string to);
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)] private static partial SafeFileHandle open(string path, int flags);
}
