using Skyline.Server.Shell;

namespace Skyline.Server.Externals;

/// <summary>
/// Reads a file of an upstream, over http or https, or from this machine's disk where a chroot definition says so. Whatever the
/// other side does, it ends: the bytes are bounded by the reader, the silence and the slowness by the clock.
/// </summary>
public sealed class OpenUpstream(SkylineSettings settings, TimeProvider time) : IDisposable
{
    readonly HttpClient guarded = Named(OutwardHttp.Client(settings.FetchFromLocalAddresses)), trusting = Named(OutwardHttp.Client(localToo: true));

    /// <param name="trusted">The address stands in a chroot definition.</param>
    /// <exception cref="UpstreamException">It could not be read to its end, or the reader said why it will not have it.</exception>
    public async Task<T> Read<T>(Uri address, bool trusted, Func<Stream, Task<T>> read, CancellationToken ct)
    {
        using var patience = new Patience(time, ct);
        try
        {
            if (address.IsFile) return trusted ? await ReadFile(address, read) : throw new UpstreamException("it is a file on this server's disk, which only a chroot definition may name");
            using var response = await (trusted ? trusting : guarded).GetAsync(address, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            if (!response.IsSuccessStatusCode)
                throw new UpstreamException($"it answered {(int)response.StatusCode} {response.ReasonPhrase}", notFound: (int)response.StatusCode is 404 or 410);
            await using var body = await response.Content.ReadAsStreamAsync(patience.Token);
            return await read(new TimelyStream(body, patience));
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new UpstreamException($"{address}: {patience.WhyOver}");
        }
        catch (UpstreamException fault)
        {
            throw new UpstreamException($"{address}: {fault.Message}", fault.NotFound);
        }
        catch (HttpRequestException fault)
        {
            throw new UpstreamException($"{address}: {(fault.InnerException is IOException ? "the connection broke off: " : "")}{(fault.InnerException ?? fault).Message.TrimEnd('.')}");
        }
    }

    static async Task<T> ReadFile<T>(Uri address, Func<Stream, Task<T>> read)
    {
        FileStream file;
        try
        {
            file = OpenOnDisk(address);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UpstreamException($"it cannot be read: {fault.Message.TrimEnd('.')}", notFound: fault is FileNotFoundException or DirectoryNotFoundException);
        }
        await using (file) return await read(file);
    }

    /// <summary>Opens a file that stays where it is.</summary>
    public static FileStream OpenOnDisk(Uri address) =>
        new(address.LocalPath, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 1 << 16, Options = FileOptions.Asynchronous });

    static HttpClient Named(HttpClient http)
    {
        http.DefaultRequestHeaders.UserAgent.ParseAdd("Skyline");
        return http;
    }

    public void Dispose()
    {
        guarded.Dispose();
        trusting.Dispose();
    }
}
