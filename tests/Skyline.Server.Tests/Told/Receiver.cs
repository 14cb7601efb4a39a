using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Hosting;

namespace Skyline.Server.Tests.Told;

/// <summary>What somebody else's server was sent.</summary>
sealed record Received(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body);

/// <summary>Somebody else's server that is told things, and answers as the test says.</summary>
sealed class Receiver : IAsyncDisposable
{
    readonly WebApplication app;
    readonly Channel<Received> came = Channel.CreateUnbounded<Received>();

    Receiver(WebApplication app) => this.app = app;

    /// <summary>How it answers; 204 unless the test says otherwise.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = context => { context.Response.StatusCode = 204; return Task.CompletedTask; };

    public Uri Address => new(app.Urls.First());

    /// <param name="port">0: any.</param>
    public static async Task<Receiver> Open(int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder([$"--urls=http://127.0.0.1:{port}"]);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MinResponseDataRate = null);
        var receiver = new Receiver(builder.Build());
        receiver.app.Run(receiver.Take);
        await receiver.app.StartAsync();
        return receiver;
    }

    async Task Take(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        await came.Writer.WriteAsync(new(context.Request.Method, context.Request.Path, context.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value.ToString()), await reader.ReadToEndAsync()));
        await Answer(context);
    }

    /// <summary>The next that it is sent.</summary>
    public async Task<Received> Next()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        return await came.Reader.ReadAsync(patience.Token);
    }

    /// <summary>How many it was sent that nobody has looked at.</summary>
    public int Left => came.Reader.Count;

    public void Answers(int status) => Answer = context => { context.Response.StatusCode = status; return Task.CompletedTask; };

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
