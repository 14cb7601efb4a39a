using Microsoft.AspNetCore.Http;
using Skyline.Protocol;

namespace Skyline.Builder.Tests;

/// <summary>A server with troubles.</summary>
public sealed class ServerScenarios(InBubblewrap fixture) : IClassFixture<InBubblewrap>, IDisposable
{
    FakeServer Server => fixture.Server;

    public void Dispose() => Server.Fault = null;

    [Fact]
    public async Task Server_that_goes_in_mid_build_and_comes_back_has_the_whole_log_once_and_the_report()
    {
        var run = Server.Enqueue(Srpm.Make("outlives-server", "for i in $(seq 100 130); do echo step-$i-done; sleep 0.05; done; echo babble >&2"));
        await run.LogHas("\nstep-101-done");
        await Server.GoAway();
        var local = Directory.EnumerateFiles(Path.Combine(fixture.Agent.Data, "runs"), "log", SearchOption.AllDirectories).Single();
        var whole = await Patience.Until(() => File.ReadAllBytes(local), log => System.Text.Encoding.UTF8.GetString(log).Contains("\nWrote: /builddir/build/RPMS", StringComparison.Ordinal));
        Assert.False(run.IsReported);

        await Server.Listen();

        await run.Succeeded();
        Assert.Equal(1, run.Reports);
        Assert.Equal(whole, run.LogBytes.AsSpan(0, whole.Length));
        for (var step = 100; step <= 130; step++) Assert.Single(run.Log.Split('\n'), line => line == $"step-{step}-done");
    }

    [Fact]
    public async Task Source_package_whose_connection_breaks_is_fetched_from_there_on()
    {
        var ranges = new List<string>();
        var run = Server.Enqueue(Srpm.Make("fetched-in-pieces", "true"));
        Server.Fault = async http =>
        {
            if (!http.Request.Path.Value!.EndsWith("/srpm", StringComparison.Ordinal)) return false;
            ranges.Add(http.Request.Headers.Range.ToString());
            if (ranges.Count > 1) return false;
            http.Response.ContentLength = run.Srpm.Length;
            await http.Response.Body.WriteAsync(run.Srpm.AsMemory(0, 1000));
            await http.Response.Body.FlushAsync();
            var part = Directory.EnumerateFiles(Path.Combine(fixture.Agent.Data, "runs"), "source.src.rpm", SearchOption.AllDirectories).Single();
            await Patience.Until(() => new FileInfo(part).Length, length => length == 1000);
            http.Abort();
            return true;
        };

        await run.Succeeded();

        Assert.Equal(["", "bytes=1000-"], ranges);
    }

    [Fact]
    public async Task Source_package_with_another_digest_than_leased_is_lost()
    {
        var run = Server.Enqueue(Srpm.Make("swapped", "true"), lease => lease with { Srpm = lease.Srpm with { Sha256 = new string('a', 64) } });

        var report = await run.Report;

        Assert.Equal(RunOutcome.Lost, report.Outcome);
        Assert.Equal("swapped-1.0-3.src.rpm came 3 times with another SHA-256 than the server states.", report.Why);
    }

    [Fact]
    public async Task Source_package_that_is_longer_than_leased_is_not_read_on()
    {
        var run = Server.Enqueue(Srpm.Make("endless", "true"), lease => lease with { Srpm = lease.Srpm with { Size = 100 } });
        var fetches = 0;
        Server.Fault = http =>
        {
            if (http.Request.Path.Value!.EndsWith("/srpm", StringComparison.Ordinal) && ++fetches == 3) run.TakenAway = true;
            return Task.FromResult(false);
        };

        Assert.Equal(Leftovers.None, await Leftovers.Settled(fixture));
        await Patience.Until(() => fetches, count => count >= 3);
        Assert.Equal(Leftovers.None, await Leftovers.Settled(fixture));
        Assert.False(run.IsReported);
    }

    [Fact]
    public async Task File_that_is_no_package_fails_the_build()
    {
        var path = Path.Combine(Path.GetDirectoryName(Srpm.Make("no-package", "true"))!, "text-1-1.src.rpm");
        await File.WriteAllTextAsync(path, "This is no package.");
        var run = Server.Enqueue(path);

        var report = await run.Report;

        Assert.Equal(RunOutcome.Failed, report.Outcome);
        Assert.False(string.IsNullOrWhiteSpace(report.Why));
    }

    [Fact]
    public async Task Report_is_sent_until_it_is_taken()
    {
        var refused = 0;
        Server.Fault = async http =>
        {
            if (!http.Request.Path.Value!.EndsWith("/report", StringComparison.Ordinal) || refused == 3) return false;
            refused++;
            if (refused == 2) http.Abort();
            else http.Response.StatusCode = 503;
            await Task.CompletedTask;
            return true;
        };
        var run = Server.Enqueue(Srpm.Make("reports-on", "true"));

        await run.Succeeded();

        Assert.Equal((3, 1), (refused, run.Reports));
    }

    [Fact]
    public async Task Result_that_the_server_refuses_fails_the_build_with_the_servers_sentence()
    {
        Server.Fault = async http =>
        {
            if (http.Request.Method != "PUT" || !http.Request.Path.Value!.EndsWith(".x86_64.rpm", StringComparison.Ordinal)) return false;
            await Results.Problem("Its name is not what its header says.", statusCode: 400).ExecuteAsync(http);
            return true;
        };
        var run = Server.Enqueue(Srpm.Make("refused", "true"));

        var report = await run.Report;

        Assert.Equal((RunOutcome.Failed, "The server refused a result: Its name is not what its header says."), (report.Outcome, report.Why));
    }

    [Fact]
    public async Task Log_that_the_server_wants_no_more_of_does_not_stop_the_build()
    {
        Server.Fault = async http =>
        {
            if (!http.Request.Path.Value!.EndsWith("/log", StringComparison.Ordinal)) return false;
            await Results.Problem("The log is longer than this server's limit.", statusCode: 413).ExecuteAsync(http);
            return true;
        };

        await Server.Enqueue(Srpm.Make("talks-too-much", "true")).Succeeded();
    }

    [Fact]
    public async Task Log_whose_pieces_are_cut_at_random_is_whole_and_once_at_the_server()
    {
        var run = Server.Enqueue(Srpm.Make("log-cut", "seq -w 100000 199999; for i in $(seq 20); do seq -w $((200000 + i * 1000)) $((200000 + i * 1000 + 999)); sleep 0.05; done"));
        var (random, faults) = (new Random(4711), 0);
        Server.Fault = async http =>
        {
            if (!http.Request.Path.Value!.EndsWith("/log", StringComparison.Ordinal) || faults > 20 || random.Next(4) == 0) return false;
            faults++;
            var offset = long.Parse(http.Request.Query["offset"]!, System.Globalization.CultureInfo.InvariantCulture);
            var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body);
            // Cut before, within or after the piece was taken; the answer is lost in each case.
            var taken = random.Next(3) switch { 0 => 0, 1 => random.Next((int)body.Length), _ => (int)body.Length };
            run.Append(offset, body.ToArray()[..taken]);
            http.Abort();
            return true;
        };

        await run.Succeeded();

        var lines = run.Log.Split('\n').Where(line => line.Length == 6 && line.All(char.IsAsciiDigit)).ToList();
        Assert.Equal([.. Enumerable.Range(100_000, 100_000), .. Enumerable.Range(201_000, 20_000)], lines.Select(int.Parse));
        Assert.True(faults > 5, $"{faults} cuts");
        Assert.True(run.Pieces.Max() > 64 << 10, "Who is behind sends larger pieces.");
    }

    [Fact]
    public async Task Line_is_at_the_server_within_a_second_of_being_written()
    {
        var delays = new List<double>();
        var run = Server.Enqueue(Srpm.Make("log-prompt", "for i in $(seq 60); do echo at $EPOCHREALTIME; sleep 0.03; done; echo 'at' | tr -d '\\n'; sleep 1"));
        Server.Fault = async http =>
        {
            if (!http.Request.Path.Value!.EndsWith("/log", StringComparison.Ordinal)) return false;
            var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body);
            var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
            foreach (var line in System.Text.Encoding.UTF8.GetString(body.ToArray()).Split('\n'))
                if (line.StartsWith("at 1", StringComparison.Ordinal)) lock (delays) delays.Add(now - double.Parse(line[3..], System.Globalization.CultureInfo.InvariantCulture));
            var bytes = run.Append(long.Parse(http.Request.Query["offset"]!, System.Globalization.CultureInfo.InvariantCulture), body.ToArray());
            await Results.Json(new LogReceipt(bytes), SkylineJson.Default.LogReceipt).ExecuteAsync(http);
            return true;
        };

        await run.Succeeded();

        Assert.Equal(60, delays.Count);
        Assert.True(delays.Order().ElementAt(54) <= 1, $"The slowest came after {delays.Max():0.00} s, nine in ten within {delays.Order().ElementAt(54):0.00} s.");
    }

    [Fact]
    public async Task Log_ends_where_the_server_takes_no_more_with_a_line_that_says_so()
    {
        var run = Server.Enqueue(Srpm.Make("log-told", "seq -w 1000000 1999999; sleep 20"), lease => lease with { Limits = lease.Limits with { LogBytes = 1_000_000 } });

        var report = await run.Report;

        Assert.Equal(RunOutcome.Failed, report.Outcome);
        Assert.Contains("longer than is kept", run.Log, StringComparison.Ordinal);
        Assert.InRange(run.LogBytes.Length, 1_000_000, 1_010_000);
    }

    [Fact]
    public async Task Failing_line_is_told_with_its_place_in_the_log()
    {
        var run = Server.Enqueue(Srpm.Make("log-placed", "seq 3000; echo 'x.c:1:1: error: this'; false"));

        var report = await run.Report;

        Assert.Equal("x.c:1:1: error: this", report.FailingLines[0]);
        var place = report.FailingPlaces![0];
        var before = run.LogBytes.AsSpan(0, (int)place.Offset);
        Assert.Equal(place.Line, before.Count((byte)'\n') + 1);
        Assert.StartsWith("x.c:1:1: error: this\n", run.Log[System.Text.Encoding.UTF8.GetCharCount(before)..], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Repository_that_cannot_be_reached_is_the_builders_trouble()
    {
        var run = Server.Enqueue(Srpm.Make("no-repository", "true"), WithRepo(repo => repo with { Id = "far-away", BaseUrl = "/repos/none-such/", Pinned = true }));

        var report = await run.Report;

        Assert.Equal(RunOutcome.Lost, report.Outcome);
        Assert.Contains("far-away", report.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pinned_repository_of_the_server_is_asked_once()
    {
        var asked = new List<string>();
        Server.Fault = http =>
        {
            if (http.Request.Path.StartsWithSegments("/repos", StringComparison.Ordinal)) lock (asked) asked.Add(http.Request.Path + http.Request.Headers.Authorization);
            return Task.FromResult(false);
        };
        var served = WithRepo(repo => repo with { Id = "served", BaseUrl = "/repos/testos/", Pinned = true });

        await Server.Enqueue(Srpm.Make("from-the-server", "true"), served).Succeeded();
        var first = asked.Count;
        await Server.Enqueue(Srpm.Make("from-the-cache", "true", header: "BuildRequires: gcc"), served).Succeeded();

        Assert.True(first > 1, "metadata came over HTTP");
        Assert.Equal(first, asked.Count);
        Assert.DoesNotContain(asked, path => path.Contains(FakeServer.Token, StringComparison.Ordinal));
    }

    static Func<LeasedRun, LeasedRun> WithRepo(Func<RecipeRepo, RecipeRepo> change) =>
        lease => lease with { Buildroot = lease.Buildroot with { Repos = [.. lease.Buildroot.Repos.Select(change)] } };
}
