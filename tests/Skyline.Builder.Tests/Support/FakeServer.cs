using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;
using Skyline.Protocol;

namespace Skyline.Builder.Tests;

/// <summary>The builder's side of the server in memory, speaking the protocol over real HTTP, with the faults a real server does not produce on demand.</summary>
sealed class FakeServer : IAsyncDisposable
{
    public const string Token = "token-of-a-builder";
    readonly Channel<FakeRun> waiting = Channel.CreateUnbounded<FakeRun>();
    readonly ConcurrentDictionary<long, FakeRun> runs = new();
    WebApplication? app;
    long nextRun = 5000;

    public Uri Address { get; private set; } = new("http://127.0.0.1:0/");
    public ConcurrentBag<LeaseRequest> Leases { get; } = [];
    readonly TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A builder has asked for work.</summary>
    public Task Asked => asked.Task;

    /// <summary>What answers to questions for work tell the builder's owner.</summary>
    public string? Notice { get; set; }

    /// <summary>Asked before every call: true when it dealt with the call itself, by a fault.</summary>
    public Func<HttpContext, Task<bool>>? Fault { get; set; }

    /// <summary>What every run that is enqueued has in common here.</summary>
    public Func<LeasedRun, LeasedRun>? Always { get; set; }

    public static async Task<FakeServer> Start()
    {
        var server = new FakeServer();
        await server.Listen();
        return server;
    }

    /// <summary>Starts listening, at the address it had if it had one.</summary>
    public async Task Listen()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        builder.WebHost.UseUrls(Address.ToString());
        app = builder.Build();
        app.Use(async (http, next) =>
        {
            if (Fault is { } fault && await fault(http)) return;
            await next();
        });
        app.UseStaticFiles(new StaticFileOptions { RequestPath = "/repos/testos", FileProvider = new PhysicalFileProvider(TestOs.Repo), ServeUnknownFileTypes = true });
        Map(app);
        await app.StartAsync();
        Address = new(app.Urls.Single() + "/");
    }

    /// <summary>Cuts every connection and stops listening; what it knows it keeps.</summary>
    public async Task GoAway()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await app!.StopAsync(now.Token);
        await app.DisposeAsync();
    }

    public FakeRun Enqueue(string srpm, Func<LeasedRun, LeasedRun>? with = null)
    {
        var bytes = File.ReadAllBytes(srpm);
        var id = Interlocked.Increment(ref nextRun);
        var lease = new LeasedRun(id, id + 10_000, id + 20_000, Path.GetFileNameWithoutExtension(srpm).Replace(".src", "", StringComparison.Ordinal), "buildArch", "x86_64",
            DateTimeOffset.UnixEpoch.AddYears(100), 1, new(Path.GetFileName(srpm), Convert.ToHexStringLower(SHA256.HashData(bytes)), bytes.Length), TestOs.Recipe, TestOs.Limits);
        if (Always is { } always) lease = always(lease);
        var run = new FakeRun(with is null ? lease : with(lease), bytes);
        runs[id] = run;
        Assert.True(waiting.Writer.TryWrite(run));
        return run;
    }

    void Map(WebApplication routes)
    {
        routes.MapPost("/api/runs/lease", async (HttpContext http) =>
        {
            if (http.Request.Headers.Authorization != $"Bearer {Token}") return Results.Problem("Who are you?", statusCode: 401);
            var request = (await http.Request.ReadFromJsonAsync(SkylineJson.Default.LeaseRequest))!;
            Leases.Add(request);
            asked.TrySetResult();
            if (Notice is { } notice) http.Response.Headers[BuilderContract.NoticeHeader] = Uri.EscapeDataString(notice);
            if (request.Report is { Trouble: not null }) return Results.NoContent();
            if (request.WaitSeconds == 0) return waiting.Reader.TryRead(out var now) ? Results.Json(now.Lease, SkylineJson.Default.LeasedRun) : Results.NoContent();
            try
            {
                var run = await waiting.Reader.ReadAsync(http.RequestAborted);
                return Results.Json(run.Lease, SkylineJson.Default.LeasedRun);
            }
            catch (OperationCanceledException)
            {
                return Results.NoContent();
            }
        });
        routes.MapPost("/api/runs/{run:long}/heartbeat", async (long run, HttpContext http) => Held(run) is { } held
            ? Results.Json(held.Beaten((await http.Request.ReadFromJsonAsync(SkylineJson.Default.Heartbeat))!), SkylineJson.Default.HeartbeatAnswer) : NotYours());
        routes.MapGet("/api/runs/{run:long}/srpm", (long run) => Held(run) is { } held ? Results.File(held.Srpm, "application/x-rpm", enableRangeProcessing: true) : NotYours());
        routes.MapGet("/api/runs/{run:long}/packages/{sha256}", (long run, string sha256) => Held(run) is not { } held ? NotYours()
            : held.Package(sha256) is { } path ? Results.File(path, "application/x-rpm") : Results.Problem($"a package (SHA-256 {sha256}) of the lock is not kept any more.", statusCode: 422));
        routes.MapPost("/api/runs/{run:long}/log", async (long run, long offset, HttpContext http) => Held(run) is { } held
            ? Results.Json(new LogReceipt(held.Append(offset, await Body(http))), SkylineJson.Default.LogReceipt) : NotYours());
        routes.MapGet("/api/runs/{run:long}/files/{name}", (long run, string name) => Held(run) is { } held
            ? Results.Json(held.Uploaded(name), SkylineJson.Default.UploadState) : NotYours());
        routes.MapPut("/api/runs/{run:long}/files/{name}", async (long run, string name, string sha256, long? offset, HttpContext http) =>
        {
            if (Held(run) is not { } held) return NotYours();
            if (!await held.TakeIn(name, offset ?? 0, http.Request.Body, long.MaxValue)) return Results.Problem("It goes on elsewhere.", statusCode: 416);
            var body = held.Unfinished[name].ToArray();
            if (Convert.ToHexStringLower(SHA256.HashData(body)) != sha256) return Results.Problem("The SHA-256 differs.", statusCode: 400);
            held.Files[name] = body;
            return Results.Json(new ResultFile(name, sha256, body.Length), SkylineJson.Default.ResultFile);
        });
        routes.MapPost("/api/runs/{run:long}/report", async (long run, HttpContext http) =>
        {
            if (Held(run) is not { } held) return NotYours();
            held.Take((await http.Request.ReadFromJsonAsync(SkylineJson.Default.RunReport))!);
            return Results.NoContent();
        });
    }

    FakeRun? Held(long run) => runs.GetValueOrDefault(run) is { TakenAway: false } held ? held : null;

    static IResult NotYours() => Results.Problem("The run is not leased to this builder.", statusCode: 409);

    static async Task<byte[]> Body(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        return body.ToArray();
    }

    public async ValueTask DisposeAsync()
    {
        if (app is not null) await GoAway();
    }
}

/// <summary>What the server knows of a run.</summary>
sealed class FakeRun(LeasedRun lease, byte[] srpm)
{
    readonly List<byte> log = [];
    readonly TaskCompletionSource<RunReport> reported = new(TaskCreationOptions.RunContinuationsAsynchronously);
    TaskCompletionSource logGrew = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public LeasedRun Lease => lease;
    public byte[] Srpm => srpm;
    public bool Cancelled { get; set; }
    /// <summary>The lease is another's now: every call about the run is answered with 409.</summary>
    public bool TakenAway { get; set; }
    public ConcurrentDictionary<string, byte[]> Files { get; } = new();
    /// <summary>What has come of each result so far.</summary>
    public ConcurrentDictionary<string, MemoryStream> Unfinished { get; } = new();
    /// <summary>Where each upload began, in their order.</summary>
    public ConcurrentQueue<(string Name, long Offset)> Uploads { get; } = new();
    /// <summary>Where a package of its lock is, by its SHA-256; null: it is not kept.</summary>
    public Func<string, string?> Package { get; set; } = _ => null;
    public ConcurrentQueue<RunPhase> Phases { get; } = new();
    public ConcurrentQueue<int> Pieces { get; } = new();
    public int Reports { get; private set; }

    public byte[] LogBytes
    {
        get
        {
            lock (log) return log.ToArray();
        }
    }

    public string Log => System.Text.Encoding.UTF8.GetString(LogBytes);

    public UploadState Uploaded(string name) => Files.TryGetValue(name, out var whole) ? new(whole.Length, true) : new(Unfinished.GetValueOrDefault(name)?.Length ?? 0, false);

    /// <summary>Takes a result, or the rest of it, up to so many bytes of it in all; what came before a broken connection stays.</summary>
    /// <returns>False if it does not go on there.</returns>
    public async Task<bool> TakeIn(string name, long offset, Stream body, long most)
    {
        Uploads.Enqueue((name, offset));
        if (offset == 0) Unfinished[name] = new();
        var come = Unfinished.GetOrAdd(name, _ => new());
        if (offset != come.Length) return false;
        var buffer = new byte[1 << 16];
        while (come.Length < most && await body.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, most - come.Length))) is > 0 and var read) come.Write(buffer, 0, read);
        return true;
    }

    public HeartbeatAnswer Beaten(Heartbeat beat)
    {
        Phases.Enqueue(beat.Phase);
        return new(Cancelled, DateTimeOffset.UnixEpoch.AddYears(100));
    }

    public long Append(long offset, byte[] bytes)
    {
        lock (log)
        {
            Pieces.Enqueue(bytes.Length);
            if (offset > log.Count) return log.Count;
            var known = (int)(log.Count - offset);
            if (known < bytes.Length) log.AddRange(bytes.AsSpan(known));
            logGrew.TrySetResult();
            logGrew = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return log.Count;
        }
    }

    public void Take(RunReport report)
    {
        Reports++;
        reported.TrySetResult(report);
    }

    public Task<RunReport> Report => reported.Task.WaitAsync(TimeSpan.FromSeconds(120));

    public bool IsReported => reported.Task.IsCompleted;

    /// <summary>Until the build has written so.</summary>
    public async Task LogHas(string text)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        while (true)
        {
            Task grew;
            lock (log)
            {
                if (Log.Contains(text, StringComparison.Ordinal)) return;
                grew = logGrew.Task;
            }
            await Task.WhenAny(grew.WaitAsync(patience.Token), reported.Task);
            Assert.False(patience.IsCancellationRequested, $"The log did not come to have '{text}', but:\n{Log}");
            if (IsReported && !Log.Contains(text, StringComparison.Ordinal)) Assert.Fail($"The run ended as {await Report} with this log:\n{Log}");
        }
    }
}
