using System.Diagnostics;
using Skyline.Protocol;

namespace Skyline.Builder.Tests;

public sealed class IsolationByBubblewrap(InBubblewrap agent) : IsolationScenarios(agent), IClassFixture<InBubblewrap>;

public sealed class IsolationByDocker(InDocker agent) : IsolationScenarios(agent), IClassFixture<InDocker>;

/// <summary>What a build is kept from, tried from within.</summary>
public abstract class IsolationScenarios(AgentFixture fixture)
{
    FakeServer Server => fixture.Server;

    /// <summary>Each call with arguments that the kernel, were it asked, would answer otherwise than the filter does.</summary>
    const string Calls = """
        cat >calls.c <<'END'
        #define _GNU_SOURCE
        #include <errno.h>
        #include <stdio.h>
        #include <string.h>
        #include <sys/ptrace.h>
        #include <sys/syscall.h>
        #include <sys/uio.h>
        #include <unistd.h>
        static void say(const char *what, long result) {
            printf("%%s: %%s\n", what, result >= 0 ? "ok" : errno == EPERM ? "EPERM" : errno == ENOSYS ? "ENOSYS" : strerror(errno));
            fflush(stdout);
        }
        #define TRY(what, ...) (errno = 0, say(what, syscall(__VA_ARGS__)))
        int main(void) {
            char one[] = "x", other[] = "y";
            struct iovec from = { one, 1 }, to = { other, 1 };
            TRY("mount", SYS_mount, 0L, 0L, 0L, 0L, 0L);
            TRY("umount2", SYS_umount2, 0L, 0);
            TRY("setns", SYS_setns, -1, 0);
            TRY("unshare a user namespace", SYS_unshare, 0x10000000L);
            TRY("unshare files", SYS_unshare, 0x400L);
            TRY("clone3", SYS_clone3, 0L, 0L);
            TRY("keyctl", SYS_keyctl, 0, -4, 1, 0, 0);
            TRY("add_key", SYS_add_key, 0L, 0L, 0L, 0L, -4);
            TRY("bpf", SYS_bpf, 0, 0L, 0);
            TRY("perf_event_open", SYS_perf_event_open, 0L, 0, -1, -1, 0L);
            TRY("userfaultfd", SYS_userfaultfd, 1);
            TRY("io_uring_setup", SYS_io_uring_setup, 1, 0L);
            TRY("open_by_handle_at", SYS_open_by_handle_at, -1, 0L, 0);
            TRY("syslog", SYS_syslog, 10, 0L, 0);
            TRY("quotactl_fd", SYS_quotactl_fd, -1, 0, 0, 0L);
            TRY("personality that runs data", SYS_personality, 0x400000L);
            TRY("personality of 32 bits", SYS_personality, 8L);
            TRY("personality of fixed addresses", SYS_personality, 0x40000L);
            TRY("mknod of a device", SYS_mknod, "device", 020666, 0L);
            TRY("mknod of a pipe", SYS_mknod, "pipe", 010666, 0L);
            TRY("socket of vsock", SYS_socket, 40, 1, 0);
            TRY("socket of ciphers", SYS_socket, 38, 5, 0);
            TRY("socket of IPv6", SYS_socket, 10, 1, 0);
            TRY("a call of tomorrow", SYS_getpid + 600L);
            TRY("process_vm_readv", SYS_process_vm_readv, getpid(), &to, 1L, &from, 1L, 0L);
            TRY("ptrace", SYS_ptrace, PTRACE_TRACEME, 0, 0L, 0L);
        #ifdef __x86_64__
            long result;
            __asm__ volatile("int $0x80" : "=a"(result) : "a"(21), "b"(0), "c"(0), "d"(0) : "memory", "r8", "r9", "r10", "r11");
            errno = -result, say("mount, as a program of 32 bits asks", result < 0 ? -1 : 0);
            TRY("getpid, as x32 asks", 0x40000000L + SYS_getpid);
        #endif
            return 0;
        }
        END
        gcc -o calls calls.c
        (./calls || :) | sed 's/^/call /'
        grep ^Seccomp: /proc/self/status
        """;

    [Fact]
    public async Task Calls_that_no_build_needs_are_refused_by_the_kernel()
    {
        var run = Server.Enqueue(Srpm.Make("calls-the-kernel", Calls, header: "BuildRequires: gcc"));

        await run.Succeeded();

        var answers = run.Log.Split('\n').Where(line => line.StartsWith("call ", StringComparison.Ordinal)).Select(line => line[5..].Split(": ")).ToDictionary(pair => pair[0], pair => pair[1]);
        string[] allowed = ["unshare files", "personality of 32 bits", "personality of fixed addresses", "mknod of a pipe", "process_vm_readv", "ptrace", "socket of IPv6"];
        string[] unknown = ["clone3", "a call of tomorrow", "getpid, as x32 asks"];
        // Engines end a program of x32 where our own filter answers it; it is the last to be tried.
        Assert.Equal(fixture.Isolation == "docker" ? 27 : 28, answers.Count);
        Assert.All(answers, answer => Assert.Equal($"{answer.Key}: {(allowed.Contains(answer.Key) ? "ok" : unknown.Contains(answer.Key) ? "ENOSYS" : "EPERM")}", $"{answer.Key}: {answer.Value}"));
        Assert.Contains("\nSeccomp:\t2\n", run.Log, StringComparison.Ordinal);
    }

    /// <summary>`make -O` locks what it writes to. Were that a file it has in common with others, whoever holds a lock on it would hold up the build for ever.</summary>
    [Fact]
    public async Task Lock_that_others_hold_on_dev_null_does_not_hold_up_a_build()
    {
        const string Hold = "import fcntl, time; f = open('/dev/null', 'rb+', 0); fcntl.lockf(f, fcntl.LOCK_SH); print('holding', flush=True); time.sleep(100)";
        using var machine = Process.Start(new ProcessStartInfo("python3", ["-c", Hold]) { RedirectStandardOutput = true })!;
        Assert.Equal("holding", await machine.StandardOutput.ReadLineAsync());
        await using var agent = await RunningAgent.Start(fixture.Isolation, options => options with { Slots = 2 });
        var holder = agent.Server.Enqueue(Srpm.Make("holds-a-lock", $"python3 -c \"{Hold}\"", header: "BuildRequires: python3"));
        await holder.LogHas("\nholding");

        var run = agent.Server.Enqueue(Srpm.Make("makes-in-order", """
            printf 'all: a b c d e f\n%%%%: Makefile\n\t@echo made $@\nMakefile: ;\n' >Makefile
            make -O -j4
            make -O -j4 >/dev/null
            make -O -j4 >/dev/null 2>&1
            echo "made all"
            """), lease => lease with { Limits = lease.Limits with { SilenceSeconds = 20 } });

        await run.Succeeded();
        Assert.Contains("\nmade all\n", run.Log, StringComparison.Ordinal);
        Assert.False(holder.IsReported, "it holds its lock still");
        machine.Kill();
        holder.Cancelled = true;
        Assert.Equal(Leftovers.None, await Leftovers.Settled(agent.Data, fixture.Isolation));
    }

    [Fact]
    public async Task Work_folder_is_a_disk_of_the_runs_size()
    {
        Assert.SkipUnless(Libc.IsRoot, "Only root can mount a disk");
        var run = Server.Enqueue(Srpm.Make("looks-at-its-disk", """
            set -- $(df --output=fstype,size -B1 /builddir | tail -n 1)
            echo "type $1 size $2"
            ls -A /builddir
            """), lease => lease with { Limits = lease.Limits with { DiskBytes = 1L << 30 } });

        await run.Succeeded();

        var said = run.Log.Split('\n').Single(line => line.StartsWith("type ", StringComparison.Ordinal)).Split(' ');
        Assert.StartsWith("ext", said[1], StringComparison.Ordinal);
        Assert.InRange(long.Parse(said[3], null), 1L << 30, (1L << 30) * 108 / 100);
        Assert.DoesNotContain("lost+found", run.Log, StringComparison.Ordinal);
    }
}
