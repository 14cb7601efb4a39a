using Skyline.Protocol;

namespace Skyline.Server.Externals;

/// <summary>Asks where an upstream's files are: a base URL is its own answer, a metalink or mirrorlist is fetched.</summary>
public sealed class ReadMirrors(OpenUpstream upstream)
{
    const int MostBytes = 4 << 20;

    /// <exception cref="UpstreamException">There is no answer, or none that helps.</exception>
    public async Task<Mirrors> Of(External external, string arch, CancellationToken ct)
    {
        var url = UpstreamAddress.Expand(external.Url, arch, external.ReleaseVersion);
        if (external.Kind == ExternalKind.BaseUrl) return Mirrors.One(url);
        return await upstream.Read(external, new Uri(url),
            async body => Mirrors.Read(await SmallFile.Read(body, MostBytes, ct), arch, external.ReleaseVersion), ct);
    }
}

/// <summary>A file that fits into memory.</summary>
static class SmallFile
{
    /// <exception cref="UpstreamException">It does not.</exception>
    public static async Task<byte[]> Read(Stream body, int atMost, CancellationToken ct)
    {
        var bytes = new MemoryStream();
        var buffer = new byte[1 << 16];
        while (await body.ReadAsync(buffer, ct) is > 0 and var read)
        {
            bytes.Write(buffer, 0, read);
            if (bytes.Length > atMost) throw new UpstreamException($"it is larger than {atMost >> 10} KiB, so not what was asked for");
        }
        return bytes.ToArray();
    }
}
