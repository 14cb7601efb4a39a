using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using Skyline.Benchmarks.Core;
using Skyline.Protocol;
using Skyline.Server.People;
using Skyline.Server.Storage;
using Skyline.Testing;

namespace Skyline.Benchmarks.People;

/// <summary>A hundred people sign in with their passwords at once, while a builder asks for work, one question after the other: how much longer its questions take.</summary>
static partial class SignInBench
{
    const int People = 100, Alone = 2000;
    const string Password = "correct horse battery";

    public static IEnumerable<BenchResult> Run() => Run(CancellationToken.None).GetAwaiter().GetResult();

    static async Task<IReadOnlyList<BenchResult>> Run(CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("skyline-bench-").FullName;
        try
        {
            var chroots = Directory.CreateDirectory(Path.Combine(folder, "chroots")).FullName;
            await File.WriteAllTextAsync(Path.Combine(chroots, "paper-1.json"), HandoffBench.Chroot, ct);
            await using var server = new ServerProcess(Path.Combine(folder, "server"), new Dictionary<string, string> { ["Skyline__Chroots"] = chroots, ["Skyline__FirstTag"] = "paper", ["Skyline__PinChrootRepos"] = "false" });
            await server.Start();
            await AddPeople(Path.Combine(folder, "server", "skyline.db"), ct);
            return await Measure(server, ct);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static async Task AddPeople(string file, CancellationToken ct)
    {
        using var passwords = new Passwords();
        var hash = await passwords.Hash(Password, ct);
        using var database = Database.Open(file);
        await database.Write(tx =>
        {
            for (var n = 0; n < People; n++) tx.Execute("INSERT INTO users (name, created_at, password) VALUES (@name, 0, @hash)", new { name = $"person-{n}", hash });
        }, ct);
    }

    static async Task<IReadOnlyList<BenchResult>> Measure(ServerProcess server, CancellationToken ct)
    {
        var http = server.Http();
        http.DefaultRequestHeaders.Authorization = new("Bearer", (await File.ReadAllTextAsync(server.BuilderTokenFile, ct)).Trim());
        var builder = new BuilderContract(http);
        for (var n = 0; n < Alone; n++) await Lease(builder, ct);
        var alone = new List<double>();
        for (var n = 0; n < Alone; n++) alone.Add(await Lease(builder, ct));
        var browsers = await Task.WhenAll(Enumerable.Range(0, People).Select(n => Opened(server.Address, n, ct)));

        var start = Stopwatch.GetTimestamp();
        var signIns = Task.WhenAll(browsers.Select(browser => browser.SignIn(ct)));
        var beside = new List<double>();
        while (!signIns.IsCompleted) beside.Add(await Lease(builder, ct));
        var signedIn = (await signIns).Count(done => done);
        if (signedIn != People) throw new InvalidOperationException($"Of {People} people {signedIn} were signed in.");
        return [
            BenchResult.Beside($"{People} people sign in at once, until all are", Stopwatch.GetElapsedTime(start).TotalSeconds, "s"),
            BenchResult.Beside("a builder's question for work, median, alone", Median(alone), "ms"),
            BenchResult.AtMost($"the same while they sign in, times as long, median of {beside.Count}", Median(beside) / Median(alone), "", 1.1),
            BenchResult.Beside("the same, 99 of 100 within, times as long", Within(beside) / Within(alone), ""),
        ];
    }

    static async Task<double> Lease(BuilderContract builder, CancellationToken ct)
    {
        var start = Stopwatch.GetTimestamp();
        if (await builder.Lease(new LeaseRequest(["x86_64"], "0.1.0", "bench", 0), ct) is not null) throw new InvalidOperationException("There was work, and none was submitted.");
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    sealed record Browser(HttpClient Http, string Name, string Token)
    {
        public async Task<bool> SignIn(CancellationToken ct)
        {
            using var answer = await Http.PostAsync("login", new FormUrlEncodedContent([new("__RequestVerificationToken", Token), new("name", Name), new("password", Password), new("back", "/me")]), ct);
            return answer.StatusCode == HttpStatusCode.Redirect && answer.Headers.Location?.ToString() == "/me";
        }
    }

    static async Task<Browser> Opened(Uri address, int n, CancellationToken ct)
    {
        var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = address };
        return new(http, $"person-{n}", Field().Match(await http.GetStringAsync("login", ct)).Groups[1].Value);
    }

    static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);

    static double Within(List<double> times) => times.Order().ElementAt(times.Count * 99 / 100);

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Field();
}
