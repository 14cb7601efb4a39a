using Skyline.Protocol;

namespace Skyline.Builder.Tests.Mock;

/// <summary>Runs in real containers, with a stand-in in mock's place that speaks as the real one was seen to.</summary>
public sealed class MockBuildTests(MockImage image) : IClassFixture<MockImage>, IAsyncLifetime
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static readonly RunLimits limits = new(256 << 20, 100, 1 << 30, 1, 60, 30);

    DockerIsolation docker = null!;
    DataFolder data = null!;
    RunLog log = null!;
    PhaseClock phases = null!;
    MockFolder folder = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(await DockerEngine.Missing() is not null, await DockerEngine.Missing() ?? "");
        data = DataFolder.Open(Scratch.Folder("mock"));
        docker = new(DockerIsolation.Connect(DockerEngine.Host), data, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        Assert.Null(await docker.Probe(DockerEngine.Host, Ct));
        log = new(Path.Combine(data.Runs, "log"), 1 << 20, TimeProvider.System);
        phases = new(TimeProvider.System);
        folder = new(Path.Combine(data.Runs, "run"), Path.Combine(data.Root, "mock", "0"));
        folder.Make();
    }

    public async ValueTask DisposeAsync()
    {
        if (data is null) return;
        Assert.Equal(0, await docker.Sweep(CancellationToken.None));
        log.Dispose();
        await docker.DisposeAsync();
        data.Dispose();
    }

    [Fact]
    public async Task A_build_that_succeeds_leaves_its_packages_its_log_and_its_phases()
    {
        Assert.IsType<RpmbuildEnd.Built>(await Rebuild("hello"));

        Assert.True(File.Exists(Path.Combine(folder.Out, "hello-1.0-1.x86_64.rpm")));
        Assert.Contains("Executing(%build): /bin/sh -e /var/tmp/rpm-tmp.Rie7oP", log.LinesFrom(0));
        Assert.Equal([RunPhase.Fetch, RunPhase.Buildroot, RunPhase.Rpmbuild], phases.Timings.Select(timing => timing.Phase));
    }

    [Fact]
    public async Task A_build_that_fails_is_the_packagers_with_the_line_that_matters()
    {
        var failed = Assert.IsType<RpmbuildEnd.Failed>(await Rebuild("broken"));

        Assert.Equal("%build failed: b.c:1:24: error: 'undeclared' undeclared (first use in this function)", failed.Why);
    }

    [Fact]
    public async Task A_BuildRequires_that_cannot_be_had_is_the_packagers_and_is_named()
    {
        var failed = Assert.IsType<RpmbuildEnd.Failed>(await Rebuild("unmet"));

        Assert.Equal("BuildRequires cannot be had: No matching package to install: 'pkgconfig(foo)'", failed.Why);
    }

    [Fact]
    public async Task What_the_container_does_not_allow_is_the_builders()
    {
        var broke = await Assert.ThrowsAsync<BuilderBrokeException>(() => Rebuild("unmountable"));

        Assert.Equal("mock cannot mount: the container lacks CAP_SYS_ADMIN, during 'chroot init'. ERROR: Command failed: mount", broke.Message);
    }

    [Fact]
    public async Task A_build_that_says_nothing_is_ended_for_its_silence()
    {
        var failed = Assert.IsType<RpmbuildEnd.Failed>(await Rebuild("hangs", limits with { SilenceSeconds = 1 }));

        Assert.Equal(Breach.Silence(TimeSpan.FromSeconds(1)).Sentence, failed.Why);
    }

    [Fact]
    public async Task mock_has_no_network_nothing_to_write_but_its_folders_and_no_capability_but_what_it_needs()
    {
        Assert.IsType<RpmbuildEnd.Built>(await Rebuild("escapes"));

        // SYS_CHROOT, SETUID, SETGID, CHOWN, DAC_OVERRIDE, FOWNER, FSETID, SETFCAP, MKNOD and SYS_ADMIN by their numbers (linux/capability.h).
        var needed = new[] { 18, 7, 6, 0, 1, 3, 4, 31, 27, 21 }.Sum(capability => 1L << capability);
        Assert.Equal([$"capabilities {needed:x16}"], log.LinesFrom(0).Where(line => line.StartsWith("wrote ", StringComparison.Ordinal) || line.StartsWith("has ", StringComparison.Ordinal) || line.StartsWith("capabilities ", StringComparison.Ordinal)));
    }

    async Task<RpmbuildEnd> Rebuild(string name, RunLimits? within = null)
    {
        var source = new SourceFile($"{name}-1.0-1.src.rpm", "", 1);
        await File.WriteAllTextAsync(Path.Combine(folder.In, source.FileName), "a source package", Ct);
        await File.WriteAllTextAsync(Path.Combine(folder.In, "mock.cfg"), MockConfig.Text("slot-0", TestOs.Recipe, TestOs.Recipe.Macros, [], limits), Ct);
        Directory.CreateDirectory(Path.Combine(folder.In, "repo0", "repodata"));
        await File.WriteAllTextAsync(Path.Combine(folder.In, "repo0", "repodata", "repomd.xml"), "", Ct);
        var lease = new LeasedRun(5001, 1001, 1, $"{name}-1.0-1", "buildArch", "x86_64", DateTimeOffset.MaxValue, 10, source, TestOs.Recipe, within ?? limits);
        return await new MockBuild(docker, image.Name, log, phases, TimeProvider.System).Run(folder, lease, Ct);
    }
}
