using System.Diagnostics;
using System.Globalization;
using Skyline.Protocol;

namespace Skyline.Benchmarks.Core;

/// <summary>Builders that wait for work, each with its question open, in a process of their own: "leased NVR TICKS" as each is given a run, by the clock that all processes of a machine share.</summary>
static class WaitWorker
{
    public const string Name = "wait-worker";

    public static async Task<int> Run(string address, string tokens)
    {
        using var http = new SocketsHttpHandler { MaxConnectionsPerServer = 4096 };
        using var over = new CancellationTokenSource();
        var builders = (await File.ReadAllLinesAsync(tokens)).Select(token => Wait(new BuilderContract(CycleWorker.Client(http, address, token)), over.Token)).ToList();
        await Console.In.ReadLineAsync();
        await over.CancelAsync();
        await Task.WhenAll(builders);
        return 0;
    }

    static async Task Wait(BuilderContract builder, CancellationToken ct)
    {
        try
        {
            while (!ct.IsCancellationRequested)
                if (await builder.Lease(new LeaseRequest(["x86_64"], "0.1.0", "paper", 60, ["overlay"]), ct) is { } run)
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"leased {run.Nvr} {Stopwatch.GetTimestamp()}"));
        }
        catch (OperationCanceledException)
        {
            // Measured.
        }
    }
}
