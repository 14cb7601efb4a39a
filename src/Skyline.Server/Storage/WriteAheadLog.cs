using Microsoft.Win32.SafeHandles;

namespace Skyline.Server.Storage;

/// <summary>The file that SQLite commits into, opened beside SQLite: it is the same one as long as any connection is open.</summary>
sealed class WriteAheadLog(string path) : IDisposable
{
    SafeFileHandle? file;

    /// <summary>One at a time.</summary>
    public void Flush() => OnDisk.SyncData(file ??= OnDisk.OpenFile(path), path);

    public void Dispose() => file?.Dispose();
}
