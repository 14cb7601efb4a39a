using Skyline.Protocol;

namespace Skyline.Server.Tests.Tasks;

/// <summary>Runs of chroots whose buildroots mock makes, among builders of which not all have it.</summary>
public sealed class EngineTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_build_of_mocks_chroot_waits_for_a_builder_with_mock_and_says_so()
    {
        await using var site = await Open();
        var (without, with) = (new PaperBuilder(site.LocalBuilder), new PaperBuilder(await site.Enrol("with-mock")) { Engines = ["overlay", "mock"] });
        var build = await Submit(site);

        Assert.Null(await without.TryLease());
        var waiting = await site.Admin.Build(build.Id, Ct);
        Assert.Equal("Waiting: chroot mocked-1 is built by mock, and no builder for x86_64 here has it. Start one with --mock-image.", waiting.Why);

        Assert.NotNull(await with.TryLease());
    }

    [Fact]
    public async Task A_builder_that_no_longer_has_mock_does_not_count()
    {
        await using var site = await Open();
        Assert.Null(await new PaperBuilder(site.LocalBuilder) { Engines = ["overlay", "mock"] }.TryLease());
        Assert.Null(await new PaperBuilder(site.LocalBuilder) { Engines = ["overlay"] }.TryLease());

        var build = await Submit(site);

        Assert.StartsWith("Waiting: chroot mocked-1 is built by mock", (await site.Admin.Build(build.Id, Ct)).Why);
    }

    [Fact]
    public async Task A_run_that_was_lost_comes_back_to_the_only_builder_with_mock()
    {
        await using var site = await Open();
        var (without, with) = (new PaperBuilder(site.LocalBuilder), new PaperBuilder(await site.Enrol("with-mock")) { Engines = ["overlay", "mock"] });
        Assert.Null(await without.TryLease());
        await Submit(site);
        await with.Report((await with.Lease(0)).RunId, RunOutcome.Lost, "the container engine hangs.");

        Assert.Null(await without.TryLease());
        Assert.NotNull(await with.TryLease());
    }

    [Fact]
    public async Task What_mock_is_to_do_is_the_chroots_word()
    {
        await using var site = await Open();
        await Submit(site);

        var run = await new PaperBuilder(site.LocalBuilder) { Engines = ["overlay", "mock"] }.Lease();

        Assert.Equal(("mock", "whole"), (run.Buildroot.Engine, run.Buildroot.Mock));
    }

    [Theory]
    [InlineData("\"engine\": \"mocha\"", "its engine is 'mocha', and there are overlay and mock")]
    [InlineData("\"engine\": \"mock\", \"mock\": \"half\"", "its mock is 'half', and mock makes the root or builds the whole")]
    public async Task A_chroot_of_an_engine_that_there_is_not_stops_the_start(string engine, string why)
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => Open(engine));

        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    static async Task<Site> Open(string engine = "\"engine\": \"mock\", \"mock\": \"whole\"")
    {
        var data = Directory.CreateTempSubdirectory("skyline-site-").FullName;
        Directory.CreateDirectory(Path.Combine(data, "chroots"));
        await File.WriteAllTextAsync(Path.Combine(data, "chroots", "mocked-1.json"), $$"""
            {
              "name": "mocked-1", "title": "Paper, by mock", "releaseVersion": "1", {{engine}},
              "arches": { "x86_64": {} }, "packages": ["@build"],
              "repos": [{ "id": "paper", "baseUrl": "file:///nonexistent/paper", "gpgCheck": false }], "macros": {}
            }
            """, Ct);
        return await Site.Open(data, null, "--Skyline:FirstChroot=mocked-1");
    }

    static async Task<BuildDetails> Submit(Site site)
    {
        var srpm = Papers.Source("hello", "2.12", "1.pp1", exclusiveArch: "x86_64");
        return await site.Admin.Submit(srpm.Open(), srpm.FileName, "paper", false, Ct);
    }
}
