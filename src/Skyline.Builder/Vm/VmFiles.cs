using System.Globalization;
using System.Text;
using Skyline.Protocol;

namespace Skyline.Builder;

/// <summary>The kernel and first file system of virtual machines, in a folder where an ordinary user can read them once they are bound to it.</summary>
sealed class VmFiles
{
    /// <summary>What isolates a build inside the machine too, so that it is the same build as under bubblewrap.</summary>
    static readonly string[] tools = ["setpriv", "bwrap"];
    readonly byte[] common;

    VmFiles(string kernel, byte[] common) => (Kernel, this.common) = (kernel, common);

    public string Kernel { get; }

    /// <exception cref="BuilderBrokeException">A program is missing; the message says which.</exception>
    public static async Task<VmFiles> Make(string folder, VmKernel kernel, string busybox, CancellationToken ct)
    {
        var image = Path.Combine(Directory.CreateDirectory(folder).FullName, "kernel");
        await File.WriteAllBytesAsync(image, await File.ReadAllBytesAsync(kernel.Image, ct), ct);
        using var archive = new MemoryStream();
        var cpio = new CpioArchive(archive);
        cpio.Add("/init", Encoding.UTF8.GetBytes(Script.Guest));
        cpio.Add("/bin/busybox", await File.ReadAllBytesAsync(busybox, ct));
        var number = 10;
        foreach (var (name, content) in await kernel.Drivers(ct)) cpio.Add($"/modules/{number++}-{name}.ko", content);
        foreach (var (path, file) in await Programs(ct)) cpio.Add(path, await File.ReadAllBytesAsync(file, ct));
        cpio.End();
        return new(image, archive.ToArray());
    }

    /// <summary>The first file system of one machine: what all have, and what this one is to do.</summary>
    public async Task WriteFor(string path, IReadOnlyList<string> command, RunLimits limits, CancellationToken ct)
    {
        using var own = new MemoryStream();
        var cpio = new CpioArchive(own);
        cpio.Add("/command", Encoding.UTF8.GetBytes(string.Concat(command.Select(argument => argument + "\0"))));
        cpio.Add("/limits", Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{limits.MemoryBytes} {limits.Processes} {Bounds.OpenFiles} {limits.DiskBytes}\n")));
        cpio.End();
        await using var file = new FileStream(path, FileMode.CreateNew);
        await file.WriteAsync(common, ct);
        await file.WriteAsync(own.ToArray(), ct);
    }

    /// <summary>The tools, with the libraries that they are linked to, each under the name it is looked for by.</summary>
    static async Task<Dictionary<string, string>> Programs(CancellationToken ct)
    {
        var files = new Dictionary<string, string>();
        foreach (var tool in tools)
        {
            var path = Find(tool) ?? throw new BuilderBrokeException($"{tool} is not installed");
            files[$"/tools/{tool}"] = path;
            var (_, output, _) = await Child.Run(["ldd", path], default, ct);
            foreach (var library in output.Split((char[])[' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries).Where(word => word[0] == '/' && File.Exists(word))) files[library] = library;
        }
        return files;
    }

    public static string? Find(params IEnumerable<string> names) =>
        names.SelectMany(name => new[] { "/usr/bin/", "/bin/", "/usr/sbin/", "/sbin/", "/usr/libexec/" }.Select(folder => folder + name)).FirstOrDefault(File.Exists);
}
