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

    static void Check(int result, string what)
    {
        if (result != 0) throw new IOException($"{what}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}.");
    }

    [LibraryImport("libc")] private static partial uint geteuid();
    [LibraryImport("libc", SetLastError = true)] private static partial int kill(int pid, int signal);
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)] private static partial int lchown(string path, uint user, uint group);
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)] private static partial int link(string from, string to);
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)] private static partial SafeFileHandle open(string path, int flags);
}
