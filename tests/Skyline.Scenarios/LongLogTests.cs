using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Skyline.Protocol;
using Skyline.Testing;

namespace Skyline.Scenarios;

/// <summary>A log of a hundred megabytes, and those who follow it.</summary>
public sealed class LongLogTests
{
    const int Megabytes = 100;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(Timeout = 240_000)]
    public async Task Hundred_megabytes_are_taken_and_followed_by_six_without_being_held_in_memory()
    {
        await using var site = await Appliance.Start(Ct, leaseSeconds: 300);
        var build = await site.Submit(await SourcePackage.MakeHello(site.Folder, Ct), scratch: true);
        var builder = new BuilderContract(site.Server.Http(site.Server.BuilderTokenFile));
        LeasedRun? run;
        do run = await builder.Lease(new(["x86_64"], "test", "bubblewrap", 30), Ct);
        while (run is null);
        Assert.True(run.Limits.LogBytes > Megabytes * 1_000_000L);
        var piece = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 10_000).Select(n => $"line {n:000000} {new string('x', 80)} of a log that is long\n")));
        var pieces = Megabytes * 1_000_000 / piece.Length + 1;
        // What is loaded once is no growth.
        await builder.AppendLog(run.RunId, 0, piece, Ct);
        await site.Server.Http().GetByteArrayAsync($"api/runs/{run.RunId}/log", Ct);
        var before = Resident(site.Server.Process.Id, "VmRSS");
        await File.WriteAllTextAsync($"/proc/{site.Server.Process.Id}/clear_refs", "5", Ct);

        var plain = Enumerable.Range(0, 3).Select(_ => Read(site, run.RunId, "?follow=true", events: false)).ToList();
        var events = Enumerable.Range(0, 3).Select(_ => Read(site, run.RunId, "", events: true)).ToList();
        for (long at = 1; at < pieces; at++) await builder.AppendLog(run.RunId, at * piece.Length, piece, Ct);
        await builder.Report(run.RunId, new(RunOutcome.Failed, "enough", [], [], [], []), Ct);

        foreach (var reader in plain) Assert.Equal(((long)pieces * piece.Length, pieces * 10_000), await reader);
        foreach (var reader in events) Assert.Equal(pieces * 10_000, (await reader).Lines);
        var growth = Resident(site.Server.Process.Id, "VmHWM") - before;
        Assert.True(growth < 60, $"The server grew by {growth:0} MB.");
        Assert.Equal(BuildState.Failed, (await site.Admin.Build(build.Id, Ct)).State);
    }

    /// <returns>All bytes, and the log's lines.</returns>
    static async Task<(long Bytes, int Lines)> Read(Appliance site, long run, string query, bool events)
    {
        using var http = site.Server.Http();
        if (events) http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        await using var stream = await http.GetStreamAsync($"api/runs/{run}/log{query}", Ct);
        var buffer = new byte[1 << 16];
        var (bytes, lines, held, isLog) = (0L, 0, 0, !events);
        for (int read; (read = await stream.ReadAsync(buffer.AsMemory(held), Ct)) > 0;)
        {
            bytes += read;
            held += read;
            var start = 0;
            for (int stop; (stop = buffer.AsSpan(start, held - start).IndexOf((byte)'\n')) >= 0; start += stop + 1)
            {
                var line = buffer.AsSpan(start, stop);
                if (events && line.StartsWith("event: "u8)) isLog = line.SequenceEqual("event: log"u8);
                else if (isLog && line.StartsWith(events ? "data: line "u8 : "line "u8)) lines++;
            }
            buffer.AsSpan(start, held - start).CopyTo(buffer);
            held -= start;
        }
        return (bytes, lines);
    }

    static double Resident(int process, string line) =>
        double.Parse(File.ReadLines($"/proc/{process}/status").First(row => row.StartsWith(line, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024 / 1e6;
}
