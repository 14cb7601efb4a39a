using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Skyline.Benchmarks.Core;
using Skyline.Protocol;
using Skyline.Testing;

namespace Skyline.Benchmarks.People;

/// <summary>A forge tells of a push over HTTP, and the build is asked for: how long until it is there. The repository's own server is never reached.</summary>
static class HookBench
{
    const int Pushes = 300, Warming = 40, FilesOfLarge = 20_000;

    public static IEnumerable<BenchResult> Run() => Run(CancellationToken.None).GetAwaiter().GetResult();

    static async Task<IReadOnlyList<BenchResult>> Run(CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("skyline-bench-").FullName;
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        try
        {
            var chroots = Directory.CreateDirectory(Path.Combine(folder, "chroots")).FullName;
            await File.WriteAllTextAsync(Path.Combine(chroots, "paper-1.json"), HandoffBench.Chroot, ct);
            await using var server = new ServerProcess(Path.Combine(folder, "server"), new Dictionary<string, string>
            {
                ["Skyline__Chroots"] = chroots, ["Skyline__FirstTag"] = "paper", ["Skyline__PinChrootRepos"] = "false", ["Skyline__FetchFromLocalAddresses"] = "true", ["Skyline__GitSchemes__0"] = "http",
            });
            await server.Start();
            return await Measure(server, $"http://{silent.LocalEndpoint}/rpms/hello", ct);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static async Task<IReadOnlyList<BenchResult>> Measure(ServerProcess server, string repository, CancellationToken ct)
    {
        var (forge, client) = (server.Http(), server.Admin());
        // (Each hook takes so many deliveries a minute, and so many waiting builds.)
        var hooks = new List<AddedHook>();
        for (var n = 0; n <= (Pushes + Warming) / 100 + 1; n++) hooks.Add(await client.AddHook(new NewHook($"hook-{n}", repository, "paper", Forge.GitHub, Branches: ["main"], Paths: ["packages/hello/**"]), ct));
        var first = await Time(forge, client, hooks[^1], repository, 0, 1, ct);
        var times = new List<double>();
        for (var n = 1; n <= Pushes + Warming; n++)
        {
            var took = await Time(forge, client, hooks[n / 100], repository, n, 1, ct);
            if (n > Warming) times.Add(took);
        }
        var large = new List<double>();
        for (var n = 0; n < 20; n++) large.Add(await Time(forge, client, hooks[^1], repository, 10_000 + n, FilesOfLarge, ct));
        return [
            BenchResult.AtMost($"a push told of until its build is answered for, median of {Pushes}", times.Order().ElementAt(Pushes / 2), "ms", 200),
            BenchResult.AtMost("the same, 99 of 100 within", times.Order().ElementAt(Pushes * 99 / 100), "ms", 200),
            BenchResult.AtMost("the same, the first after the start", first, "ms", 200),
            BenchResult.AtMost($"the same, of a push that lists {FilesOfLarge} files, median", large.Order().ElementAt(large.Count / 2), "ms", 200),
        ];
    }

    /// <summary>From when the forge sends it until the build has been answered by the API.</summary>
    static async Task<double> Time(HttpClient forge, SkylineClient client, AddedHook hook, string repository, int number, int files, CancellationToken ct)
    {
        var body = Encoding.UTF8.GetBytes(Push(repository, Commit(number), files));
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(hook.Hook.Address).AbsolutePath[1..]) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("X-GitHub-Event", "push");
        request.Headers.Add("X-GitHub-Delivery", Guid.NewGuid().ToString());
        request.Headers.Add("X-Hub-Signature-256", "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(hook.Secret!), body)));
        var start = Stopwatch.GetTimestamp();
        using var answer = await forge.SendAsync(request, ct);
        if (answer.StatusCode != HttpStatusCode.Created) throw new InvalidOperationException($"A push was answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(ct)}");
        var build = await client.Build(long.Parse(answer.Headers.Location!.ToString().Split('/')[^1], System.Globalization.CultureInfo.InvariantCulture), ct);
        return build.Nvr.StartsWith("hello-git-", StringComparison.Ordinal) ? Stopwatch.GetElapsedTime(start).TotalMilliseconds : throw new InvalidOperationException("It is another build.");
    }

    static string Commit(int number) => number.ToString("x8", System.Globalization.CultureInfo.InvariantCulture) + "0123456789abcdef0123456789abcdef";

    static string Push(string repository, string commit, int files) => $$"""
        { "ref": "refs/heads/main", "before": "{{Commit(0)[..^1]}}f", "after": "{{commit}}", "created": false, "deleted": false, "forced": false, "repository": { "id": 1, "full_name": "rpms/hello", "clone_url": "{{repository}}.git", "html_url": "{{repository}}" },
          "commits": [ { "id": "{{commit}}", "added": [], "removed": [], "modified": [ {{string.Concat(Enumerable.Range(1, files - 1).Select(n => $"\"other/package-{n}/package-{n}.spec\", "))}}"packages/hello/hello.spec" ] } ], "head_commit": { "id": "{{commit}}" } }
        """;
}
