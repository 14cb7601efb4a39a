using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Skyline.Protocol;
using Skyline.Testing;

namespace Skyline.Server.Tests.Draining;

/// <summary>A real server on a socket that it inherits, as systemd hands it over, is started anew again and again while it is asked for everything: nobody's request fails.</summary>
public sealed partial class RestartUnderLoadTests
{
    const int Restarts = 3, Kinds = 6;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(Timeout = 240_000)]
    public async Task No_request_fails_while_the_server_is_started_anew_three_times()
    {
        var folder = Directory.CreateTempSubdirectory("skyline-drain-").FullName;
        await using (var held = await HeldSocket.Open(folder, Environment(folder), Ct))
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
            var tally = new Tally();
            var load = Load(held.Address, folder, tally, stop.Token).ToList();
            for (var number = 1; number <= Restarts; number++)
            {
                // Half of it has come when the server is told to stop; the rest comes after.
                var (name, body) = ($"slow{number}", new PausedStream(Papers.Source($"slow{number}", "1", "1", payloadBytes: 300_000).Bytes));
                using var uploader = Http(held.Address, folder, "admin.token");
                var upload = Submit(uploader, name, body);
                await body.HalfSent.WaitAsync(Ct);
                var polled = Polled(held.Address, folder);
                await Arrived(held.Address, folder);
                held.Restart();
                await held.Stopping(number, Ct);
                await polled;
                body.GoOn();
                Assert.Equal(HttpStatusCode.Created, (await upload).StatusCode);
                Assert.Equal(0, await held.Ended(number, Ct));
                await held.Ready(number + 1, Ct);
                await tally.EachAgain().WaitAsync(Ct);
            }
            await stop.CancelAsync();
            await Task.WhenAll(load);

            Assert.True(tally.Failed.IsEmpty, string.Join('\n', tally.Failed.Take(20)) + "\n" + held.Output);
            Assert.True(tally.Done.Count == Kinds && tally.Done.Values.All(times => times > Restarts), string.Join(", ", tally.Done));
        }
        Directory.Delete(folder, recursive: true);
    }

    static Dictionary<string, string> Environment(string folder) => new()
    {
        ["Skyline__Data"] = Path.Combine(folder, "data"), ["Skyline__Chroots"] = Checkout.Chroots, ["Skyline__FirstTag"] = "testos", ["Skyline__PinChrootRepos"] = "false", ["SKYLINE_TESTOS"] = Checkout.TestOs,
        ["DOTNET_ENVIRONMENT"] = "Production", ["DOTNET_TieredPGO"] = "0",
    };

    /// <summary>As clients have it: connections are kept, and used again.</summary>
    static HttpClient Http(Uri address, string folder, string? token = null)
    {
        var http = new HttpClient { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
        if (token is not null) http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", File.ReadAllText(Path.Combine(folder, "data", token)).Trim());
        return http;
    }

    static IEnumerable<Task> Load(Uri address, string folder, Tally tally, CancellationToken stop)
    {
        var paper = Papers.Source("again", "1", "1");
        yield return Again("page", async http => (await http.GetAsync("builds", stop)).EnsureSuccessStatusCode());
        yield return Again("page", async http => (await http.GetAsync("tags/testos", stop)).EnsureSuccessStatusCode());
        yield return Again("api", async http => (await http.GetAsync("api/builds", stop)).EnsureSuccessStatusCode());
        yield return Again("download", async http => (await http.GetAsync("repos/testos/x86_64/repodata/repomd.xml", stop)).EnsureSuccessStatusCode());
        yield return Again("large download", async http => await (await http.GetAsync("skyline.css", stop)).EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(stop));
        // The same bytes twice are a conflict, and that is an answer.
        yield return Again("upload", async http =>
        {
            using var answer = await Submit(http, "again", paper.Open());
            if (answer.StatusCode is not (HttpStatusCode.Created or HttpStatusCode.Conflict or HttpStatusCode.OK)) throw new HttpRequestException($"{answer.StatusCode}: {await answer.Content.ReadAsStringAsync(stop)}");
        }, "admin.token");
        yield return Again("lease", async http => await new BuilderContract(http).Lease(new LeaseRequest(["s390x"], "0.1.0", "paper", 1), stop), "builder.token");

        async Task Again(string kind, Func<HttpClient, Task> ask, string? token = null)
        {
            using var http = Http(address, folder, token);
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    await ask(http);
                    tally.Answered(kind);
                }
                catch (OperationCanceledException) when (stop.IsCancellationRequested)
                {
                    return;
                }
                catch (Exception fault)
                {
                    tally.Fell($"{kind}: {fault}");
                    return;
                }
            }
        }
    }

    /// <summary>A poll that nothing would answer for fifty seconds is answered when the server stops.</summary>
    static async Task Polled(Uri address, string folder)
    {
        using var http = Http(address, folder, "builder.token");
        Assert.Null(await new BuilderContract(http).Lease(new LeaseRequest(["s390x"], "0.1.0", "paper", 50), Ct));
    }

    /// <summary>Beside that of the load it waits, as the server itself says.</summary>
    static async Task Arrived(Uri address, string folder)
    {
        using var http = Http(address, folder);
        while (!BothWait().IsMatch(await http.GetStringAsync("metrics", Ct))) { }
    }

    [GeneratedRegex(@"^skyline_builders_waiting(\{[^}]*\})? 2\b", RegexOptions.Multiline)]
    private static partial Regex BothWait();

    static async Task<HttpResponseMessage> Submit(HttpClient http, string name, Stream body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"api/builds?target=testos&scratch=true&name={name}-1-1.src.rpm") { Content = new StreamContent(body) };
        return await http.SendAsync(request, Ct);
    }

    sealed class Tally
    {
        readonly Lock counting = new();
        readonly HashSet<string> since = [];
        TaskCompletionSource? each;

        public ConcurrentDictionary<string, int> Done { get; } = new();
        public ConcurrentQueue<string> Failed { get; } = new();

        public void Answered(string kind)
        {
            Done.AddOrUpdate(kind, 1, (_, times) => times + 1);
            lock (counting)
            {
                since.Add(kind);
                if (since.Count == Kinds) each?.TrySetResult();
            }
        }

        public void Fell(string why)
        {
            Failed.Enqueue(why);
            lock (counting) each?.TrySetResult();
        }

        /// <summary>Once every kind has been answered anew, or one has failed.</summary>
        public Task EachAgain()
        {
            lock (counting)
            {
                since.Clear();
                each = new(TaskCreationOptions.RunContinuationsAsynchronously);
                if (!Failed.IsEmpty) each.SetResult();
                return each.Task;
            }
        }
    }
}
