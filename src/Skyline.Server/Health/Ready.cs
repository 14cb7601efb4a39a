using Skyline.Server.Draining;
using Skyline.Server.Storage;

namespace Skyline.Server.Health;

/// <summary>
/// `/readyz`: whether this server should be sent requests now, for load balancers. Unlike /healthz, which says whether it is alive, it tries what requests need: to write to the database,
/// to keep a file, and that there is room; and it says no while the server drains. A restart would mend none of these.
/// </summary>
sealed class Ready(Database database, Blobs blobs, Drain drain, TimeProvider time)
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(5);

    readonly Lock asking = new();
    Task<string?>? asked;

    /// <returns>Null: it is.</returns>
    public Task<string?> WhyNot(CancellationToken ct) => drain.IsOn ? Task.FromResult<string?>("This server is stopping: it finishes what is under way and takes nothing new.") : Tried().WaitAsync(ct);

    /// <summary>Anybody may ask, as often as they like: they share one try.</summary>
    Task<string?> Tried()
    {
        lock (asking) return asked is { IsCompleted: false } ? asked : asked = Try();
    }

    async Task<string?> Try()
    {
        try
        {
            if (blobs.RoomLeft() <= 0) return "The disk is full: no build and no upload is taken until there is room. Free space on the disk of the data folder.";
            await KeepFile();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return $"Files cannot be kept: {fault.Message} See that the disk of the data folder is there and can be written.";
        }
        try
        {
            await database.Write(tx => tx.Execute("UPDATE ready SET at = @now", new { now = time.Stamp() })).WaitAsync(patience, time);
            return null;
        }
        catch (TimeoutException)
        {
            return $"The database takes no write within {patience.TotalSeconds:0} seconds: its disk is slow, or somebody else holds it.";
        }
        catch (System.Data.Common.DbException fault)
        {
            return $"The database cannot be written: {fault.Message} See that the disk of the data folder is there and can be written.";
        }
    }

    async Task KeepFile()
    {
        var folder = Path.GetDirectoryName(Path.GetDirectoryName(blobs.PathOf(new('0', 64))))!;
        if (!Directory.Exists(folder)) throw new IOException($"the folder {folder} is not there.");
        var file = blobs.Unfinished($"ready-{Guid.NewGuid():n}");
        try
        {
            await File.WriteAllBytesAsync(file, [1]);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
