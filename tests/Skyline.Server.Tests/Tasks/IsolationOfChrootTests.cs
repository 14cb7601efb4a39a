using Skyline.Protocol;

namespace Skyline.Server.Tests.Tasks;

/// <summary>A chroot for what is not trusted: it is built in virtual machines or not at all.</summary>
public sealed class IsolationOfChrootTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static LeaseRequest Asks(params string[] engines) => new(["x86_64"], "0.1.0-paper", "paper", 0, engines);

    static async Task<Site> Open(string more)
    {
        var data = Directory.CreateTempSubdirectory("skyline-site-").FullName;
        var chroots = Directory.CreateDirectory(Path.Combine(data, "own")).FullName;
        await File.WriteAllTextAsync(Path.Combine(chroots, "strangers-1.json"), $$"""
            {
              "name": "strangers-1", "title": "What strangers send", "releaseVersion": "1", "arches": { "x86_64": {} }, "packages": ["@build"],
              "repos": [{ "id": "paper", "baseUrl": "file:///nonexistent/paper", "gpgCheck": false }], "macros": { "dist": ".pp1" }, {{more}}
            }
            """, Ct);
        return await Site.Open(data, null, $"--Skyline:Chroots={chroots}", "--Skyline:FirstTag=strangers");
    }

    [Fact]
    public async Task Only_a_builder_with_virtual_machines_gets_what_asks_for_them()
    {
        await using var site = await Open("\"isolation\": \"vm\"");
        var srpm = Papers.Source("stranger", "2.12", "1.pp1", exclusiveArch: "x86_64");
        var build = await site.Admin.Submit(srpm.Open(), srpm.FileName, "strangers", false, Ct);

        Assert.Null(await site.LocalBuilder.Lease(Asks("overlay", "mock"), Ct));
        Assert.Null(await site.LocalBuilder.Lease(Asks("mock+vm"), Ct));
        var run = await site.LocalBuilder.Lease(Asks("overlay", "overlay+vm"), Ct);

        Assert.Equal((build.Id, "vm"), (run!.BuildId, run.Buildroot.Isolation));
    }

    [Fact]
    public async Task Chroot_that_does_not_ask_is_built_by_any()
    {
        await using var site = await Open("\"engine\": \"overlay\"");
        var srpm = Papers.Source("friend", "2.12", "1.pp1", exclusiveArch: "x86_64");
        await site.Admin.Submit(srpm.Open(), srpm.FileName, "strangers", false, Ct);

        var run = await site.LocalBuilder.Lease(Asks("overlay"), Ct);

        Assert.Null(run!.Buildroot.Isolation);
    }

    [Theory]
    [InlineData("\"isolation\": \"moonlight\"", "its isolation is 'moonlight', and there is vm")]
    [InlineData("\"isolation\": \"vm\", \"engine\": \"mock\"", "engine mock makes no virtual machines; isolation vm goes with engine overlay")]
    public async Task Definition_that_nobody_can_build_stops_the_start(string more, string why)
    {
        var fault = await Assert.ThrowsAnyAsync<InvalidOperationException>(() => Open(more));

        Assert.Contains(why, fault.Message, StringComparison.Ordinal);
    }
}
