using Skyline.Protocol;
using Skyline.Rpm;

namespace Skyline.Builder.Tests;

/// <summary>Builds of a source package whose release is raised by one on the way.</summary>
public sealed class BumpScenarios(InBubblewrap agent) : IClassFixture<InBubblewrap>
{
    static readonly BuildOptions bump = BuildOptions.Bumped(new("Rebuilt for libfoo.so.2", "Mass Rebuild <mass@example.org>", new DateOnly(2026, 11, 30)));

    [Fact]
    public async Task What_is_built_has_the_next_release_and_says_why_and_is_the_same_each_time()
    {
        var srpm = Srpm.Make("raised", "true", prep: "%generate_buildrequires\necho zlib-devel");

        var (run, again) = (agent.Server.Enqueue(srpm, lease => lease with { Options = bump }), agent.Server.Enqueue(srpm, lease => lease with { Options = bump }));
        await run.Succeeded();
        await again.Succeeded();

        Assert.Equal(["raised-1.0-4.tos1.src.rpm", "raised-1.0-4.tos1.x86_64.rpm"], run.Files.Keys.Order());
        using var source = new MemoryStream(run.Files["raised-1.0-4.tos1.src.rpm"]);
        var read = await RpmPackage.Read(source, TestContext.Current.CancellationToken);
        Assert.Equal([("Mass Rebuild <mass@example.org> - 1.0-4", "- Rebuilt for libfoo.so.2"), ("Tester <tester@example.org> - 1.0-3", "- First")], read.Changelog.Select(entry => (entry.Author, entry.Text)));
        Assert.Equal(Binary(run), Binary(again));
        Assert.Contains("its release is raised by one", run.Log);

        static byte[] Binary(FakeRun run) => run.Files["raised-1.0-4.tos1.x86_64.rpm"];
    }

    [Fact]
    public async Task A_release_that_cannot_be_raised_is_the_packagers()
    {
        var folder = Scratch.Folder("odd");
        var spec = Path.Combine(folder, "odd.spec");
        await File.WriteAllTextAsync(spec, "%define autorelease() 3\nName: odd\nVersion: 1\nRelease: %autorelease\nSummary: x\nLicense: x\nBuildArch: noarch\n%description\nx\n%files\n", TestContext.Current.CancellationToken);

        var odd = await agent.Server.Enqueue(Srpm.Of(spec), lease => lease with { Options = bump }).Report;

        Assert.Equal(RunOutcome.Failed, odd.Outcome);
        Assert.Contains("nothing in the source package says its number", odd.Why);
    }
}
