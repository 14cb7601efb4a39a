using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;

namespace Skyline.Builder.Tests;

/// <summary>Virtual machines for tests, where there is what they take.</summary>
static class VirtualMachines
{
    static readonly ConcurrentDictionary<string, Lazy<Task<string?>>> missing = new();

    /// <summary>An unpacked kernel package, as packaging/vm-kernel/make leaves it; else the builder looks for one itself.</summary>
    static string? Kernel => Environment.GetEnvironmentVariable("SKYLINE_VM_KERNEL") is { Length: > 0 } folder ? folder : null;

    public static BuilderOptions With(BuilderOptions options, string vm) => options with { Vm = vm, VmKernel = Kernel };

    /// <param name="vm">"kvm" or "emulated".</param>
    /// <returns>null where one starts; else why tests that need one are skipped.</returns>
    public static async Task<string?> Missing(string vm) =>
        await missing.GetOrAdd(vm, _ => new(() => Try(vm))).Value is { } why ? $"Nothing can be said about builds in virtual machines ({vm}): {why}" : null;

    static async Task<string?> Try(string vm)
    {
        var path = RunningAgent.NewData();
        using var data = DataFolder.Open(path);
        await using var server = await FakeServer.Start();
        await using var machines = new VmIsolation(data, With(RunningAgent.OptionsFor(server, "vm", path), vm), TimeProvider.System, NullLogger.Instance);
        return await machines.Probe(CancellationToken.None);
    }
}
