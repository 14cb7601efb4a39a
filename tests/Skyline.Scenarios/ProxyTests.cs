using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Skyline.Protocol;
using Skyline.Testing;
using Skyline.Testing.Rpms;

namespace Skyline.Scenarios;

/// <summary>A server behind a proxy on its own machine, which alone knows the names of others.</summary>
public sealed class ProxyTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(Timeout = 120_000)]
    public async Task An_upstream_that_only_the_proxy_can_reach_is_pinned()
    {
        using var folder = new TempFolder();
        var repository = Directory.CreateDirectory(folder["repository"]).FullName;
        new SyntheticRpm("alpha", "1.0", "1").WriteTo(repository);
        HostTool.Run(repository, "createrepo_c", "--quiet", ".").Succeeded();
        var asked = new ConcurrentQueue<string>();
        await using var proxy = await Proxy(repository, asked);
        await using var server = new ServerProcess(folder["data"], new Dictionary<string, string> { ["http_proxy"] = proxy.Urls.First(), ["no_proxy"] = "" });
        await server.Start();

        await server.Admin().AddExternal(new("up", ExternalKind.BaseUrl, "http://upstream.invalid/", Arches: ["x86_64"]), Ct);
        var external = await server.Admin().External("up", Ct, waitSeconds: 30);
        while (external.Arches[0].Refreshing) external = await server.Admin().External("up", Ct, waitSeconds: 30);

        Assert.Null(external.Arches[0].Fault);
        Assert.Equal(1, external.Arches[0].Packages);
        Assert.Contains("upstream.invalid/repodata/repomd.xml", asked);
    }

    static async Task<WebApplication> Proxy(string repository, ConcurrentQueue<string> asked)
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        var proxy = builder.Build();
        proxy.Run(context =>
        {
            asked.Enqueue($"{context.Request.Host}{context.Request.Path}");
            var file = repository + context.Request.Path;
            return File.Exists(file) ? Results.File(file).ExecuteAsync(context) : Results.NotFound().ExecuteAsync(context);
        });
        await proxy.StartAsync(Ct);
        return proxy;
    }
}
