using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Skyline.Rpm;
using Skyline.Testing.Rpms;

namespace Skyline.Server.Tests.Externals;

/// <summary>Somebody else's repository on a web server of its own: real metadata by createrepo_c over packages that the test made, and whatever lies a test tells it to serve.</summary>
sealed class Upstream : IAsyncDisposable
{
    readonly WebApplication app;
    readonly TempFolder folder = new();

    Upstream(WebApplication app) => this.app = app;

    public string Root => folder.Path;

    public string Url => app.Urls.First() + "/";

    /// <summary>The paths that were asked for, in order.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>Asked before every answer, with the path; true means that it has answered itself.</summary>
    public Func<HttpContext, string, Task<bool>>? Meddle { get; set; }

    /// <summary>Answers to such a path, in its own time, after it may go on.</summary>
    public (TaskCompletionSource Asked, TaskCompletionSource Go) Hold(Func<string, bool> paths)
    {
        var (asked, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        Meddle = async (_, path) =>
        {
            if (!paths(path)) return false;
            asked.TrySetResult();
            await go.Task;
            return false;
        };
        return (asked, go);
    }

    public static async Task<Upstream> Open(params string[] packages)
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.Zero);
        var upstream = new Upstream(builder.Build());
        upstream.app.Run(upstream.Answer);
        await upstream.app.StartAsync();
        if (packages.Length > 0) upstream.Publish(packages);
        return upstream;
    }

    /// <summary>The repository holds these packages now, and those that it held before.</summary>
    public Upstream Publish(params string[] packages) => Publish(["--simple-md-filenames"], packages);

    public Upstream Publish(IEnumerable<string> options, params string[] packages)
    {
        foreach (var name in packages) Package(name).WriteTo(Path.Combine(folder.Path, "Packages"));
        HostTool.Run(folder.Path, "createrepo_c", ["--quiet", .. options, folder.Path]).Succeeded();
        return this;
    }

    public static SyntheticRpm Package(string name) => new(name, "1.0", "1.up") { Files = [new($"/usr/share/{name}/words", System.Text.Encoding.UTF8.GetBytes(name + "\n"))] };

    public static string PathOf(string name) => $"Packages/{Package(name).FileName}";

    public byte[] Bytes(string path) => File.ReadAllBytes(Path.Combine(folder.Path, path));

    public void Write(string path, byte[] bytes) => File.WriteAllBytes(Path.Combine(folder.Path, path), bytes);

    public async Task Sign(SigningKey key) => await File.WriteAllTextAsync(
        Path.Combine(folder.Path, "repodata/repomd.xml.asc"), await key.DetachArmored(Bytes("repodata/repomd.xml"), DateTimeOffset.FromUnixTimeSeconds(1_750_000_000), TestContext.Current.CancellationToken));

    public static SigningKey Key(string owner) => SigningKey.Generate(SigningKeyKind.Ed25519, $"{owner} <{owner}@example.org>", TimeProvider.System);

    public Task Stop() => app.StopAsync();

    async Task Answer(HttpContext context)
    {
        var path = context.Request.Path.Value!.TrimStart('/');
        Asked.Enqueue(path);
        if (Meddle is { } meddle && await meddle(context, path)) return;
        var file = Path.Combine(folder.Path, path);
        if (!File.Exists(file)) context.Response.StatusCode = 404;
        else await Results.File(await File.ReadAllBytesAsync(file)).ExecuteAsync(context);
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        folder.Dispose();
    }
}
