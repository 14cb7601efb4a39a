using Microsoft.Extensions.Logging.Abstractions;

namespace Skyline.Builder.Tests;

/// <summary>Virtual machines for tests, where there is what they take.</summary>
static class VirtualMachines
{
    static readonly Lazy<Task<string?>> noKvm = new(TryKvm);

    /// <summary>An unpacked kernel package, as packaging/vm-kernel/make leaves it; else the builder looks for one itself.</summary>
    public static string? Kernel => Environment.GetEnvironmentVariable("SKYLINE_VM_KERNEL") is { Length: > 0 } folder ? folder : null;

    /// <returns>null where one starts by KVM; else why tests that need that are skipped.</returns>
    public static async Task<string?> NoKvm() => await noKvm.Value is { } why ? $"Nothing can be said about builds in virtual machines by KVM: {why}" : null;

    static async Task<string?> TryKvm()
    {
        await using var machines = new Machines("kvm");
        return await machines.Probe();
    }
}

/// <summary>An isolation by virtual machines, without the agent around it.</summary>
public class Machines(string vm) : IAsyncLifetime
{
    readonly string path = RunningAgent.NewData();
    DataFolder? data;
    VmIsolation? isolation;
    string? missing;

    /// <summary>Skips the test that asks, where none starts.</summary>
    internal VmIsolation Isolation
    {
        get
        {
            Assert.SkipWhen(missing is not null, $"Nothing can be said about builds in virtual machines: {missing}");
            return isolation!;
        }
    }

    /// <summary>First user that qemu runs as.</summary>
    internal uint User => Leftovers.UserOf(path);

    internal string NewRun => Directory.CreateDirectory(Path.Combine(data!.Runs, Guid.NewGuid().ToString("N"), "work")).FullName;
    internal string AgentId => data!.AgentId;

    public async ValueTask InitializeAsync() => missing = await Probe();

    internal async Task<string?> Probe()
    {
        data = DataFolder.Open(path);
        await using var server = await FakeServer.Start();
        isolation = new(data, RunningAgent.OptionsFor(server, "vm", path) with { Vm = vm, VmKernel = VirtualMachines.Kernel }, TimeProvider.System, NullLogger.Instance);
        return await isolation.Probe(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (isolation is not null) await isolation.DisposeAsync();
        data?.Dispose();
        await RemoveTree.At(Path.GetDirectoryName(path)!);
        GC.SuppressFinalize(this);
    }
}

public sealed class EmulatedMachines() : Machines("emulated");
