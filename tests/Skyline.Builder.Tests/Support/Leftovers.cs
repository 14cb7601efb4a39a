using System.Security.Cryptography;
using System.Text;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Skyline.Builder.Tests;

/// <summary>What a run left on the machine, counted.</summary>
sealed record Leftovers(int Processes, int Containers, int Mounts, int Folders, int Groups, int Disks = 0)
{
    public static readonly Leftovers None = new(0, 0, 0, 0, 0);

    /// <summary>First user of builds of the agent with this folder, its own among all that tests start.</summary>
    public static uint UserOf(string data) => 1_900_000_000 + BitConverter.ToUInt32(SHA256.HashData(Encoding.UTF8.GetBytes(data))) % 10_000_000 * 16;

    public static async Task<Leftovers> Of(string data, string isolation, string? engine = null)
    {
        var id = (await File.ReadAllTextAsync(Path.Combine(data, "agent-id"))).Trim();
        return new(
            ProcessesOf(UserOf(data)), isolation == "docker" ? await ContainersOf(id, engine) : 0, Builder.Mounts.Below(Path.Combine(data, "runs")).Count,
            Directory.GetDirectories(Path.Combine(data, "runs")).Length + Directory.GetDirectories(Path.Combine(data, "buildroots"), ".*").Length, GroupsOf(id), DisksOf(data));
    }

    /// <summary>As soon as there is nothing left; what there still is when patience is over.</summary>
    public static async Task<Leftovers> Settled(AgentFixture fixture) => await Settled(fixture.Agent.Data, fixture.Isolation);

    /// <param name="engine">Address of the container engine; null: the one that most tests use.</param>
    public static async Task<Leftovers> Settled(string data, string isolation, string? engine = null)
    {
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        for (var looks = 0; looks < 200 && await look.WaitForNextTickAsync(); looks++)
        {
            if (await Of(data, isolation, engine) == None) return None;
        }
        return await Of(data, isolation, engine);
    }

    public static int ProcessesOf(uint user) => Directory.EnumerateDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out _)).Count(folder =>
    {
        try
        {
            var status = File.ReadAllLines(Path.Combine(folder, "status"));
            // A zombie has let go of everything; its new parent has yet to look.
            return !status.Any(line => line.StartsWith("State:\tZ", StringComparison.Ordinal)) && status.First(line => line.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t').Skip(1).Any(uid => uint.Parse(uid) is var id && id >= user && id < user + 16);
        }
        catch (IOException)
        {
            return false;
        }
    });

    public static async Task<int> ContainersOf(string agentId, string? engine = null)
    {
        using var docker = DockerIsolation.Connect(engine ?? DockerEngine.Host);
        return (await docker.Containers.ListContainersAsync(new ContainersListParameters
        {
            All = true,
            Filters = new Dictionary<string, IDictionary<string, bool>> { ["label"] = new Dictionary<string, bool> { [$"skyline.agent={agentId}"] = true } },
        })).Count;
    }

    /// <summary>Loop devices with a file below the agent's folder, one that has been removed too.</summary>
    static int DisksOf(string data) => Directory.EnumerateDirectories("/sys/block", "loop*").Count(device =>
    {
        try
        {
            return File.ReadAllText(Path.Combine(device, "loop", "backing_file")).StartsWith(data + "/", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false; // it has none
        }
    });

    static int GroupsOf(string agentId) =>
        new[] { "", "memory", "pids", "cpu", "blkio" }.Select(controller => Path.Combine("/sys/fs/cgroup", controller, "skyline-" + agentId)).Where(Directory.Exists).Sum(folder => Directory.GetDirectories(folder).Length);
}
