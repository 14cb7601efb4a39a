using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Skyline.Server.Storage;

/// <summary>
/// While a backup copies, no blob goes: what the copied database names must be there until it is copied. Whoever would delete one leaves it,
/// and the next collection of garbage finds it. A lock of the kernel's, so it holds between processes and ends with a backup that was killed.
/// </summary>
sealed partial class BlobsHeld : IDisposable
{
    const string FileName = "blobs.held";
    const int Shared = 1, Exclusive = 2, DoNotWait = 4, Unlock = 8;

    readonly SafeFileHandle file;

    BlobsHeld(SafeFileHandle file) => this.file = file;

    public static BlobsHeld Open(string data)
    {
        var path = Path.Combine(data, FileName);
        if (!File.Exists(path)) File.WriteAllBytes(path, []);
        return new(OnDisk.OpenFile(path));
    }

    /// <summary>Until it is disposed. Who is deleting one at this moment is waited for.</summary>
    public static BlobsHeld Hold(string data)
    {
        var held = Open(data);
        if (flock(held.file, Shared) != 0) throw new IOException($"{Path.Combine(data, FileName)} could not be locked ({Marshal.GetLastPInvokeErrorMessage()}).");
        return held;
    }

    /// <returns>False: they are held, and nothing was done.</returns>
    public bool Unless(Action delete)
    {
        lock (file)
        {
            if (flock(file, Exclusive | DoNotWait) != 0) return false;
            try
            {
                delete();
                return true;
            }
            finally
            {
                _ = flock(file, Unlock);
            }
        }
    }

    public void Dispose() => file.Dispose();

    [LibraryImport("libc", SetLastError = true)] private static partial int flock(SafeFileHandle file, int operation);
}
