namespace Skyline.Builder;

/// <summary>Architectures whose programs the kernel of this machine hands to qemu-user, found where the kernel lists such formats.</summary>
static class ForeignArches
{
    public const string Formats = "/proc/sys/fs/binfmt_misc";

    static readonly Dictionary<string, string> byQemusName = new()
    {
        ["aarch64"] = "aarch64", ["arm"] = "armv7hl", ["i386"] = "i686", ["loongarch64"] = "loongarch64", ["ppc64le"] = "ppc64le", ["riscv64"] = "riscv64", ["s390x"] = "s390x", ["x86_64"] = "x86_64",
    };

    /// <param name="wanted">none, auto, or names with commas between.</param>
    /// <param name="native">What is built without emulation.</param>
    /// <exception cref="BuilderBrokeException">This machine cannot run programs of one that is named.</exception>
    public static IReadOnlyList<string> Choose(string wanted, IReadOnlyList<string> native, string formats = Formats)
    {
        if (wanted == "none") return [];
        var found = Found(formats).Except(native).ToList();
        if (wanted == "auto") return found;
        var named = wanted.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return named.Except(found).ToList() is [var missing, ..]
            ? throw new BuilderBrokeException($"--foreign-arches {missing}: this machine does not run its programs ({(found.Count == 0 ? "there are none that it runs by qemu" : "it runs those of " + string.Join(", ", found))}). Install qemu-user-static, whose formats have the flag F, or leave {missing} out.")
            : named;
    }

    /// <summary>Those that are enabled and work in a buildroot too: flag F has the kernel open the interpreter beforehand, outside of it.</summary>
    static IEnumerable<string> Found(string formats) => !Directory.Exists(formats) ? [] :
        Directory.EnumerateFiles(formats, "qemu-*").Order(StringComparer.Ordinal)
            .Where(file => byQemusName.ContainsKey(Path.GetFileName(file)["qemu-".Length..]) && Works(File.ReadAllLines(file)))
            .Select(file => byQemusName[Path.GetFileName(file)["qemu-".Length..]]);

    static bool Works(string[] lines) =>
        lines.FirstOrDefault() == "enabled" && lines.Any(line => line.StartsWith("flags:", StringComparison.Ordinal) && line["flags:".Length..].Contains('F', StringComparison.Ordinal));
}
