using System.Text;
using System.Text.Json;
using Skyline.Cli.Terminal;
using Skyline.Cli.Tests.StandIn;

namespace Skyline.Cli.Tests.Running;

/// <summary>The program, run in this process by its own entry, with a world made for it: a home, an environment, two outputs.</summary>
sealed class CliRun : IDisposable
{
    readonly CancellationTokenSource interrupt = new();
    readonly SpyStream output = new();
    readonly SpyStream error = new();

    CliRun() { }

    public Task<int> Exit { get; private set; } = Task.FromResult(-1);

    public string Out => output.Text;

    public byte[] OutBytes => output.Bytes;

    public string Error => error.Text;

    public string[] OutLines => Out.TrimEnd('\n').Split('\n');

    /// <summary>Runs to the end against a server, logged in by the environment.</summary>
    public static async Task<CliRun> Of(StandInServer server, params string[] args)
    {
        var run = Start(new CliWorld { Server = server.Url }, args);
        await run.Exit;
        return run;
    }

    public static async Task<CliRun> Of(CliWorld world, params string[] args)
    {
        var run = Start(world, args);
        await run.Exit;
        return run;
    }

    public static CliRun Start(StandInServer server, params string[] args) => Start(new CliWorld { Server = server.Url }, args);

    public static CliRun Start(CliWorld world, params string[] args)
    {
        var run = new CliRun();
        var surroundings = new Surroundings(
            new StringReader(world.In), run.output, new StreamWriter(run.error, new UTF8Encoding(false)) { AutoFlush = true },
            world.Terminal, world.Terminal, () => world.Width, name => world.Env.GetValueOrDefault(name), world.Typed is { } typed ? _ => typed.Dequeue() : null, world.Time);
        run.Exit = Task.Run(() => Program.Run(args, surroundings, run.interrupt.Token)).WaitAsync(TimeSpan.FromSeconds(60));
        return run;
    }

    /// <summary>As Ctrl-C does.</summary>
    public Task Interrupt() => interrupt.CancelAsync();

    /// <summary>Ends when this has been written to standard output.</summary>
    public Task Printed(string text) => output.Has(text);

    public Task Warned(string text) => error.Has(text);

    /// <summary>The one document of --json; anything beside it is a fault.</summary>
    public JsonElement Json() => JsonDocument.Parse(Out).RootElement;

    public void Dispose() => interrupt.Dispose();
}

/// <summary>What a run finds around it.</summary>
sealed class CliWorld
{
    public Dictionary<string, string> Env { get; } = new() { ["SKYLINE_TOKEN"] = StandInServer.Token, ["HOME"] = "/nonexistent" };

    public string Server { init => Env["SKYLINE_SERVER"] = value; }

    public bool Terminal { get; init; }

    public int Width { get; init; } = 80;

    public string In { get; init; } = "";

    /// <summary>What is typed without an echo, one after the other; null: nobody can be asked.</summary>
    public Queue<string>? Typed { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>A home of its own, and no login by environment.</summary>
    public static CliWorld WithHome(TempFolder home)
    {
        var world = new CliWorld();
        world.Env.Remove("SKYLINE_TOKEN");
        world.Env["HOME"] = home.Path;
        return world;
    }
}
