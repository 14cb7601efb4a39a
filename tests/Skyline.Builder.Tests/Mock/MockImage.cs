using System.Formats.Tar;
using Docker.DotNet.Models;

namespace Skyline.Builder.Tests.Mock;

/// <summary>An image with this machine's bash and cp and, as mock, the stand-in: built once for all tests, and gone at their end.</summary>
public sealed class MockImage : IAsyncLifetime
{
    readonly string tag = Guid.NewGuid().ToString("N")[..12];

    public string Name => $"localhost/skyline-mock-stand-in:{tag}";

    public async ValueTask InitializeAsync()
    {
        if (await DockerEngine.Missing() is not null) return;
        using var tar = new MemoryStream();
        await using (var writer = new TarWriter(tar, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var folder in new[] { "skyline/", "skyline/in/", "skyline/out/", "var/", "var/lib/", "var/lib/mock/", "var/cache/", "var/cache/mock/", "proc/", "sys/", "dev/", "tmp/", "run/", "root/", "etc/", "var/log/", "var/tmp/" })
                await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.Directory, folder));
            await writer.WriteEntryAsync(Path.Combine(AppContext.BaseDirectory, "Mock", "stand-in-mock"), "usr/bin/mock");
            foreach (var file in (await Needed("/bin/bash")).Union(await Needed("/bin/cp"))) await writer.WriteEntryAsync(Path.GetFullPath(new FileInfo(file).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? file), file.TrimStart('/'));
        }
        tar.Position = 0;
        using var docker = DockerIsolation.Connect(DockerEngine.Host);
        await docker.Images.CreateImageAsync(new ImagesCreateParameters { FromSrc = "-", Repo = Name.Split(':')[0], Tag = tag }, tar, null, new Progress<JSONMessage>());
    }

    /// <summary>The program and the libraries that its loader names.</summary>
    static async Task<IEnumerable<string>> Needed(string program)
    {
        var (_, output, _) = await Child.Run(["ldd", program], default, CancellationToken.None);
        return output.Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries).Where(word => word.StartsWith('/')).Append(program).Distinct();
    }

    public async ValueTask DisposeAsync()
    {
        if (await DockerEngine.Missing() is not null) return;
        using var docker = DockerIsolation.Connect(DockerEngine.Host);
        await docker.Images.DeleteImageAsync(Name, new ImageDeleteParameters { Force = true });
    }
}
