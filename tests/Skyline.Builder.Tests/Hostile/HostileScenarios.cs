using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using Skyline.Protocol;

namespace Skyline.Builder.Tests;

public sealed class HostileInBubblewrap() : HostileFixture("bubblewrap");

public sealed class HostileInDocker() : HostileFixture("docker");

public sealed class HostilePackagesInBubblewrap(HostileInBubblewrap fixture) : HostileScenarios(fixture), IClassFixture<HostileInBubblewrap>;

public sealed class HostilePackagesInDocker(HostileInDocker fixture) : HostileScenarios(fixture), IClassFixture<HostileInDocker>;

/// <summary>What became of a hostile package, and of the next build in its slot.</summary>
sealed record HostileEnd(RunReport Report, string Log, Leftovers Left, RunReport Next, SortedDictionary<string, string> NextDigests);

/// <summary>
/// Builds the whole library once, over a few agents of one slot each: most of it is waiting for limits. After each hostile package
/// its agent builds a good one.
/// </summary>
public abstract class HostileFixture(string isolation) : IAsyncLifetime
{
    const int Agents = 2;
    readonly ConcurrentQueue<string> waiting = new(HostilePackage.Names);
    readonly ConcurrentDictionary<string, TaskCompletionSource<HostileEnd>> ends = new(HostilePackage.Names.Select(name => KeyValuePair.Create(name, new TaskCompletionSource<HostileEnd>(TaskCreationOptions.RunContinuationsAsynchronously))));
    readonly Lazy<string> good = new(() => Srpm.Hello("unharmed"));
    readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    readonly string socket = $"skyline-{Guid.NewGuid():N}";
    readonly List<Task> working = [];
    string? missing;

    internal SortedDictionary<string, string>? Digests { get; private set; }

    internal async Task<HostileEnd> EndOf(string name)
    {
        Assert.SkipWhen(missing is not null, missing ?? "");
        return await ends[name].Task;
    }

    public async ValueTask InitializeAsync()
    {
        if (isolation == "docker") missing = await DockerEngine.Missing();
        if (missing is not null) return;
        listener.Bind(new UnixDomainSocketEndPoint("\0" + socket));
        listener.Listen();
        for (var agent = 0; agent < Agents; agent++) working.Add(Task.Run(Work));
    }

    async Task Work()
    {
        string? name = null;
        try
        {
            await using var agent = await RunningAgent.Start(isolation, options => options with { MaxLogBytes = HostilePackage.MaxLog });
            var first = agent.Server.Enqueue(good.Value);
            await first.Succeeded();
            Digests = first.Digests();
            while (waiting.TryDequeue(out name)) ends[name].SetResult(await Build(agent, HostilePackage.Read(name)));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            foreach (var end in name is null ? ends.Values : [ends[name]]) end.TrySetException(e);
            if (name is not null) await Work();
        }
    }

    async Task<HostileEnd> Build(RunningAgent agent, HostilePackage package)
    {
        var run = agent.Server.Enqueue(package.Pack(), lease => lease with { Limits = package.Limits, Buildroot = lease.Buildroot with { Macros = Macros(agent, lease.Buildroot.Macros) } });
        var report = await run.Report;
        var next = agent.Server.Enqueue(good.Value);
        var nextReport = await next.Report;
        return new(report, run.Log, await Leftovers.Settled(agent.Data, isolation), nextReport, next.Digests());
    }

    Dictionary<string, string> Macros(RunningAgent agent, IReadOnlyDictionary<string, string> usual) =>
        new(usual) { ["server_port"] = agent.Server.Address.Port.ToString(CultureInfo.InvariantCulture), ["abstract_socket"] = socket };

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(working);
        listener.Dispose();
        GC.SuppressFinalize(this);
    }
}

/// <summary>Packages that mean harm (the specs beside this file): each ends as it must, leaves nothing, and the next build is unharmed.</summary>
public abstract class HostileScenarios(HostileFixture fixture)
{
    public static TheoryData<string> Packages => [.. HostilePackage.Names];

    [Theory]
    [MemberData(nameof(Packages))]
    public async Task Hostile_package_ends_as_it_must_and_the_next_build_is_unharmed(string name)
    {
        var end = await fixture.EndOf(name);

        HostilePackage.Read(name).MustHaveEndedSo(end.Report, end.Log);
        Assert.Equal(Leftovers.None, end.Left);
        Assert.True(end.Next.Outcome == RunOutcome.Succeeded, end.Next.Why);
        Assert.Equal(fixture.Digests, end.NextDigests);
    }
}
