namespace Skyline.Builder.Tests;

/// <summary>One agent for a class of tests: its kept buildroots are made once.</summary>
public abstract class AgentFixture(string isolation, string vm = "off") : IAsyncLifetime
{
    RunningAgent? agent;
    string? missing;

    public string Isolation => isolation;
    internal FakeServer Server => Agent.Server;

    /// <summary>Skips the test that asks, where there is no engine for it.</summary>
    internal RunningAgent Agent
    {
        get
        {
            Assert.SkipWhen(missing is not null, missing ?? "");
            return agent!;
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (isolation == "docker") missing = await DockerEngine.Missing();
        if (vm == "kvm") missing = await VirtualMachines.NoKvm();
        if (missing is null) agent = await StartAgent();
        if (vm == "emulated") missing = agent!.Said.FirstOrDefault(line => line.Contains("cannot be isolated by virtual machines", StringComparison.Ordinal));
    }

    private protected virtual Task<RunningAgent> StartAgent() => RunningAgent.Start(isolation, options => options with { Vm = vm, VmKernel = VirtualMachines.Kernel });

    public async ValueTask DisposeAsync()
    {
        if (agent is not null) await agent.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

public sealed class InBubblewrap() : AgentFixture("bubblewrap");

public sealed class InDocker() : AgentFixture("docker");

public sealed class InKvm() : AgentFixture("vm", "kvm");

public sealed class BesideEmulation() : AgentFixture("bubblewrap", "emulated");
