using System.Formats.Tar;
using Docker.DotNet;
using Docker.DotNet.Models;

[assembly: AssemblyFixture(typeof(Skyline.Builder.Tests.Mock.MockImage))]

namespace Skyline.Builder.Tests.Mock;

/// <summary>
/// The image with mock that tests run: TestOS with the stand-in in mock's place, built from its Containerfile; or, where SKYLINE_MOCK
/// names the root of an image with the real one (./dev test --mock DIR), that. Made when the first test asks, gone at their end.
/// </summary>
public sealed class MockImage : IAsyncDisposable
{
    static readonly string tag = Guid.NewGuid().ToString("N")[..12];
    readonly string host;
    readonly Lazy<Task> made;
    readonly List<string> names = [];

    public MockImage() : this(DockerEngine.Host) { }

    MockImage(string host) => (this.host, made) = (host, new(Make));

    /// <summary>The same in another engine.</summary>
    internal static MockImage At(string host) => new(host);

    static string? Real => Environment.GetEnvironmentVariable("SKYLINE_MOCK") is { Length: > 0 } folder ? folder : null;

    public static bool IsReal => Real is not null;

    /// <summary>For what no real mock can be made to do.</summary>
    public static void StandInOnly(string why) => Assert.SkipWhen(IsReal, $"{why}, so nothing can be said of a real mock here");

    public static void RealOnly(string why) => Assert.SkipUnless(IsReal, $"{why}; ./dev test --mock DIR tries it with a real mock");

    public async Task<string> Name()
    {
        await made.Value;
        return names[^1];
    }

    async Task Make()
    {
        using var docker = DockerIsolation.Connect(host);
        if (Real is { } folder)
        {
            await Import(docker, folder, "localhost/skyline-mock");
            return;
        }
        var root = await TestOsRoot();
        var image = await Import(docker, root, "localhost/skyline-testos");
        await RemoveTree.At(root);
        await Build(docker, image, "localhost/skyline-mock-stand-in");
    }

    /// <summary>What the stand-in needs, by the agent's own hands.</summary>
    static async Task<string> TestOsRoot()
    {
        using var data = DataFolder.Open(Scratch.Folder("mock-image"));
        var confinement = await Confinement.Probe(data, CancellationToken.None);
        var server = new Uri("http://127.0.0.1:1/");
        using var http = new HttpClient();
        await using var resolver = new Resolver(new(data.MetadataOf(0)), new(), confinement, server);
        var recipe = TestOs.Recipe with { Packages = ["bash", "coreutils", "findutils", "grep", "sed", "rpm", "shadow-utils", "testos-rpm-config"] };
        var resolved = Assert.IsType<Resolution.Resolved>(await resolver.Resolve(recipe, [], CancellationToken.None));
        var root = Scratch.Folder("mock-image-root");
        await new MakeBuildroot(new(data, http, 1L << 30, TimeProvider.System), confinement, server).Fill(root, recipe, resolved.Packages, CancellationToken.None);
        return root;
    }

    async Task<string> Import(DockerClient docker, string root, string repository)
    {
        await using var tar = await Child.Start(["tar", "--directory", root, "--one-file-system", "--exclude=./dev/*", "--exclude=./proc/*", "--exclude=./sys/*", "--create", "."]);
        await docker.Images.CreateImageAsync(new ImagesCreateParameters { FromSrc = "-", Repo = $"{repository}:{tag}", Changes = ["ENV PATH=/usr/bin:/usr/sbin"] }, tar.Output, null, new Progress<JSONMessage>());
        names.Add($"{repository}:{tag}");
        return names[^1];
    }

    /// <summary>From the Containerfile, without a network.</summary>
    async Task Build(DockerClient docker, string from, string repository)
    {
        using var context = new MemoryStream();
        await using (var writer = new TarWriter(context, TarEntryFormat.Pax, leaveOpen: true))
        {
            await writer.WriteEntryAsync(Path.Combine(AppContext.BaseDirectory, "Mock", "stand-in-mock"), "mock");
            await writer.WriteEntryAsync(Path.Combine(Skyline.Testing.Checkout.Root, "packaging/containers/testos-mock.Containerfile"), "Containerfile");
        }
        context.Position = 0;
        var said = new List<string>();
        await docker.Images.BuildImageFromDockerfileAsync(
            new ImageBuildParameters { Dockerfile = "Containerfile", Tags = [$"{repository}:{tag}"], BuildArgs = new Dictionary<string, string> { ["BASE"] = from }, NetworkMode = "none", ForceRemove = true },
            context, [], new Dictionary<string, string>(), new Inline(message => said.Add(message.Stream ?? message.Error?.Message ?? "")), CancellationToken.None);
        Assert.True(said.Any(line => line.Contains("Successfully", StringComparison.Ordinal)), string.Concat(said));
        names.Add($"{repository}:{tag}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!made.IsValueCreated) return;
        using var docker = DockerIsolation.Connect(host);
        foreach (var name in names.AsEnumerable().Reverse()) await docker.Images.DeleteImageAsync(name, new ImageDeleteParameters { Force = true });
    }

    sealed class Inline(Action<JSONMessage> tell) : IProgress<JSONMessage>
    {
        public void Report(JSONMessage value) => tell(value);
    }
}
