using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace Skyline.Builder.Tests;

/// <summary>A Docker Engine of the test's own, without a network, to kill, to stop and to start again.</summary>
sealed class OwnEngine : IAsyncDisposable
{
    readonly string folder = Scratch.Folder("engine");
    Process? process;

    public string Host => $"unix://{folder}/docker.sock";

    /// <summary>Its containers' control groups are below this, and nobody else's.</summary>
    string Groups => "skyline-test-" + Path.GetFileName(folder);

    /// <returns>null where there can be one; else why tests that need one are skipped.</returns>
    public static string? Missing() =>
        !Libc.IsRoot ? "Only root can start a container engine"
        : !File.Exists("/usr/sbin/dockerd") && !File.Exists("/usr/bin/dockerd") ? "There is no dockerd here to start and to kill (package docker.io)"
        : null;

    public static async Task<OwnEngine> Start()
    {
        var engine = new OwnEngine();
        await engine.Live();
        return engine;
    }

    /// <summary>Starts it on what an earlier life left.</summary>
    public async Task Live()
    {
        File.Delete(Path.Combine(folder, "docker.pid"));
        var start = new ProcessStartInfo("dockerd",
        [
            "--data-root", Path.Combine(folder, "data"), "--exec-root", Path.Combine(folder, "exec"), "--pidfile", Path.Combine(folder, "docker.pid"), "-H", Host,
            "--bridge", "none", "--iptables=false", "--ip6tables=false", "--ip-forward=false", "--ip-masq=false", "--cgroup-parent", "/" + Groups,
        ]) { RedirectStandardError = true, RedirectStandardOutput = true };
        process = Process.Start(start)!;
        var said = new List<string>();
        process.ErrorDataReceived += (_, line) => said.Add(line.Data ?? "");
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        await Patience.Until(() => process.HasExited ? throw new InvalidOperationException(string.Join('\n', said)) : Answers(), answers => answers);
    }

    bool Answers()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(Path.Combine(folder, "docker.sock")));
            socket.Send("GET /_ping HTTP/1.0\r\n\r\n"u8);
            socket.ReceiveTimeout = 5000;
            return socket.Receive(new byte[16]) > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>SIGKILL; the containerd that it started dies with it, and the containers' own processes live on.</summary>
    public async Task Kill()
    {
        process!.Kill();
        await process.WaitForExitAsync();
        var mark = Path.Combine(folder, "exec", "containerd", "containerd.pid");
        var containerd = (await File.ReadAllTextAsync(mark)).Trim();
        await Patience.Until(() => IsOver(containerd), over => over);
        // A dead one that nobody has reaped yet would be taken for one that runs.
        File.Delete(mark);
    }

    static bool IsOver(string pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>SIGSTOP: connections are taken by the kernel, and nobody answers on them.</summary>
    public void Hang() => Signal("STOP");

    public void GoOn() => Signal("CONT");

    /// <summary>Processes in its containers, as the kernel counts them.</summary>
    public int ProcessesInContainers() => Members().Count();

    /// <summary>What of containers is left on the machine: their processes, their control groups, their mounts.</summary>
    public (int Processes, int Groups, int Mounts) Left() =>
        (Members().Count(), ContainersGroups().Count(), Mounts.Below(folder).Count(path => path.Contains("/overlay2/", StringComparison.Ordinal) || path.Contains("/rootfs", StringComparison.Ordinal)));

    IEnumerable<string> ContainersGroups() =>
        new[] { "", "memory", "pids" }.Select(controller => Path.Combine("/sys/fs/cgroup", controller, Groups)).Where(Directory.Exists).SelectMany(Directory.EnumerateDirectories);

    IEnumerable<string> Members() => ContainersGroups().SelectMany(group => File.ReadLines(Path.Combine(group, "cgroup.procs"))).Distinct();

    void Signal(string name)
    {
        using var kill = Process.Start("kill", ["-" + name, process!.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false })
        {
            GoOn();
            Signal("TERM");
            await process.WaitForExitAsync();
        }
        process?.Dispose();
        foreach (var group in new[] { "", "memory", "pids", "cpu", "cpuacct", "cpuset", "blkio", "devices", "freezer", "systemd" }.Select(controller => Path.Combine("/sys/fs/cgroup", controller, Groups)).Where(Directory.Exists)) Directory.Delete(group);
        foreach (var mount in Mounts.Below(folder)) await Mounts.Unmount(mount);
    }
}
