namespace Skyline.Builder;

/// <summary>A call that is let through with some arguments only.</summary>
/// <param name="Argument">Which of them, from 0; its lower 32 bits count, as the kernel takes no more of these.</param>
/// <param name="Allowed">Allowed when what the mask leaves of it is one of these.</param>
sealed record CallCondition(string Name, int Argument, uint Mask, params IReadOnlyList<uint> Allowed)
{
    /// <summary>s390x takes clone's first two the other way round.</summary>
    public int ArgumentOn(CallArch arch) => arch.Name == "s390x" && Name == "clone" ? 1 - Argument : Argument;
}

/// <summary>
/// What a build may not ask of the kernel: the one list, for engines (<see cref="SeccompProfile"/>) and for bubblewrap
/// (<see cref="SeccompFilter"/>). Most of it wants a capability that no build has; a hole behind a call is out of reach all the same.
/// Left open on purpose: ptrace, process_vm_* and kcmp, since debuggers, strace and sanitizers run in test suites, and a build sees
/// no processes but its own; the calls about NUMA, for the same suites; chroot, which needs a capability.
/// </summary>
static class Refusals
{
    public const int EPERM = 1, ENOSYS = 38;
    const uint Namespaces = 0x7E02_0000, NewTime = 0x80, DeviceNode = 0x2000, All = uint.MaxValue;

    public static readonly IReadOnlySet<string> Denied = new HashSet<string>
    {
        // Mounts and namespaces
        "mount", "umount", "umount2", "pivot_root", "setns", "fsopen", "fsconfig", "fsmount", "fspick", "move_mount", "open_tree", "mount_setattr", "statmount", "listmount",
        // Files by number, past all folders' rights
        "open_by_handle_at",
        // The kernel itself: code, tracing, keys, newer interfaces with a history of holes
        "kexec_load", "kexec_file_load", "init_module", "finit_module", "delete_module", "create_module", "query_module", "get_kernel_syms",
        "bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter", "io_uring_register", "keyctl", "add_key", "request_key", "lookup_dcookie", "fanotify_init",
        "lsm_set_self_attr",
        // The machine: power, clock, names, swap, accounting, quotas, its log, its ports and terminals
        "reboot", "settimeofday", "stime", "clock_settime", "clock_settime64", "clock_adjtime", "clock_adjtime64", "sethostname", "setdomainname", "swapon", "swapoff", "acct", "quotactl", "quotactl_fd",
        "syslog", "ioperm", "iopl", "pciconfig_iobase", "pciconfig_read", "pciconfig_write", "rtas", "s390_pci_mmio_read", "s390_pci_mmio_write", "s390_runtime_instr", "spu_create", "spu_run",
        "sys_debug_setcontext", "vhangup",
        // What nothing uses any more
        "_sysctl", "sysfs", "uselib", "ustat", "nfsservctl", "vm86", "vm86old", "afs_syscall", "bdflush", "tuxcall", "vserver", "security",
    };

    /// <summary>Its flags lie in memory, where no filter can look; the C library then uses clone.</summary>
    public const string Unknown = "clone3";

    public static readonly IReadOnlyList<CallCondition> Conditions =
    [
        new("clone", 0, Namespaces, 0), new("unshare", 0, Namespaces | NewTime, 0),
        new("mknod", 1, DeviceNode, 0), new("mknodat", 2, DeviceNode, 0),
        // As a query, as rpm (32 bit, an old kernel's name) and as debuggers (addresses not at random) set it.
        new("personality", 0, All, 0, 8, 0x20000, 0x20008, 0x40000, 0x40008, All),
        // Unix, IPv4, IPv6, netlink. Not vsock, which leads out of a virtual machine, nor the kernel's ciphers.
        new("socket", 0, All, 1, 2, 10, 16),
    ];

    /// <summary>What the packages of a buildroot may not ask for while they are installed: the same, but some of them bring device nodes.</summary>
    public static IReadOnlyList<CallCondition> ConditionsOfInstalling { get; } = [.. Conditions.Where(condition => !condition.Name.StartsWith("mknod", StringComparison.Ordinal))];
}
