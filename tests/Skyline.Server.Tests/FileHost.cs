using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Skyline.Server.Tests;

/// <summary>Somebody else's web server with package files on it.</summary>
sealed class FileHost : IAsyncDisposable
{
    readonly WebApplication app;
    readonly Dictionary<string, byte[]> files = [];

    FileHost(WebApplication app) => this.app = app;

    public int Asked { get; private set; }

    public static async Task<FileHost> Open()
    {
        var app = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]).Build();
        var host = new FileHost(app);
        app.MapGet("/{name}", (string name) =>
        {
            host.Asked++;
            return host.files.TryGetValue(name, out var bytes) ? Results.Bytes(bytes) : Results.NotFound();
        });
        await app.StartAsync();
        return host;
    }

    public string Serve(Paper paper)
    {
        files[paper.FileName] = paper.Bytes;
        return $"{app.Urls.First()}/{paper.FileName}";
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
