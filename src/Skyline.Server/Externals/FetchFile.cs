using Skyline.Server.Storage;

namespace Skyline.Server.Externals;

/// <summary>
/// Brings one file that metadata names into the blobs, whole and verified or not at all, from the first mirror that has it so.
/// </summary>
public sealed class FetchFile(OpenUpstream upstream, Blobs blobs, RestingMirrors resting, SkylineSettings settings)
{
    const int MostMirrors = 8;

    /// <exception cref="UpstreamException">No mirror has it as its metadata says; the message names one, the file, and what was wrong.</exception>
    public async Task<Blob> Fetch(External external, IEnumerable<string> mirrors, UpstreamFile file, CancellationToken ct)
    {
        if (file.Size > settings.MaxUploadBytes) throw new UpstreamException($"{file.Path} is {file.Size} bytes large, and no file may be larger than {settings.MaxUploadBytes} here (Skyline:MaxUploadBytes)");
        UpstreamException? first = null;
        foreach (var mirror in resting.BestFirst(mirrors).Take(MostMirrors))
        {
            try
            {
                return await FetchFrom(external, mirror, file, ct);
            }
            catch (UpstreamException fault)
            {
                resting.Rest(mirror);
                first ??= fault;
            }
        }
        throw first ?? new UpstreamException($"{file.Path}: no mirror is known");
    }

    Task<Blob> FetchFrom(External external, string mirror, UpstreamFile file, CancellationToken ct)
    {
        var atMost = file.Size ?? settings.MaxUploadBytes;
        return upstream.ReadOf(external, mirror, file.Path, async body =>
        {
            await using var verified = new CheckedStream(body, file.Checksum, file.Size, atMost);
            // Nothing looks at it as it passes: that it ends well is all that is asked.
            return (await blobs.Receive(verified, long.MaxValue, _ => Task.FromResult(true), ct)).Blob;
        }, ct);
    }
}
