using System.Buffers.Binary;

namespace Skyline.Builder;

/// <summary>One instruction of the kernel's packet filter (struct sock_filter).</summary>
readonly record struct BpfInstruction(ushort Code, byte IfTrue, byte IfFalse, uint Value);

/// <summary>The refusals as a program that the kernel runs at every call of a build.</summary>
static class SeccompFilter
{
    /// <summary>BPF_LD|W|ABS, BPF_ALU|AND|K, BPF_JMP|JA, |JEQ|K, |JGT|K, |JGE|K, BPF_RET|K.</summary>
    public const ushort Load = 0x20, And = 0x54, Jump = 0x05, IfEqual = 0x15, IfGreater = 0x25, IfNotBelow = 0x35, Return = 0x06;

    /// <summary>SECCOMP_RET_…</summary>
    public const uint Allow = 0x7fff0000, Error = 0x00050000;

    /// <summary>Where struct seccomp_data has the call's number, the architecture, and the first of six arguments of eight bytes.</summary>
    public const uint NumberAt = 0, ArchAt = 4, ArgumentsAt = 16;

    /// <summary>x32's calls come with x86_64's architecture and this bit; nothing that we build is x32.</summary>
    const uint X32 = 0x40000000;

    public static IReadOnlyList<BpfInstruction> For(CallArch arch, IReadOnlyList<CallCondition> conditions)
    {
        var program = new List<BpfInstruction> { new(Load, 0, 0, ArchAt) };
        foreach (var known in arch.WithOlder)
        {
            var block = Block(known, conditions);
            program.Add(new(IfEqual, 1, 0, known.Audit));
            program.Add(new(Jump, 0, 0, (uint)block.Count));
            program.AddRange(block);
        }
        program.Add(Refuse(Refusals.ENOSYS));
        return program;
    }

    /// <summary>Every way through it ends in a return.</summary>
    static List<BpfInstruction> Block(CallArch arch, IReadOnlyList<CallCondition> conditions)
    {
        var block = new List<BpfInstruction> { new(Load, 0, 0, NumberAt) };
        if (arch.Name == "x86_64") Unless(block, IfNotBelow, X32, Refuse(Refusals.ENOSYS));
        if (arch.Name == "arm") Unless(block, IfNotBelow, CallTable.FarAbove, new(Return, 0, 0, Allow));
        Unless(block, IfGreater, (uint)CallTable.Highest(arch), Refuse(Refusals.ENOSYS));
        if (CallTable.Number(Refusals.Unknown, arch) is { } unknown) Unless(block, IfEqual, (uint)unknown, Refuse(Refusals.ENOSYS));
        foreach (var number in Refusals.Denied.Select(name => CallTable.Number(name, arch)).OfType<int>().Order()) Unless(block, IfEqual, (uint)number, Refuse(Refusals.EPERM));
        foreach (var condition in conditions)
        {
            if (CallTable.Number(condition.Name, arch) is { } number) Condition(block, (uint)number, condition, condition.ArgumentOn(arch));
        }
        block.Add(new(Return, 0, 0, Allow));
        return block;
    }

    static void Condition(List<BpfInstruction> block, uint number, CallCondition condition, int argument)
    {
        var test = new List<BpfInstruction> { new(Load, 0, 0, LowerHalfOf(argument)), new(And, 0, 0, condition.Mask) };
        foreach (var value in condition.Allowed) Unless(test, IfEqual, value, new(Return, 0, 0, Allow));
        test.Add(Refuse(Refusals.EPERM));
        block.Add(new(IfEqual, 0, (byte)test.Count, number));
        block.AddRange(test);
    }

    /// <summary>Ends so if the comparison holds; else goes on.</summary>
    static void Unless(List<BpfInstruction> program, ushort comparison, uint value, BpfInstruction end)
    {
        program.Add(new(comparison, 0, 1, value));
        program.Add(end);
    }

    static BpfInstruction Refuse(int error) => new(Return, 0, 0, Error | (uint)error);

    static uint LowerHalfOf(int argument) => ArgumentsAt + 8 * (uint)argument + (BitConverter.IsLittleEndian ? 0u : 4u);

    /// <summary>As the kernel takes it.</summary>
    public static byte[] Bytes(IReadOnlyList<BpfInstruction> program)
    {
        var bytes = new byte[program.Count * 8];
        for (var at = 0; at < program.Count; at++)
        {
            var (code, ifTrue, ifFalse, value) = program[at];
            var one = bytes.AsSpan(at * 8, 8);
            if (BitConverter.IsLittleEndian) BinaryPrimitives.WriteUInt16LittleEndian(one, code);
            else BinaryPrimitives.WriteUInt16BigEndian(one, code);
            (one[2], one[3]) = (ifTrue, ifFalse);
            if (BitConverter.IsLittleEndian) BinaryPrimitives.WriteUInt32LittleEndian(one[4..], value);
            else BinaryPrimitives.WriteUInt32BigEndian(one[4..], value);
        }
        return bytes;
    }

    /// <summary>Writes both programs where <see cref="Bounds"/> and <see cref="Confinement"/> find them; neither on a machine whose calls are not known.</summary>
    public static void Write(DataFolder data)
    {
        if (CallArch.Own is not { } arch) return;
        File.WriteAllBytes(data.BuildFilter, Bytes(For(arch, Refusals.Conditions)));
        File.WriteAllBytes(data.InstallFilter, Bytes(For(arch, Refusals.ConditionsOfInstalling)));
    }
}
