using System.Globalization;
using System.Runtime.InteropServices;

namespace Skyline.Builder;

/// <summary>An architecture as the kernel's filters know it, and the older one whose programs it runs too.</summary>
/// <param name="Name">Its column in calls.txt.</param>
/// <param name="Audit">AUDIT_ARCH_…, from the kernel's headers.</param>
/// <param name="Engine">As engines' profiles name it.</param>
sealed record CallArch(string Name, uint Audit, string Engine, CallArch? Older = null)
{
    static readonly CallArch i386 = new("i386", 0x40000003, "SCMP_ARCH_X86"), arm = new("arm", 0x40000028, "SCMP_ARCH_ARM");

    public static readonly CallArch X64 = new("x86_64", 0xC000003E, "SCMP_ARCH_X86_64", i386);

    public static readonly IReadOnlyList<CallArch> All =
    [
        X64, new("aarch64", 0xC00000B7, "SCMP_ARCH_AARCH64", arm), new("ppc64le", 0xC0000015, "SCMP_ARCH_PPC64LE"),
        new("s390x", 0x80000016, "SCMP_ARCH_S390X"), new("riscv64", 0xC00000F3, "SCMP_ARCH_RISCV64"),
    ];

    /// <summary>This machine's; null where there is no table of its calls.</summary>
    public static CallArch? Own { get; } = RuntimeInformation.OSArchitecture switch
    {
        Architecture.X64 => X64,
        Architecture.Arm64 => All[1],
        Architecture.Ppc64le => All[2],
        Architecture.S390x => All[3],
        Architecture.RiscV64 => All[4],
        _ => null,
    };

    public IEnumerable<CallArch> WithOlder => Older is null ? [this] : [this, Older];
}

/// <summary>Which calls the kernel has, and their numbers (calls.txt).</summary>
static class CallTable
{
    /// <summary>ARM has a few calls of its own far above all others'.</summary>
    public const int FarAbove = 0xf0000;

    static readonly (string[] Columns, Dictionary<string, int[]> Rows) table = Read();

    public static IEnumerable<string> NamesOn(CallArch arch) => table.Rows.Keys.Where(name => Number(name, arch) is not null);

    /// <returns>null where the architecture has no such call.</returns>
    public static int? Number(string name, CallArch arch) =>
        table.Rows.TryGetValue(name, out var numbers) && numbers[Array.IndexOf(table.Columns, arch.Name)] is var number and >= 0 ? number : null;

    /// <summary>The highest number that is known; a call above it is newer than the table.</summary>
    public static int Highest(CallArch arch) => table.Rows.Keys.Select(name => Number(name, arch) ?? 0).Where(number => number < FarAbove).Max();

    static (string[], Dictionary<string, int[]>) Read()
    {
        var lines = Script.Read("calls.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
        return (lines[0][1..], lines.Skip(1).ToDictionary(line => line[0], line => line[1..].Select(text => text == "-" ? -1 : int.Parse(text, CultureInfo.InvariantCulture)).ToArray()));
    }
}
