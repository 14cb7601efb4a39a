using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Skyline.Cli.Tests.Running;

/// <summary>What is between the program and a server, and breaks: some answers never come, though the server has done what it was asked for.</summary>
sealed class BreakingLine : IAsyncDisposable
{
    readonly WebApplication app;
    readonly HttpClient http;
    int toBreak;

    BreakingLine(WebApplication app, HttpClient http, int toBreak) => (this.app, this.http, this.toBreak) = (app, http, toBreak);

    public string Url { get; private set; } = "";

    /// <summary>Every change that was asked for, with its key; "" where it had none.</summary>
    public ConcurrentQueue<(string Request, string Key)> Asked { get; } = new();

    /// <param name="toBreak">How many answers to changes are cut in the middle: after half of what they say, or before the first byte in turn.</param>
    public static async Task<BreakingLine> To(Uri server, int toBreak = 1)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(options => options.Limits.MaxRequestBodySize = null);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.Zero);
        var line = new BreakingLine(builder.Build(), new HttpClient { BaseAddress = server }, toBreak);
        line.app.Run(line.Pass);
        await line.app.StartAsync();
        line.Url = line.app.Urls.Single();
        return line;
    }

    async Task Pass(HttpContext context)
    {
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), $"{context.Request.Path}{context.Request.QueryString}");
        if (!HttpMethods.IsGet(context.Request.Method)) request.Content = new StreamContent(context.Request.Body);
        foreach (var (name, values) in context.Request.Headers)
            if (name is not ("Host" or "Expect" or "Transfer-Encoding") && !request.Headers.TryAddWithoutValidation(name, [.. values])) request.Content?.Headers.TryAddWithoutValidation(name, [.. values]);
        using var answer = await http.SendAsync(request);
        var body = await answer.Content.ReadAsByteArrayAsync();
        context.Response.StatusCode = (int)answer.StatusCode;
        context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        if (answer.StatusCode is not System.Net.HttpStatusCode.NoContent) context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsGet(context.Request.Method))
        {
            Asked.Enqueue(($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}", context.Request.Headers["Idempotency-Key"].ToString()));
            if (Interlocked.Decrement(ref toBreak) is >= 0 and var left)
            {
                if (left % 2 == 0 && body.Length > 1) await context.Response.Body.WriteAsync(body.AsMemory(0, body.Length / 2));
                await context.Response.Body.FlushAsync();
                context.Abort();
                return;
            }
        }
        if (body.Length > 0) await context.Response.Body.WriteAsync(body);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await app.DisposeAsync();
    }
}
