using Skyline.Protocol;
using Skyline.Testing;

namespace Skyline.Scenarios;

/// <summary>A server whose disk really fills up: a small file system of the test's own.</summary>
public sealed class DiskFullTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(Timeout = 120_000)]
    public async Task A_disk_that_fills_in_an_upload_refuses_with_a_sentence_and_what_is_there_stays_readable()
    {
        Assert.SkipUnless(Environment.UserName == "root", "Only root can mount the small file system that this fills.");
        var folder = Directory.CreateTempSubdirectory("skyline-full-").FullName;
        var data = Directory.CreateDirectory(Path.Combine(folder, "data")).FullName;
        (await Tool.Run("mount", ["-t", "tmpfs", "-o", "size=24m", "tmpfs", data], Ct)).Ok("mount");
        try
        {
            await using var server = new ServerProcess(data, new Dictionary<string, string> { ["Skyline__DiskReserveBytes"] = "0" });
            await server.Start();
            var small = await SourcePackage.MakeHello(folder, Ct);
            await Submit(server, small);
            var noise = new byte[40 << 20];
            new Random(2011).NextBytes(noise);
            var big = await SourcePackage.Make(folder, "Name: big\nVersion: 1\nRelease: 1\nSummary: Big\nLicense: MIT\nSource0: noise\n%description\nBig.\n%files\n", Ct, ("noise", noise));

            var refused = await Assert.ThrowsAsync<RefusedException>(() => Submit(server, big));

            Assert.Equal(507, refused.Status);
            Assert.Contains("disk is full", refused.Message);
            Assert.Empty(Directory.GetFiles(Path.Combine(data, "incoming")));
            await RepositoryChecks.IsWhole(server.Http(), "testos", "x86_64", Ct);
            Assert.Equal("hello-1.0-1", Assert.Single((await server.Admin().Builds(Ct)).Builds).Nvr);
        }
        finally
        {
            (await Tool.Run("umount", [data], CancellationToken.None)).Ok("umount");
            Directory.Delete(folder, recursive: true);
        }
    }

    static async Task<BuildDetails> Submit(ServerProcess server, string srpm)
    {
        await using var file = File.OpenRead(srpm);
        return await server.Admin().Submit(file, Path.GetFileName(srpm), "testos", scratch: false, Ct);
    }
}
