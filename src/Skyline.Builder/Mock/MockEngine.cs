using Skyline.Protocol;

namespace Skyline.Builder;

/// <summary>The real mock as this builder has it: an image with mock in it, run by a container engine.</summary>
sealed record MockEngine(DockerIsolation Docker, string Image, MockRepos Repos, DataFolder Data)
{
    /// <summary>Everything that one run's mock is given.</summary>
    public async Task<MockFolder> Prepare(RunFolder run, LeasedRun lease, Resolution.Resolved resolved, CancellationToken ct)
    {
        var folder = new MockFolder(run.Work, Path.Combine(Data.Mock, run.Slot.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        folder.Make();
        var repos = await Repos.Fill(folder, lease.Buildroot, resolved.Packages, ct);
        Libc.Link(run.Srpm, Path.Combine(folder.In, lease.Srpm.FileName));
        // One root a slot and chroot: mock names its root and its caches after it.
        var config = MockConfig.Text($"{lease.Buildroot.Chroot}-{lease.Buildroot.BuildrootArch}", lease.Buildroot, BuildMacros.Of(lease.Buildroot, lease.Options), repos, lease.Limits);
        await File.WriteAllTextAsync(Path.Combine(folder.In, "mock.cfg"), config, ct);
        return folder;
    }
}
