using Skyline.Protocol;

namespace Skyline.Builder;

/// <summary>How a build is kept from the machine and from other builds: no network, an ordinary user without capabilities, a read-only root, bounded.</summary>
interface IIsolation : IAsyncDisposable
{
    /// <summary>As leases and pages name it.</summary>
    string Name { get; }

    /// <summary>Does the engine see mounts that the agent makes? Else a buildroot has to be a plain folder.</summary>
    bool SeesMounts { get; }

    /// <summary>The user of the machine that owns what a build in this slot writes.</summary>
    uint OwnerOf(int slot);

    /// <summary>Starts the chamber's command. <paramref name="output"/> gets what it writes, in order, from one thread at a time.</summary>
    /// <exception cref="BuilderBrokeException">The engine did not start it.</exception>
    Task<IRunningBuild> Start(Chamber chamber, Action<ReadOnlySpan<byte>> output, CancellationToken ct);

    /// <summary>Asked before each lease: an engine that does not answer would lose one run after the other.</summary>
    /// <returns>null when a build can be started; else why not, as part of a sentence.</returns>
    Task<string?> WhyUnable(CancellationToken ct) => Task.FromResult<string?>(null);

    /// <summary>Ends and removes whatever an earlier life of this agent left. Returns how many things that were.</summary>
    Task<int> Sweep(CancellationToken ct);
}

/// <summary>A build in its chamber. Disposing ends it, down to its last process, and removes the chamber.</summary>
interface IRunningBuild : IAsyncDisposable
{
    /// <summary>The command's exit code, once all its output has been handed on.</summary>
    Task<int> Exit { get; }

    /// <summary>Memory or processes: what the engine has noticed up to now.</summary>
    Breach? Breached();
}

/// <summary>What to run and where.</summary>
/// <param name="Root">Folder that becomes the build's read-only /.</param>
/// <param name="Work">Folder that becomes /builddir, the one place to write in.</param>
sealed record Chamber(long RunId, int Slot, string Root, string Work, IReadOnlyList<string> Command, RunLimits Limits)
{
    /// <summary>The same environment whoever isolates: only what stands here.</summary>
    public static IReadOnlyList<string> WithEnvironment(params IReadOnlyList<string> command) =>
    [
        "/usr/bin/env", "-i", "PATH=/usr/bin:/usr/sbin:/bin:/sbin", "HOME=/builddir", "USER=mockbuild", "LOGNAME=mockbuild", "SHELL=/bin/bash",
        "LANG=C.UTF-8", "TZ=UTC", "TERM=dumb", .. command,
    ];

    public const string HostName = "skyline";
    public const int User = 1000;
}
