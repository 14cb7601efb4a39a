using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Skyline.Server.Repos;
using Skyline.Server.Shell;

namespace Skyline.Server.Tests.Repos;

/// <summary>A web server with one file, `/file`, made of pieces that the test chose: borders where it wants them.</summary>
sealed class PieceHost : IAsyncDisposable
{
    public const string Sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    readonly WebApplication app;

    PieceHost(WebApplication app) => this.app = app;

    public ConcurrentQueue<string> Errors { get; } = [];
    public Uri Address => new(app.Urls.First());

    public static async Task<PieceHost> Open(params Piece[] pieces)
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]);
        builder.Services.AddProblemDetails();
        var log = new ErrorLog();
        builder.Logging.ClearProviders().AddProvider(log);
        var app = builder.Build();
        app.UseMiddleware<FaultsToSentences>();
        var host = new PieceHost(app);
        log.Said = host.Errors.Enqueue;
        app.MapMethods("/file", ["GET", "HEAD"], () => (IResult)new ServedBytes(pieces, Sha256, "application/x-rpm", "public, max-age=31536000, immutable"));
        await app.StartAsync();
        return host;
    }

    public HttpClient Http() => new() { BaseAddress = Address };

    /// <summary>A connection with one request sent over it.</summary>
    public Task<NetworkStream> Ask(string request) => RawHttp.Ask(Address, request);

    public Task Stop() => app.StopAsync(TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => app.DisposeAsync();

    sealed class ErrorLog : ILoggerProvider, ILogger
    {
        public Action<string> Said { get; set; } = _ => { };
        public ILogger CreateLogger(string categoryName) => this;
        public void Dispose() { }
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;
        public bool IsEnabled(LogLevel level) => level >= LogLevel.Error;
        public void Log<TState>(LogLevel level, EventId id, TState state, Exception? fault, Func<TState, Exception?, string> text)
        {
            if (IsEnabled(level)) Said($"{text(state, fault)} {fault?.Message}");
        }
    }
}
