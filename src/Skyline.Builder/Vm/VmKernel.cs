using Skyline.Rpm;

namespace Skyline.Builder;

/// <summary>A Linux kernel that virtual machines start, and the folder of its drivers.</summary>
sealed record VmKernel(string Image, string Modules)
{
    /// <summary>Where packaging puts one of its own; without it this machine's own will do.</summary>
    const string OwnFolder = "/usr/lib/skyline/vm-kernel";

    /// <summary>What a virtual machine's disks and ports need. What is not there is part of the kernel.</summary>
    static readonly string[] drivers =
        ["virtio_ring", "virtio", "virtio_pci_legacy_dev", "virtio_pci_modern_dev", "virtio_pci", "virtio_blk", "virtio_console", "crc16", "crc32c_generic", "libcrc32c", "mbcache", "jbd2", "ext4"];

    /// <summary>The newest kernel below a folder that is laid out as kernel packages are, Debian's or Fedora's.</summary>
    /// <param name="given">What the operator named; null: packaging's, else this machine's own.</param>
    /// <returns>null where there is none.</returns>
    public static VmKernel? Find(string? given)
    {
        var folder = given ?? (Directory.Exists(OwnFolder) ? OwnFolder : "/");
        return new[] { "usr/lib/modules", "lib/modules" }.Select(name => Path.Combine(folder, name)).Where(Directory.Exists)
            .SelectMany(Directory.EnumerateDirectories)
            .Select(modules => new VmKernel(ImageOf(folder, modules), modules))
            .Where(kernel => File.Exists(kernel.Image) && Directory.Exists(Path.Combine(kernel.Modules, "kernel")))
            .MaxBy(kernel => new Evr(0, Path.GetFileName(kernel.Modules), ""));
    }

    static string ImageOf(string folder, string modules) =>
        Path.Combine(modules, "vmlinuz") is var inside && File.Exists(inside) ? inside : Path.Combine(folder, "boot", "vmlinuz-" + Path.GetFileName(modules));

    /// <summary>Name and content of each driver that this kernel has as a file, those first that others need.</summary>
    /// <exception cref="BuilderBrokeException">One cannot be unpacked.</exception>
    public async Task<IReadOnlyList<(string Name, byte[] Content)>> Drivers(CancellationToken ct)
    {
        var files = Directory.EnumerateFiles(Path.Combine(Modules, "kernel"), "*.ko*", SearchOption.AllDirectories)
            .GroupBy(file => Path.GetFileName(file).Split('.')[0].Replace('-', '_')).ToDictionary(same => same.Key, same => same.First());
        var found = new List<(string, byte[])>();
        foreach (var driver in drivers.Where(files.ContainsKey)) found.Add((driver, await Unpacked(files[driver], ct)));
        return found;
    }

    static async Task<byte[]> Unpacked(string file, CancellationToken ct)
    {
        string[] tool = Path.GetExtension(file) switch { ".xz" => ["xz", "-dc"], ".zst" => ["zstd", "-dcq"], ".gz" => ["gzip", "-dc"], _ => [] };
        if (tool.Length == 0) return await File.ReadAllBytesAsync(file, ct);
        await using var child = await Child.Start([.. tool, "--", file]);
        using var content = new MemoryStream();
        await child.Output.CopyToAsync(content, ct);
        if (await child.Exit(ct) != 0) throw new BuilderBrokeException($"{file} cannot be unpacked by {tool[0]}.");
        return content.ToArray();
    }
}
