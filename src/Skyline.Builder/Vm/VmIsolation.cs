using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace Skyline.Builder;

/// <summary>
/// A build in a virtual machine: a kernel of its own, and inside it the same bubblewrap as elsewhere. qemu runs as a user that owns
/// nothing else on this machine, sees nothing but its kernel and disks, and has no network.
/// </summary>
sealed class VmIsolation(DataFolder data, BuilderOptions options, TimeProvider time, ILogger log) : IIsolation
{
    const long ForKernel = 192 << 20, ForQemu = 768 << 20;
    const int QemuThreads = 256;
    static readonly string[] qemuNames = ["qemu-system-x86_64", "qemu-kvm"];
    VmFiles? files;
    string qemu = "";
    bool noGroups;

    public string Name => "vm";
    public bool SeesMounts => true;
    public uint OwnerOf(int slot) => Chamber.User;

    bool Emulated => options.Vm == "emulated";
    uint QemuUser(int slot) => options.BuildUser + (uint)slot;
    TimeSpan Patience => TimeSpan.FromSeconds(Emulated ? 180 : 10);

    /// <summary>Is all here that it takes, and does a machine start and run a command?</summary>
    /// <returns>null when builds can run in one; else why not.</returns>
    public async Task<string?> Probe(CancellationToken ct)
    {
        if (RuntimeInformation.OSArchitecture is not Architecture.X64) return $"virtual machines are made on x86_64 alone, and this machine is {BuilderOptions.OwnArch}";
        if (!Libc.IsRoot) return "only an agent that root runs can give a virtual machine's files to a user of its own";
        if (VmFiles.Find(qemuNames) is not { } program) return "qemu-system-x86_64 is not installed (its package is called qemu-system-x86 or qemu-kvm)";
        if (VmFiles.Find("busybox") is not { } busybox) return "busybox is not installed (its package is called busybox-static or busybox)";
        if (VmFiles.Find("mke2fs") is null) return "mke2fs is not installed (its package is called e2fsprogs)";
        if (VmKernel.Find(options.VmKernel) is not { } kernel) return $"there is no kernel with drivers below {options.VmKernel ?? "/"}; unpack a kernel package (linux-image-cloud-amd64, kernel-core) somewhere and name that folder by --vm-kernel";
        if (!Emulated && KvmIsOff() is { } why) return why;
        qemu = program;
        return await BootIsOff(kernel, busybox, ct);
    }

    static string? KvmIsOff()
    {
        if (!File.Exists("/dev/kvm")) return "there is no /dev/kvm: this machine has no hardware virtualisation, or it is switched off, or not passed on to where the agent runs";
        try
        {
            using var opened = File.OpenHandle("/dev/kvm", FileMode.Open, FileAccess.ReadWrite);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"/dev/kvm does not open ({e.Message})";
        }
    }

    /// <summary>Everything a build takes, with a command that does nothing.</summary>
    async Task<string?> BootIsOff(VmKernel kernel, string busybox, CancellationToken ct)
    {
        await RemoveTree.At(data.Probe);
        try
        {
            files = await VmFiles.Make(data.Vm, kernel, busybox, ct);
            var root = Path.Combine(data.Probe, "buildroot", "root");
            foreach (var name in new[] { "bin", "dev", "proc", "tmp", "var/tmp", "builddir" }) Directory.CreateDirectory(Path.Combine(root, name));
            File.Copy(busybox, Path.Combine(root, "bin", "true"));
            var work = Directory.CreateDirectory(Path.Combine(data.Probe, "run", "work")).FullName;
            await using var build = await Start(new(0, 0, root, work, ["/bin/true"], new(64 << 20, 64, 64 << 20, 1, 0, 0)), _ => { }, ct);
            return await build.Exit is 0 ? null : "a virtual machine starts here, but cannot isolate a build";
        }
        catch (BuilderBrokeException e)
        {
            return e.Message + (Emulated ? "" : $" (by {qemu} on /dev/kvm, kernel {Path.GetFileName(kernel.Modules)}); where virtualisation is nested or paravirtual, /dev/kvm may open and yet run no ordinary kernel");
        }
        finally
        {
            await RemoveTree.At(data.Probe);
        }
    }

    public async Task<IRunningBuild> Start(Chamber chamber, Action<ReadOnlySpan<byte>> output, CancellationToken ct)
    {
        var folder = Path.Combine(Path.GetDirectoryName(chamber.Work)!, "vm");
        await RemoveTree.At(folder);
        Directory.CreateDirectory(folder);
        var disks = await VmDisks.Make(folder, chamber, QemuUser(chamber.Slot), ct);
        await files!.WriteFor(Path.Combine(folder, "first"), Inside(chamber), chamber.Limits, ct);
        if (!Emulated) await OwnDevice(Path.Combine(folder, "kvm"), chamber.Slot, ct);
        var group = MakeGroup(chamber);
        var build = new VmBuild(await Child.Start(Bounds.Joining(group?.Gates ?? [], null, Command(chamber, folder, disks), Bounds.Numbered)), group, disks, chamber, output, time);
        try
        {
            await build.Started(Patience, ct);
            return build;
        }
        catch
        {
            await build.DisposeAsync();
            throw;
        }
    }

    /// <summary>The device under a name of this machine alone: its node in /dev is root's, or a group's that could do more with it.</summary>
    async Task OwnDevice(string node, int slot, CancellationToken ct)
    {
        await Child.Must(["mknod", "--mode=0600", node, "c", "10", "232"], "Giving /dev/kvm to a build's user", ct);
        Libc.Own(node, QemuUser(slot));
    }

    Cgroup? MakeGroup(Chamber chamber)
    {
        if (noGroups) return null;
        try
        {
            var limits = chamber.Limits with { MemoryBytes = chamber.Limits.MemoryBytes + ForKernel + ForQemu, Processes = QemuThreads };
            return Cgroup.Make(data.AgentId, $"run-{chamber.RunId}-{Guid.NewGuid().ToString("N")[..8]}", limits);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            noGroups = true;
            log.LogWarning("No control groups here ({Why}): a virtual machine's memory and processors are bounded by qemu alone", e.Message);
            return null;
        }
    }

    /// <summary>What runs on this machine: qemu, which sees its programs, its kernel and its disks.</summary>
    IReadOnlyList<string> Command(Chamber chamber, string folder, VmDisks disks) =>
    [
        "prlimit", "--core=0", $"--fsize={new FileInfo(disks.Results).Length}", "--",
        "bwrap", "--die-with-parent", "--new-session", "--unshare-pid", "--unshare-ipc", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try",
        "--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID", "--cap-add", "CAP_SETPCAP",
        .. Confinement.Programs(), "--proc", "/proc", "--dev", "/dev", .. Emulated ? Array.Empty<string>() : ["--dev-bind", Path.Combine(folder, "kvm"), "/dev/kvm"],
        "--tmpfs", "/tmp", "--perms", "0755", "--dir", "/vm",
        "--ro-bind", files!.Kernel, "/vm/kernel", "--ro-bind", Path.Combine(folder, "first"), "/vm/first", "--ro-bind", disks.Root, "/vm/root",
        "--bind", disks.Work, "/vm/work", "--bind", disks.Results, "/vm/results", "--chdir", "/", "--",
        "setpriv", $"--reuid={QemuUser(chamber.Slot)}", $"--regid={QemuUser(chamber.Slot)}", "--clear-groups", "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all", "--",
        qemu, .. Machine(chamber),
    ];

    IReadOnlyList<string> Machine(Chamber chamber) =>
    [
        "-nodefaults", "-no-user-config", "-nic", "none", "-display", "none", "-no-reboot",
        "-sandbox", "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny",
        "-machine", "q35,usb=off,vmport=off", "-accel", Emulated ? "tcg,thread=multi,tb-size=256" : "kvm", "-cpu", Emulated ? "max" : "host",
        "-m", string.Create(CultureInfo.InvariantCulture, $"{(chamber.Limits.MemoryBytes + ForKernel) >> 20}M"),
        "-smp", Math.Clamp((int)Math.Ceiling(chamber.Limits.Cpus), 1, Environment.ProcessorCount).ToString(CultureInfo.InvariantCulture),
        "-kernel", "/vm/kernel", "-initrd", "/vm/first", "-append", "console=ttyS0 quiet panic=-1 mitigations=off random.trust_cpu=on",
        // The pipes that it was started with, by number: their names would not open for its user.
        "-add-fd", "fd=3,set=1", "-add-fd", "fd=4,set=2",
        "-chardev", "file,id=output,path=/dev/fdset/1,append=on", "-chardev", "file,id=words,path=/dev/fdset/2,append=on", "-chardev", "file,id=kernel,path=/dev/fdset/2,append=on",
        "-device", "isa-serial,chardev=kernel",
        "-device", "virtio-serial-pci,id=ports", "-device", "virtserialport,bus=ports.0,nr=1,chardev=output,name=output", "-device", "virtserialport,bus=ports.0,nr=2,chardev=words,name=words",
        .. Disk("root", ",read-only=on"), .. Disk("work", ""), .. Disk("results", ""),
    ];

    /// <summary>Nothing of it has to outlive a power cut; an error of this machine's disk is one of the build's, not a machine that waits.</summary>
    static string[] Disk(string name, string more) =>
        ["-blockdev", $"driver=raw,node-name={name},cache.no-flush=on{more},file.driver=file,file.filename=/vm/{name}", "-device", $"virtio-blk-pci,drive={name},werror=report,rerror=report"];

    /// <summary>What runs in the virtual machine, on its own kernel: the build in the same bubblewrap as on a machine without.</summary>
    static IReadOnlyList<string> Inside(Chamber chamber) =>
    [
        "/tools/setpriv", $"--reuid={Chamber.User}", $"--regid={Chamber.User}", "--clear-groups", "--no-new-privs", "--",
        "/tools/bwrap", "--unshare-user", "--disable-userns", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try",
        "--uid", $"{Chamber.User}", "--gid", $"{Chamber.User}", "--hostname", Chamber.HostName, "--cap-drop", "ALL", "--new-session", "--die-with-parent",
        "--ro-bind", "/mnt/root", "/", "--dev", "/dev", "--proc", "/proc", .. Temporary(chamber, "/tmp"), .. Temporary(chamber, "/var/tmp"),
        "--bind", "/mnt/build", "/builddir", "--chdir", "/builddir", "--", .. chamber.Command,
    ];

    static string[] Temporary(Chamber chamber, string at) => ["--perms", "1777", "--size", $"{chamber.Limits.MemoryBytes}", "--tmpfs", at];

    public Task<int> Sweep(CancellationToken ct) => Libc.IsRoot ? Cgroup.Sweep(data.AgentId, time) : Task.FromResult(0);

    public ValueTask DisposeAsync()
    {
        if (Libc.IsRoot) Cgroup.RemoveParents(data.AgentId);
        return ValueTask.CompletedTask;
    }
}
