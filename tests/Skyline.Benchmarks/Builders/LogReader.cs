using System.Buffers.Text;

namespace Skyline.Benchmarks.Builders;

/// <summary>One who follows a log and keeps nothing of it but how much there was and how late it came.</summary>
sealed class LogReader
{
    readonly byte[] buffer = new byte[1 << 17];
    int held;

    public long Bytes { get; private set; }
    public long Lines { get; private set; }
    /// <summary>The longest from a line's writing to its coming, in seconds.</summary>
    public double Delay { get; private set; }

    public static async Task<LogReader> Plain(HttpClient http, long run, CancellationToken ct)
    {
        var reader = new LogReader();
        await reader.Read(await http.GetStreamAsync($"api/runs/{run}/log?follow=true", ct), line => reader.Count(line), ct);
        return reader;
    }

    /// <summary>Only lines of "log" events are of the log; "line" is one that comes again, whole.</summary>
    public static async Task<LogReader> Events(HttpClient http, long run, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"api/runs/{run}/log");
        request.Headers.Accept.ParseAdd("text/event-stream");
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        var reader = new LogReader();
        var isLog = false;
        await reader.Read(await response.Content.ReadAsStreamAsync(ct), line =>
        {
            if (line.StartsWith("event: "u8)) isLog = line.SequenceEqual("event: log"u8);
            else if (isLog && line.StartsWith("data: "u8)) reader.Count(line[6..]);
        }, ct);
        return reader;
    }

    delegate void Taker(ReadOnlySpan<byte> line);

    async Task Read(Stream stream, Taker take, CancellationToken ct)
    {
        await using var closing = stream;
        int read;
        while ((read = await stream.ReadAsync(buffer.AsMemory(held), ct)) > 0)
        {
            held += read;
            var start = 0;
            for (int stop; (stop = buffer.AsSpan(start, held - start).IndexOf((byte)'\n')) >= 0; start += stop + 1) take(buffer.AsSpan(start, stop));
            buffer.AsSpan(start, held - start).CopyTo(buffer);
            held -= start;
        }
    }

    void Count(ReadOnlySpan<byte> line)
    {
        Bytes += line.Length + 1;
        // One line in a hundred tells as much as all of them.
        if (Lines++ % 100 != 0 || !Utf8Parser.TryParse(line, out double written, out _) || written < 1e9) return;
        Delay = Math.Max(Delay, (TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0) - written);
    }
}
