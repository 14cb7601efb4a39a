using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Skyline.Server.People;
using Skyline.Server.Storage;

namespace Skyline.Server.Signing;

/// <summary>A small secret in a file that belongs to the server's user, and that nobody else may open.</summary>
static partial class OwnFile
{
    const int MaxBytes = 64 << 10;
    const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <returns>Its text; null where there is no such file.</returns>
    /// <exception cref="InvalidOperationException">Others than its owner may open it, or its owner is somebody else.</exception>
    public static string? Read(string path)
    {
        if (!File.Exists(path)) return null;
        // Checked on the open file, so that what was checked is what is read.
        using var handle = File.OpenHandle(path);
        if ((File.GetUnixFileMode(handle) & Others) != 0)
            throw new InvalidOperationException($"{path} is open to others than its owner. Find out who may have read it, then `chmod 600` it; if anybody has, rotate the signing keys (`skyline key rotate`).");
        if (OwnerOf(handle) is var owner && owner != geteuid())
            throw new InvalidOperationException($"{path} belongs to the user with the number {owner}, and this server runs as {geteuid()}. `chown` it to the server's user.");
        var bytes = new byte[MaxBytes];
        return Encoding.ASCII.GetString(bytes, 0, RandomAccess.Read(handle, bytes, 0));
    }

    /// <summary>Never readable by others, not for a moment; when this returns, it is on the disk under its name.</summary>
    public static void Write(string path, string text)
    {
        var folder = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Token.WriteFile(path, text);
        OnDisk.SyncFolder(folder);
    }

    /// <summary>Whose a file or a folder is.</summary>
    public static uint Owner(string path)
    {
        using var handle = OnDisk.Open(path);
        return OwnerOf(handle);
    }

    static uint OwnerOf(SafeFileHandle file)
    {
        const int emptyPath = 0x1000, wantOwner = 0x8, ownerOffset = 20;
        var answer = new byte[256];
        return statx(file, "", emptyPath, wantOwner, answer) == 0
            ? BitConverter.ToUInt32(answer, ownerOffset)
            : throw new IOException("The system does not say to whom a key file belongs.");
    }

    [LibraryImport("libc")] private static partial uint geteuid();
    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)] private static partial int statx(SafeFileHandle folder, string path, int flags, uint mask, [Out] byte[] answer);
}
