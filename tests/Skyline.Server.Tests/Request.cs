using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Skyline.Server.Tests;

/// <summary>What a client asked, as the server saw it.</summary>
/// <param name="Bytes">Of the answer's body.</param>
public sealed record Request(string Method, string Path, int Status, long Bytes, string Agent)
{
    /// <summary>The last part of the path: "repomd.xml", "mirrorlist".</summary>
    public string File => Path[(Path.LastIndexOf('/') + 1)..];
}

/// <summary>Writes down every request on its way in.</summary>
public sealed class RequestBook : IStartupFilter
{
    readonly ConcurrentQueue<Request> all = new();

    public IReadOnlyList<Request> All => [.. all];

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(async (context, go) =>
        {
            await go(context);
            all.Enqueue(new(context.Request.Method, context.Request.Path, context.Response.StatusCode, context.Response.ContentLength ?? 0, context.Request.Headers.UserAgent.ToString()));
        });
        next(app);
    };
}
