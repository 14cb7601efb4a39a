using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Skyline.Benchmarks;

/// <summary>What a child process cost: all its threads, start and end included.</summary>
readonly record struct ChildCost(TimeSpan Cpu, TimeSpan Wall);

static class ChildProcess
{
    /// <summary>Runs a program to its end. No other child may run meanwhile: the kernel adds up the cost of all that ended.</summary>
    public static ChildCost Run(string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo { FileName = program, RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        var (before, watch) = (CpuOfChildren(), Stopwatch.StartNew());
        using var child = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        child.StandardInput.Close();
        var output = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        if (child.ExitCode != 0)
            throw new InvalidOperationException($"{program} ended with {child.ExitCode}: {output}");
        return new(CpuOfChildren() - before, watch.Elapsed);
    }

    static TimeSpan CpuOfChildren()
    {
        const int children = -1;
        if (GetResourceUsage(children, out var usage) != 0)
            throw new InvalidOperationException($"getrusage failed with {Marshal.GetLastPInvokeError()}.");
        return usage.User.Span + usage.System.Span;
    }

    [DllImport("libc", EntryPoint = "getrusage", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int GetResourceUsage(int who, out ResourceUsage usage);

    [StructLayout(LayoutKind.Sequential)]
    readonly struct TimeValue
    {
        readonly long seconds, microseconds;

        public TimeSpan Span => TimeSpan.FromSeconds(seconds) + TimeSpan.FromMicroseconds(microseconds);
    }

    /// <summary>struct rusage: two times, then fourteen counters.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 2 * 16 + 14 * 8)]
    readonly struct ResourceUsage
    {
        public readonly TimeValue User, System;
    }
}
