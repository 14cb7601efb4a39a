using Skyline.Server.Storage;

namespace Skyline.Server.Externals;

/// <summary>Tells of every piece that arrives; its reads end with the patience of whoever opened it.</summary>
sealed class TimelyStream(Stream body, Patience patience) : PassedStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var read = await body.ReadAsync(buffer, patience.Token);
            patience.Arrived(read);
            return read;
        }
        catch (IOException fault)
        {
            throw new UpstreamException(fault is HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded } ? "the answer broke off in the middle" : $"the connection broke off: {fault.Message.TrimEnd('.')}");
        }
    }
}
