using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Skyline.Server.Tests.Keeping;

/// <summary>A folder held open: its files are read in it, whatever takes its name meanwhile.</summary>
sealed partial class OpenFolder(string path) : IDisposable
{
    readonly SafeFileHandle handle = open(path, 0x10000); // O_DIRECTORY

    /// <returns>Null if it is not there (any more).</returns>
    public byte[]? Read(string name)
    {
        try
        {
            return File.ReadAllBytes(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{handle.DangerousGetHandle()}/{name}"));
        }
        catch (IOException)
        {
            return null;
        }
    }

    public void Dispose() => handle.Dispose();

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)] private static partial SafeFileHandle open(string path, int flags);
}
