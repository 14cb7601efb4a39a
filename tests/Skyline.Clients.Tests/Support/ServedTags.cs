using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Skyline.Protocol;
using Skyline.Server.Tests;
using Skyline.Testing.Rpms;

namespace Skyline.Clients.Tests;

/// <summary>A live server with one tag in each compression of metadata, both full of the same packages; it writes down what it is asked.</summary>
public sealed class ServedTags : IAsyncLifetime
{
    readonly TempFolder folder = new();
    readonly RequestBook requests = new();
    Site? site;

    public ServedTag Zstd { get; private set; } = null!;
    public ServedTag Gzip { get; private set; } = null!;

    public ServedTag this[TagCompression compression] => compression == TagCompression.Gzip ? Gzip : Zstd;

    public async ValueTask InitializeAsync()
    {
        site = await Site.Open(null, services => services.AddSingleton<IStartupFilter>(requests));
        Zstd = await ServedTag.Fill(site, TagCompression.Zstd, requests, folder["zstd"]);
        Gzip = await ServedTag.Fill(site, TagCompression.Gzip, requests, folder["gzip"]);
    }

    public async ValueTask DisposeAsync()
    {
        if (site is not null) await site.DisposeAsync();
        folder.Dispose();
    }
}
