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

    [Fact(Timeout = 120_000)]
    public async Task Below_the_watermark_nothing_new_begins_and_above_it_all_goes_on_by_itself()
    {
        Assert.SkipUnless(Environment.UserName == "root", "Only root can mount the small file system that this fills.");
        var folder = Directory.CreateTempSubdirectory("skyline-low-").FullName;
        var (data, image) = (Directory.CreateDirectory(Path.Combine(folder, "data")).FullName, Path.Combine(folder, "disk"));
        await using (var disk = File.Create(image)) disk.SetLength(96 << 20);
        (await Tool.Run("mkfs.ext4", ["-q", "-m", "0", "-F", image], Ct)).Ok("mkfs.ext4");
        (await Tool.Run("mount", ["-o", "loop", image, data], Ct)).Ok("mount");
        try
        {
            await using var server = new ServerProcess(data, new Dictionary<string, string> { ["Skyline__DiskReserveBytes"] = $"{8 << 20}" });
            await server.Start();
            var build = await Submit(server, await SourcePackage.MakeHello(folder, Ct));
            var builder = new BuilderContract(server.Http(server.BuilderTokenFile));
            var ballast = Path.Combine(data, "ballast");
            // (A fiftieth of the disk is not two MiB.)
            await File.WriteAllBytesAsync(ballast, new byte[new DriveInfo(data).AvailableFreeSpace - (9 << 20)], Ct);

            var given = await Lease(builder, 0);
            var refused = await Assert.ThrowsAsync<RefusedException>(async () => await Submit(server, await SourcePackage.MakeHello(folder, Ct, name: "second")));
            var why = (await server.Admin().Build(build.Id, Ct)).Tasks[0].Why;
            var health = (await server.Admin().Health(Ct)).Findings.Single(finding => finding.Check == "disk");
            File.Delete(ballast);

            Assert.Null(given);
            Assert.Equal(507, refused.Status);
            Assert.Contains("takes them again by itself", refused.Message);
            Assert.Contains("the server's disk is nearly full", why);
            Assert.Equal(HealthState.Fault, health.State);
            Assert.Equal(build.Id, (await Lease(builder, 20))!.BuildId);
            await Submit(server, await SourcePackage.MakeHello(folder, Ct, name: "second"));
        }
        finally
        {
            (await Tool.Run("umount", [data], CancellationToken.None)).Ok("umount");
            Directory.Delete(folder, recursive: true);
        }
    }

    static Task<LeasedRun?> Lease(BuilderContract builder, int wait) => builder.Lease(new LeaseRequest(["x86_64"], "0.1.0", "test", wait, ["overlay"], Protocol: BuilderContract.Version), Ct);

    static async Task<BuildDetails> Submit(ServerProcess server, string srpm)
    {
        await using var file = File.OpenRead(srpm);
        return await server.Admin().Submit(file, Path.GetFileName(srpm), "testos", scratch: false, Ct);
    }
}
