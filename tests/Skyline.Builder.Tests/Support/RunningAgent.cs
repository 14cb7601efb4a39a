using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Skyline.Builder.Tests;

/// <summary>An agent in this process, with a server of its own.</summary>
sealed class RunningAgent : IAsyncDisposable
{
    readonly CancellationTokenSource stop = new();
    readonly LoggerFactory logging;
    readonly Task running;

    RunningAgent(FakeServer server, BuilderOptions options)
    {
        (Server, Options) = (server, options);
        logging = new([new Lines(Said)]);
        running = Agent.Run(options, TimeProvider.System, logging.CreateLogger("builder"), stop.Token);
    }

    public FakeServer Server { get; }
    public BuilderOptions Options { get; }
    public ConcurrentQueue<string> Said { get; } = new();
    public string Data => Options.Data;

    public static Task<RunningAgent> Start(string isolation, Func<BuilderOptions, BuilderOptions>? with = null) => Start(isolation, NewData(), with);

    public static async Task<RunningAgent> Start(string isolation, string data, Func<BuilderOptions, BuilderOptions>? with = null)
    {
        var server = await FakeServer.Start();
        var options = OptionsFor(server, isolation, data);
        var agent = new RunningAgent(server, with is null ? options : with(options));
        await await Task.WhenAny(agent.running, server.Asked.WaitAsync(TimeSpan.FromSeconds(agent.Options.Vm == "emulated" ? 200 : 30)));
        return agent;
    }

    public static BuilderOptions OptionsFor(FakeServer server, string isolation, string data)
    {
        var token = Path.Combine(Path.GetDirectoryName(data)!, "token");
        File.WriteAllText(token, FakeServer.Token + "\n");
        return BuilderOptions.Parse(["--server", server.Address.ToString(), "--token-file", token, "--data", data, "--isolation", isolation, "--slots", "1", "--build-user", $"{Leftovers.UserOf(data)}"], Environment.GetEnvironmentVariable);
    }

    public static string NewData() => Path.Combine(Scratch.Folder("agent"), "data");

    /// <summary>Tells it to end, as SIGTERM does, and waits until it has.</summary>
    public async Task Stop()
    {
        await stop.CancelAsync();
        try
        {
            await running.WaitAsync(TimeSpan.FromSeconds(60));
        }
        catch (OperationCanceledException) { }
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        await Server.DisposeAsync();
        await RemoveTree.At(Path.GetDirectoryName(Data)!);
        logging.Dispose();
        stop.Dispose();
    }

    sealed class Lines(ConcurrentQueue<string> said) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;
        public bool IsEnabled(LogLevel logLevel) => true;
        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => said.Enqueue($"{logLevel}: {formatter(state, exception)} {exception}");
        public void Dispose() { }
    }
}
