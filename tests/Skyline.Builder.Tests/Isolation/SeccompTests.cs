using System.Text.Json.Nodes;

namespace Skyline.Builder.Tests;

/// <summary>The filter's program, run here as the kernel would, against the list and against what engines are told.</summary>
public sealed class SeccompTests
{
    const int Allowed = 0;

    public static TheoryData<string> Arches => [.. CallArch.All.Select(arch => arch.Name)];

    static CallArch Arch(string name) => CallArch.All.Single(arch => arch.Name == name);

    [Theory]
    [MemberData(nameof(Arches))]
    public void Program_is_one_that_the_kernel_takes(string name)
    {
        var program = SeccompFilter.For(Arch(name), Refusals.Conditions);

        Assert.InRange(program.Count, 10, 4096);
        Assert.Equal(SeccompFilter.Return, program[^1].Code);
        foreach (var (instruction, at) in program.Select((instruction, at) => (instruction, at)))
        {
            var furthest = instruction.Code == SeccompFilter.Jump ? (int)instruction.Value : Math.Max(instruction.IfTrue, instruction.IfFalse);
            Assert.InRange(at + 1 + furthest, 0, instruction.Code == SeccompFilter.Return ? program.Count : program.Count - 1);
        }
        Assert.Equal(program.Count * 8, SeccompFilter.Bytes(program).Length);
    }

    [Theory]
    [MemberData(nameof(Arches))]
    public void Filter_and_engines_profile_answer_every_call_alike(string name)
    {
        var arch = Arch(name);
        var program = SeccompFilter.For(arch, Refusals.Conditions);
        var profile = JsonNode.Parse(SeccompProfile.For(arch))!;
        uint[] values = [0, 1, 2, 3, 8, 10, 16, 38, 40, 0x11, 0x1200, 0x2000, 0x21ff, 0x6000, 0x81a4, 0x8000_0000, 0x1000_0011, 0x0002_0000, 0x4_0000, 0x40_0000, 0x80, uint.MaxValue];

        foreach (var each in arch.WithOlder)
        {
            foreach (var call in CallTable.NamesOn(each))
            {
                foreach (var value in values)
                {
                    var arguments = Enumerable.Repeat((ulong)value, 6).ToArray();
                    Assert.True(Run(program, each.Audit, CallTable.Number(call, each)!.Value, arguments) == Told(profile, call, arguments), $"{call}({value:x}) on {each.Name}");
                }
            }
        }
    }

    [Theory]
    [InlineData("mount", Refusals.EPERM, 0, 0, 0)]
    [InlineData("unshare", Refusals.EPERM, 0x10000000, 0, 0)]
    [InlineData("unshare", Allowed, 0x200, 0, 0)]
    [InlineData("clone", Refusals.EPERM, 0x10000011, 0, 0)]
    [InlineData("clone", Allowed, 0x3d0f00, 0, 0)]
    [InlineData("clone3", Refusals.ENOSYS, 0, 0, 0)]
    [InlineData("mknod", Refusals.EPERM, 0, 0x21ff, 0)]
    [InlineData("mknod", Allowed, 0, 0x11ff, 0)]
    [InlineData("mknodat", Refusals.EPERM, 0, 0, 0x61ff)]
    [InlineData("personality", Allowed, 8, 0, 0)]
    [InlineData("personality", Refusals.EPERM, 0x400000, 0, 0)]
    [InlineData("socket", Refusals.EPERM, 40, 0, 0)]
    [InlineData("socket", Allowed, 2, 0, 0)]
    [InlineData("ptrace", Allowed, 0, 0, 0)]
    [InlineData("openat", Allowed, 0, 0, 0)]
    public void Call_is_answered_so(string call, int answer, uint first, uint second, uint third) =>
        Assert.Equal(answer, Run(SeccompFilter.For(CallArch.X64, Refusals.Conditions), CallArch.X64.Audit, CallTable.Number(call, CallArch.X64)!.Value, [first, second, third, 0, 0, 0]));

    [Fact]
    public void Calls_of_unknown_worlds_do_not_exist()
    {
        var program = SeccompFilter.For(CallArch.X64, Refusals.Conditions);
        ulong[] none = [0, 0, 0, 0, 0, 0];

        Assert.Equal(Refusals.ENOSYS, Run(program, CallArch.X64.Audit, CallTable.Highest(CallArch.X64) + 1, none));
        Assert.Equal(Refusals.ENOSYS, Run(program, CallArch.X64.Audit, 0x40000000 + 1, none));
        Assert.Equal(Refusals.ENOSYS, Run(program, 0xC00000B7, 63, none));
        Assert.Equal(Refusals.EPERM, Run(program, CallArch.X64.Older!.Audit, 21, none));
    }

    [Fact]
    public void Numbers_and_refused_names_are_the_kernels()
    {
        Assert.Equal((165, 21, 40, 21), (CallTable.Number("mount", CallArch.X64), CallTable.Number("mount", CallArch.X64.Older!), CallTable.Number("mount", Arch("aarch64")), CallTable.Number("mount", Arch("s390x"))));
        Assert.All(Refusals.Denied.Concat(Refusals.Conditions.Select(condition => condition.Name)), name => Assert.Contains(CallArch.All.SelectMany(arch => arch.WithOlder), arch => CallTable.Number(name, arch) is not null));
    }

    [Fact]
    public void Packages_may_bring_device_nodes_while_they_are_installed_and_nothing_else()
    {
        var program = SeccompFilter.For(CallArch.X64, Refusals.ConditionsOfInstalling);

        Assert.Equal(Allowed, Run(program, CallArch.X64.Audit, CallTable.Number("mknodat", CallArch.X64)!.Value, [0, 0, 0x21ff, 0, 0, 0]));
        Assert.Equal(Refusals.EPERM, Run(program, CallArch.X64.Audit, CallTable.Number("mount", CallArch.X64)!.Value, [0, 0, 0, 0, 0, 0]));
        Assert.Equal(Refusals.EPERM, Run(program, CallArch.X64.Audit, CallTable.Number("unshare", CallArch.X64)!.Value, [0x10000000, 0, 0, 0, 0, 0]));
    }

    /// <returns>0 when the call is let through, else the error it ends with.</returns>
    static int Run(IReadOnlyList<BpfInstruction> program, uint arch, int number, ulong[] arguments)
    {
        var data = new byte[64];
        BitConverter.TryWriteBytes(data.AsSpan((int)SeccompFilter.NumberAt), number);
        BitConverter.TryWriteBytes(data.AsSpan((int)SeccompFilter.ArchAt), arch);
        for (var at = 0; at < arguments.Length; at++) BitConverter.TryWriteBytes(data.AsSpan((int)SeccompFilter.ArgumentsAt + 8 * at), arguments[at]);
        uint loaded = 0;
        for (var at = 0; ; at++)
        {
            var (code, ifTrue, ifFalse, value) = program[at];
            switch (code)
            {
                case SeccompFilter.Load: loaded = BitConverter.ToUInt32(data, (int)value); break;
                case SeccompFilter.And: loaded &= value; break;
                case SeccompFilter.Jump: at += (int)value; break;
                case SeccompFilter.IfEqual: at += loaded == value ? ifTrue : ifFalse; break;
                case SeccompFilter.IfGreater: at += loaded > value ? ifTrue : ifFalse; break;
                case SeccompFilter.IfNotBelow: at += loaded >= value ? ifTrue : ifFalse; break;
                case SeccompFilter.Return: return value == SeccompFilter.Allow ? Allowed : (int)(value & 0xffff);
                default: Assert.Fail($"no such instruction: {code:x}"); break;
            }
        }
    }

    /// <summary>As libseccomp reads a profile.</summary>
    static int Told(JsonNode profile, string call, ulong[] arguments)
    {
        foreach (var rule in profile["syscalls"]!.AsArray().Where(rule => rule!["names"]!.AsArray().Any(name => (string?)name == call)))
        {
            if (rule!["args"] is { } args && !args.AsArray().All(arg => ((ulong)(uint)arguments[(int)arg!["index"]!] & (ulong)arg["value"]!) == (ulong)arg["valueTwo"]!)) continue;
            return (string?)rule["action"] == "SCMP_ACT_ALLOW" ? Allowed : (int)rule["errnoRet"]!;
        }
        return Refusals.EPERM;
    }
}
