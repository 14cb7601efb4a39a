using Skyline.Protocol;

namespace Skyline.Builder.Tests;

/// <summary>Results and reports, and a server that goes while they are on their way.</summary>
public sealed class UploadScenarios(InBubblewrap fixture) : IClassFixture<InBubblewrap>, IDisposable
{
    const int Part = 20 << 20;

    FakeServer Server => fixture.Server;

    public void Dispose() => Server.Fault = null;

    /// <summary>A package of 50 MB that no compressor makes smaller.</summary>
    static FakeRun Large(FakeServer server, string name) => server.Enqueue(Srpm.Make(name, "true", $"head -c {50 << 20} /dev/urandom >%{{buildroot}}/usr/share/{name}/noise", header: "%global _binary_payload w0.gzdio"));

    [Fact]
    public async Task Large_result_whose_connection_breaks_goes_on_from_there_and_nothing_is_sent_twice()
    {
        var cut = 0;
        Server.Fault = async http =>
        {
            if (!IsLarge(http) || cut++ > 0) return false;
            await RunOf(http).TakeIn(NameOf(http), 0, http.Request.Body, Part);
            http.Abort();
            return true;
        };
        var run = Large(Server, "cut-off");
        runs[run.Lease.RunId] = run;

        await run.Succeeded();

        var (name, file) = run.Files.Single(file => file.Key.EndsWith(".x86_64.rpm", StringComparison.Ordinal));
        Assert.True(file.Length > 50 << 20, "All of it came.");
        Assert.Equal([(name, 0L), (name, Part)], run.Uploads.Where(upload => upload.Name == name));
    }

    [Fact]
    public async Task Result_that_the_server_has_although_its_answer_was_lost_is_not_sent_again()
    {
        var cut = 0;
        Server.Fault = async http =>
        {
            if (!IsLarge(http) || cut++ > 0) return false;
            var run = RunOf(http);
            await run.TakeIn(NameOf(http), 0, http.Request.Body, long.MaxValue);
            run.Files[NameOf(http)] = run.Unfinished[NameOf(http)].ToArray();
            http.Abort();
            return true;
        };
        var run = Server.Enqueue(Srpm.Make("answer-lost", "true"));
        runs[run.Lease.RunId] = run;

        await run.Succeeded();

        Assert.Single(run.Uploads, upload => upload.Name.EndsWith(".x86_64.rpm", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Server_that_goes_in_an_upload_and_comes_back_with_nothing_of_it_gets_all_of_it()
    {
        var reached = new TaskCompletionSource();
        var forgot = false;
        Server.Fault = async http =>
        {
            if (!IsLarge(http) || forgot) return false;
            forgot = true;
            await RunOf(http).TakeIn(NameOf(http), 0, http.Request.Body, Part);
            reached.SetResult();
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return true;
        };
        var run = Large(Server, "server-went");
        runs[run.Lease.RunId] = run;
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken);

        await Server.GoAway();
        // As a server forgets that starts anew.
        run.Unfinished.Clear();
        await Server.Listen();

        await run.Succeeded();
        Assert.Equal(1, run.Reports);
        Assert.True(run.Files.Single(file => file.Key.EndsWith(".x86_64.rpm", StringComparison.Ordinal)).Value.Length > 50 << 20);
    }

    [Fact]
    public async Task Server_that_goes_before_the_report_has_it_when_it_is_back_and_the_slot_works_on()
    {
        var reached = new TaskCompletionSource();
        Server.Fault = http =>
        {
            if (!http.Request.Path.Value!.EndsWith("/report", StringComparison.Ordinal) || reached.Task.IsCompleted) return Task.FromResult(false);
            reached.SetResult();
            http.Abort();
            return Task.FromResult(true);
        };
        var run = Server.Enqueue(Srpm.Make("report-waits", "true"));
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken);
        await Server.GoAway();
        Assert.False(run.IsReported);
        Assert.Equal(2, run.Files.Count);

        await Server.Listen();

        await run.Succeeded();
        Assert.Equal(1, run.Reports);
        await Server.Enqueue(Srpm.Make("next-in-line", "true")).Succeeded();
    }

    readonly Dictionary<long, FakeRun> runs = [];

    static bool IsLarge(Microsoft.AspNetCore.Http.HttpContext http) => http.Request.Method == "PUT" && http.Request.Path.Value!.EndsWith(".x86_64.rpm", StringComparison.Ordinal);

    FakeRun RunOf(Microsoft.AspNetCore.Http.HttpContext http) => runs[long.Parse(http.Request.Path.Value!.Split('/')[3], System.Globalization.CultureInfo.InvariantCulture)];

    static string NameOf(Microsoft.AspNetCore.Http.HttpContext http) => http.Request.Path.Value!.Split('/')[^1];
}
