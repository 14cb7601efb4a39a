using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Skyline.Protocol;

namespace Skyline.Builder;

/// <summary>The real mock as this builder has it: an image with mock in it, run by a container engine.</summary>
/// <param name="ImageId">The image as it was when the agent started: one that is made anew under the same name is used from the next start on.</param>
/// <param name="Version">As mock says it: "6.7".</param>
sealed partial record MockEngine(DockerIsolation Docker, string Image, string ImageId, string Version, MockRepos Repos, MakeBuildroot Make, MockCaches Caches)
{
    static readonly TimeSpan patience = TimeSpan.FromMinutes(1), longest = TimeSpan.FromHours(1);

    /// <summary>What making a root may take; it is no build, so it is no packager's limit.</summary>
    static readonly RunLimits making = new(4L << 30, 4096, 64L << 30, Environment.ProcessorCount, (int)longest.TotalSeconds, (int)longest.TotalSeconds);

    /// <summary>Asks the mock in the image for its version.</summary>
    /// <exception cref="BuilderBrokeException">There is no such image, or no mock in it that runs.</exception>
    public static async Task<MockEngine> Open(DockerIsolation docker, string image, MockRepos repos, MakeBuildroot make, MockCaches caches, CancellationToken ct)
    {
        var id = await docker.ImageId(image, ct) ?? throw new BuilderBrokeException($"--mock-image {image}: the container engine has no such image; build it from packaging/containers/mock.Containerfile, or pull it.");
        var (exit, said) = await InContainer(docker, id, [], ["mock", "--version"], patience, ct);
        if (exit != 0 || Number().Match(said) is not { Success: true } version) throw new BuilderBrokeException($"--mock-image {image}: `mock --version` in it ended with {exit}: {Child.Tail(said)}");
        return new(docker, image, id, version.Value, repos, make, caches);
    }

    public static string Missing(BuildrootRecipe recipe) => $"Chroot {recipe.Chroot} is mock's, and this builder has no mock (--mock-image).";

    /// <summary>
    /// mock makes a root of exact packages, or adds some to one that it has made. It is not given the source package: no byte of a
    /// stranger's is near the capabilities that this takes.
    /// </summary>
    /// <param name="whole">What the root is to hold in the end.</param>
    /// <exception cref="BuilderBrokeException">It could not, or made another.</exception>
    public async Task Fill(MockFolder folder, BuildrootRecipe recipe, IReadOnlyCollection<RootPackage> packages, IReadOnlyCollection<RootPackage> whole, CancellationToken ct)
    {
        await folder.Make();
        var repos = await Repos.Fill(folder, recipe, packages, ct);
        var macros = recipe.Macros.Where(macro => macro.Key == "_dbpath").ToDictionary();
        await File.WriteAllTextAsync(Path.Combine(folder.In, "mock.cfg"), MockConfig.Text(folder.Name, recipe, macros, repos, packages, null), ct);
        IReadOnlyList<string> command = packages.Count == whole.Count ? ["--init"] : ["--install", .. packages.Select(MockConfig.Exactly)];
        var (exit, said) = await InContainer(Docker, ImageId, folder.Mounts, ["/bin/sh", "-c", Script.MockRoot, "mock-root", folder.RootInContainer, "--root", MockFolder.InContainer("mock.cfg"), "--resultdir", MockFolder.OutAt, "--no-clean", .. command], longest, ct);
        if (exit != 0) throw new BuilderBrokeException($"The buildroot of chroot {recipe.Chroot} cannot be made by mock: {MockEnd.Name(exit)}. {string.Join("; ", MockLog.Problems(folder.RootLog).DefaultIfEmpty(Child.Tail(said)))}".TrimEnd());
        if (MockInstalled.Difference(folder.Installed, whole) is { } other) throw new BuilderBrokeException($"mock made another buildroot of chroot {recipe.Chroot} than it was told to: {other}.");
        await folder.Remove();
        await Make.Settle(folder.Root!, recipe, ct);
    }

    /// <summary>Everything that one run's mock is given, where it builds too, but for what it is to build.</summary>
    public async Task<MockFolder> Prepare(RunFolder run, LeasedRun lease, Resolution.Resolved resolved, CancellationToken ct)
    {
        // mock names its root's cache after its root, so a root is named after all that is in the cache.
        var atFirst = resolved.Base.Count > 0 ? resolved.Base : resolved.Packages;
        var name = $"{lease.Buildroot.Chroot}-{BuildrootKey.Of(lease.Buildroot, atFirst, ImageId)}";
        var folder = new MockFolder(run.Work, await Caches.Of(run.Slot, name, ct)) { Name = name };
        await folder.Make();
        var repos = await Repos.Fill(folder, lease.Buildroot, resolved.Packages, ct);
        var config = Path.Combine(folder.In, "mock.cfg");
        await File.WriteAllTextAsync(config, MockConfig.Text(name, lease.Buildroot, BuildMacros.Of(lease.Buildroot, lease.Options), repos, atFirst, lease.Limits), ct);
        // mock drops a cache that is older than its configuration, and ours is written for each run.
        File.SetLastWriteTimeUtc(config, DateTime.UnixEpoch);
        return folder;
    }

    /// <returns>The exit code and the end of what was said.</returns>
    static async Task<(int Exit, string Said)> InContainer(DockerIsolation docker, string image, IList<Docker.DotNet.Models.Mount> mounts, IReadOnlyList<string> command, TimeSpan within, CancellationToken ct)
    {
        var said = new LastWords();
        await using var build = await docker.Start(0, security => MockContainer.Describe(image, mounts, command, making, security), making, said.Hear, ct);
        try
        {
            var exit = await build.Exit.WaitAsync(within, ct);
            return build.Breached() is { } breach ? throw new BuilderBrokeException($"mock, not a build, went over a limit. {breach.Sentence}") : (exit, said.ToString());
        }
        catch (TimeoutException)
        {
            throw new BuilderBrokeException($"mock did not end within {within.TotalMinutes.ToString("0", CultureInfo.InvariantCulture)} minutes: {Child.Tail(said.ToString())}");
        }
    }

    [GeneratedRegex(@"\d{1,4}\.\d{1,4}(\.\d{1,4})?", RegexOptions.NonBacktracking)]
    private static partial Regex Number();
}

/// <summary>The end of what a process says, whatever it says.</summary>
sealed class LastWords
{
    const int Most = 4096;
    readonly StringBuilder said = new();

    public void Hear(ReadOnlySpan<byte> bytes)
    {
        lock (said)
        {
            said.Append(Encoding.UTF8.GetString(bytes));
            if (said.Length > Most) said.Remove(0, said.Length - Most);
        }
    }

    public override string ToString()
    {
        lock (said) return said.ToString();
    }
}
