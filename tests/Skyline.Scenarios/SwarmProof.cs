using System.Text.Json.Nodes;
using Skyline.Protocol;
using Skyline.Testing;

namespace Skyline.Scenarios;

/// <summary>
/// A server on the first of three nodes of a Swarm, and a pool whose builders are real agents in services: they bring nothing but this checkout and this
/// machine's programs, bound in read-only, and have their node's engine isolate the builds.
/// </summary>
sealed class SwarmProof : IAsyncDisposable
{
    public const string Service = "farm", Tag = "testos";

    readonly OwnSwarm swarm;
    readonly ServerProcess server;
    readonly string folder;
    readonly CancellationToken ct;

    SwarmProof(OwnSwarm swarm, ServerProcess server, string folder, CancellationToken ct) => (this.swarm, this.server, this.folder, this.ct, Admin) = (swarm, server, folder, ct, server.Admin());

    public SkylineClient Admin { get; private set; }

    public static async Task<SwarmProof> Begin(string folder, CancellationToken ct)
    {
        var swarm = OwnSwarm.There(folder);
        var server = new ServerProcess(Directory.CreateDirectory(Path.Combine(folder, "server")).FullName, new Dictionary<string, string> { ["Skyline__Swarm__Host"] = swarm.Socket }, "10.77.0.1");
        await server.Start();
        return new(swarm, server, folder, ct);
    }

    /// <summary>The service that builders are made after, and the pool.</summary>
    public async Task Deploy(int most)
    {
        var pool = await Admin.CreatePool(new(Service, Most: most, Service: Service, IdleSeconds: 5), ct);
        var (agents, token) = (Directory.CreateDirectory(Path.Combine(folder, "agents")).FullName, Path.Combine(folder, "pool.token"));
        await File.WriteAllTextAsync(token, pool.Token, ct);
        await swarm.Create(new JsonObject
        {
            ["Name"] = Service,
            ["Labels"] = new JsonObject { ["skyline.pool"] = Service },
            ["Mode"] = new JsonObject { ["Replicated"] = new JsonObject { ["Replicas"] = 0 } },
            ["TaskTemplate"] = new JsonObject
            {
                ["ContainerSpec"] = new JsonObject
                {
                    ["Image"] = "skyline/idle:1",
                    ["Command"] = new JsonArray("/usr/share/dotnet/dotnet", Checkout.Program("Skyline.Builder", "skyline-builder")),
                    ["Env"] = new JsonArray($"SKYLINE_BUILDER_SERVER={server.Address}", $"SKYLINE_BUILDER_POOL_TOKEN_FILE={token}", $"SKYLINE_BUILDER_DATA={agents}/{{{{.Service.Name}}}}", "SKYLINE_BUILDER_ISOLATION=docker",
                        $"SKYLINE_TESTOS={Checkout.TestOs}", "PATH=/usr/sbin:/usr/bin", "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1", "HOME=/tmp"),
                    ["Mounts"] = new JsonArray([Bind(agents, agents, writable: true), Bind(token, token), Bind(Checkout.Root, Checkout.Root), Bind(Checkout.TestOs, Checkout.TestOs),
                        Bind("/usr", "/usr"), Bind("/usr/lib", "/lib"), Bind("/usr/lib64", "/lib64"), Bind("/usr/bin", "/bin"), Bind("/usr/sbin", "/sbin"), Bind("/etc", "/etc"), Bind(Path.Combine(folder, "node", "docker.sock"), "/var/run/docker.sock", writable: true)]),
                    ["StopGracePeriod"] = 10_000_000_000,
                },
                ["RestartPolicy"] = new JsonObject { ["Condition"] = "any", ["Delay"] = 1_000_000_000 },
                ["Networks"] = new JsonArray(new JsonObject { ["Target"] = "host" }),
            },
        }, ct);
    }

    static JsonObject Bind(string from, string to, bool writable = false) => new JsonObject { ["Type"] = "bind", ["Source"] = from, ["Target"] = to, ["ReadOnly"] = !writable };

    public Task<IReadOnlyList<string>> Until(int services) => swarm.Until(now => now.Count == services + 1, ct);

    public async Task<long> Submit(string package)
    {
        var path = Directory.EnumerateFiles(Environment.GetEnvironmentVariable("SKYLINE_SRPMS")!, $"{package}-*.src.rpm").Single();
        await using var file = File.OpenRead(path);
        return (await Admin.Submit(file, Path.GetFileName(path), Tag, scratch: false, ct)).Id;
    }

    public async Task<BuildDetails> Build(long id, Func<BuildDetails, bool> wanted)
    {
        var now = await Admin.Build(id, ct);
        while (!wanted(now)) now = await Admin.WaitBuild(id, now.Revision, 30, ct);
        return now;
    }

    public async Task<MassRebuildDetails> Rebuild(long id, Func<MassRebuildDetails, bool> wanted)
    {
        while (true)
        {
            var now = await Admin.MassRebuild(id, ct);
            if (wanted(now)) return now;
            await Admin.WaitBatch(id, now.Batch.Revision, 30, ct);
        }
    }

    /// <summary>A node other than the first that a builder with a run is on, and that builder.</summary>
    public async Task<(int Node, string Builder)?> Busy()
    {
        var nodes = new Dictionary<string, int>();
        foreach (var node in (await swarm.Get("nodes", ct)).AsArray())
            if (int.TryParse(((string)node!["Status"]!["Addr"]!).Split('.')[3], out var number) && number > 1) nodes[(string)node["ID"]!] = number;
        var services = (await swarm.Get("services", ct)).AsArray().ToDictionary(one => (string)one!["ID"]!, one => (string)one!["Spec"]!["Name"]!);
        var busy = (await Admin.Builders(ct)).Where(builder => builder.Running > 0).Select(builder => builder.Name).ToHashSet();
        return (await swarm.Get("tasks", ct)).AsArray().Where(task => (string)task!["Status"]!["State"]! == "running" && task["NodeID"] is { } at && nodes.ContainsKey((string)at!) && busy.Contains(services[(string)task["ServiceID"]!]))
            .Select(task => ((int, string)?)(nodes[(string)task!["NodeID"]!], services[(string)task["ServiceID"]!])).FirstOrDefault();
    }

    /// <summary>Its engine and all that it started, at once.</summary>
    public async Task KillNode(int node)
    {
        var parents = Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _)).Select(name => (Pid: int.Parse(name!), Parent: Parent(name!))).ToList();
        var dead = (await Tool.Run("ip", ["netns", "pids", $"n{node}"], ct)).Ok("ip netns pids").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse).ToHashSet();
        for (var before = -1; before != dead.Count;)
        {
            before = dead.Count;
            dead.UnionWith(parents.Where(one => dead.Contains(one.Parent)).Select(one => one.Pid));
        }
        await Tool.Run("kill", ["-9", .. dead.Select(pid => $"{pid}")], ct);
    }

    static int Parent(string pid)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{pid}/stat");
            return int.Parse(text[(text.LastIndexOf(')') + 2)..].Split(' ')[1]);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>As the power going: what it had begun goes on after.</summary>
    public async Task KillServer()
    {
        await server.Kill();
        await server.Start();
        Admin = server.Admin();
    }

    public async ValueTask DisposeAsync()
    {
        TestContext.Current.TestOutputHelper?.WriteLine(server.Process.Output);
        await server.DisposeAsync();
        await swarm.DisposeAsync();
    }
}
