namespace Skyline.Server.Storage;

/// <summary>What had come of a file before, then what still comes.</summary>
sealed class ResumedStream(string before, Stream rest) : PassedStream
{
    FileStream? earlier = File.Exists(before) ? new(before, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16, FileOptions.Asynchronous) : null;

    /// <summary>What still should come did not.</summary>
    public bool BrokeOff { get; private set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (earlier is not null)
        {
            if (await earlier.ReadAsync(buffer, cancellationToken) is > 0 and var read) return read;
            // Ended here, not when more is in the file: that is what came since.
            await earlier.DisposeAsync();
            earlier = null;
        }
        try
        {
            return await rest.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception)
        {
            BrokeOff = true;
            throw;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) earlier?.Dispose();
        base.Dispose(disposing);
    }
}
