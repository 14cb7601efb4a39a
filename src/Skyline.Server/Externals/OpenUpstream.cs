using Skyline.Protocol;
using Skyline.Server.Edge;
using Skyline.Server.Shell;

namespace Skyline.Server.Externals;

/// <summary>
/// Reads a file of an upstream, over http or https, or from this machine's disk where a chroot definition says so. Whatever the
/// other side does, it ends: the bytes are bounded by the reader, the silence and the slowness by the clock.
/// </summary>
public sealed class OpenUpstream(SkylineSettings settings, TimeProvider time) : IDisposable
{
    readonly OutwardHttp http = new(settings);

    /// <summary>What an administrator named: the repository's own address, or its key's.</summary>
    /// <exception cref="UpstreamException">It could not be read to its end, or the reader said why it will not have it.</exception>
    public Task<T> Read<T>(External external, Uri address, Func<Stream, Task<T>> read, CancellationToken ct) => Read(external, address, Named(external), read, ct);

    /// <summary>A file of a mirror, which may be one that another server named.</summary>
    /// <exception cref="UpstreamException">As of <see cref="Read{T}(External, Uri, Func{Stream, Task{T}}, CancellationToken)"/>.</exception>
    public async Task<T> ReadOf<T>(External external, string mirror, string path, Func<Stream, Task<T>> read, CancellationToken ct)
    {
        var list = external.Kind == ExternalKind.BaseUrl ? null : new Uri(UpstreamAddress.Expand(external.Url, "noarch", external.ReleaseVersion));
        return await Read(external, UpstreamAddress.Of(mirror, path), list is null ? Named(external) : await OutwardHttp.LedFrom(list.IdnHost, Named(external), ct), read, ct);
    }

    static Nearness Named(External external) => external.IsTrustedAddress ? Nearness.Local : Nearness.Private;

    async Task<T> Read<T>(External external, Uri address, Nearness nearest, Func<Stream, Task<T>> read, CancellationToken ct)
    {
        using var patience = new Patience(time, ct);
        try
        {
            if (address.IsFile) return external.IsTrustedAddress ? await ReadFile(address, read) : throw new UpstreamException("it is a file on this server's disk, which only a chroot definition may name");
            using var response = await http.Get(address, nearest, patience.Token);
            if (!response.IsSuccessStatusCode)
                throw new UpstreamException($"it answered {(int)response.StatusCode} {response.ReasonPhrase}", notFound: (int)response.StatusCode is 404 or 410, forbidden: (int)response.StatusCode == 403);
            await using var body = await response.Content.ReadAsStreamAsync(patience.Token);
            return await read(new TimelyStream(body, patience));
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new UpstreamException($"{address}: {patience.WhyOver}");
        }
        catch (UpstreamException fault)
        {
            throw new UpstreamException($"{address}: {fault.Message}", fault.NotFound, fault.Forbidden);
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
    /// <exception cref="UpstreamException">The address is another's.</exception>
    public static FileStream OpenOnDisk(Uri address) =>
        !address.IsFile ? throw new UpstreamException($"{address}: it is no file on this server's disk") : new(address.LocalPath, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 1 << 16, Options = FileOptions.Asynchronous });

    public void Dispose() => http.Dispose();
}
