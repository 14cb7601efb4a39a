using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Skyline.Testing;

/// <summary>A real Docker Swarm of this test's own (packaging/dev/swarm.sh): nothing of it is seen by this machine's network, and all of it ends with this.</summary>
public sealed class OwnSwarm : IAsyncDisposable
{
    readonly ProgramProcess? process;
    readonly HttpClient manager;
    readonly string folder;

    OwnSwarm(ProgramProcess? process, string folder) => (this.process, this.folder, manager) = (process, folder, Connect(Path.Combine(folder, "1.sock")));

    public string Socket => $"unix://{Path.Combine(folder, "1.sock")}";

    /// <returns>Null, or why there can be none here.</returns>
    public static string? WhyNot => Environment.UserName != "root" ? "only root may start engines" : !File.Exists("/usr/sbin/dockerd") && !File.Exists("/usr/bin/dockerd") ? "there is no dockerd (package docker.io, or moby-engine)" : null;

    public static async Task<OwnSwarm> Start(CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("sky-swarm-").FullName;
        var process = ProgramProcess.Start(["unshare", "--net", "--mount", "bash", Path.Combine(Checkout.Root, "packaging", "dev", "swarm.sh"), folder, "1"], new Dictionary<string, string>());
        await process.Line("The swarm is ready.").WaitAsync(ct);
        return new(process, folder);
    }

    /// <summary>One that `./dev proof swarm` has started around this.</summary>
    public static OwnSwarm There(string folder) => new(null, folder);

    static HttpClient Connect(string socket) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, ct) =>
        {
            var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), ct);
            return new NetworkStream(connection, ownsSocket: true);
        },
    }) { BaseAddress = new("http://docker/v1.41/"), Timeout = Timeout.InfiniteTimeSpan };

    public async Task<JsonNode> Get(string path, CancellationToken ct) => JsonNode.Parse(await manager.GetStringAsync(path, ct))!;

    public async Task Create(JsonNode service, CancellationToken ct)
    {
        using var answer = await manager.PostAsync("services/create", new StringContent(service.ToJsonString(), Encoding.UTF8, "application/json"), ct);
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException(await answer.Content.ReadAsStringAsync(ct));
    }

    public async Task<IReadOnlyList<string>> Services(CancellationToken ct) => [.. (await Get("services", ct)).AsArray().Select(one => (string)one!["Spec"]!["Name"]!).Order(StringComparer.Ordinal)];

    /// <summary>Names of all services, as soon as they are as is wanted: looked at whenever the manager tells of one that came or went.</summary>
    public async Task<IReadOnlyList<string>> Until(Func<IReadOnlyList<string>, bool> wanted, CancellationToken ct)
    {
        await using var events = await manager.GetStreamAsync("events?filters=%7B%22type%22%3A%5B%22service%22%5D%7D", ct);
        using var lines = new StreamReader(events);
        while (true)
        {
            var now = await Services(ct);
            if (wanted(now)) return now;
            await lines.ReadLineAsync(ct);
        }
    }

    public async ValueTask DisposeAsync()
    {
        manager.Dispose();
        if (process is null) return;
        await process.Terminate(CancellationToken.None);
        await process.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
