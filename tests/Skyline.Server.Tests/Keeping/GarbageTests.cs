using Skyline.Server.Keeping;
using Skyline.Server.Storage;
using Skyline.Testing;

namespace Skyline.Server.Tests.Keeping;

public sealed class GarbageTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_nothing_points_at_goes_when_it_is_old_enough_and_what_is_referenced_stays()
    {
        await using var site = await KeepingSite.Open();
        await site.Import("one", "1");
        var orphan = await site.Site.Part<Blobs>().Put("nobody's"u8.ToArray(), Ct);
        Assert.Equal(0, (await site.Admin.CollectGarbage(dryRun: false, Ct)).Blobs);

        site.Clock.Pass(CollectGarbage.Grace + TimeSpan.FromMinutes(1));
        var dry = await site.Admin.CollectGarbage(dryRun: true, Ct);
        Assert.Equal((true, 1, orphan.Size), (dry.DryRun, dry.Blobs, dry.Bytes));
        Assert.True(File.Exists(site.BlobFile(orphan.Sha256)));

        Assert.Equal(1, (await site.Admin.CollectGarbage(dryRun: false, Ct)).Blobs);
        Assert.False(File.Exists(site.BlobFile(orphan.Sha256)));
        await site.IsWhole();
    }

    [Fact]
    public async Task Bytes_that_come_again_are_young_again()
    {
        await using var site = await KeepingSite.Open();
        var orphan = await site.Site.Part<Blobs>().Put("nobody's"u8.ToArray(), Ct);
        site.Clock.Pass(TimeSpan.FromHours(2));

        await site.Site.Part<Blobs>().Put("nobody's"u8.ToArray(), Ct);

        Assert.Equal(0, (await site.Admin.CollectGarbage(dryRun: false, Ct)).Blobs);
        Assert.True(File.Exists(site.BlobFile(orphan.Sha256)));
    }

    [Fact]
    public async Task An_import_whose_bytes_were_garbage_until_then_is_whole_though_collecting_never_stops()
    {
        await using var site = await KeepingSite.Open();
        using var done = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var collect = site.Site.Part<CollectGarbage>();
        // (The part itself, not the address: as often as can be.)
        var collecting = Task.Run(async () =>
        {
            for (var removed = 0; ; removed += (await collect.Run(dryRun: false, CancellationToken.None)).Blobs)
                if (done.IsCancellationRequested) return removed;
        }, Ct);

        for (var i = 0; i < 40; i++)
        {
            var paper = Papers.Binary($"race{i}", "1", "1");
            await site.Site.Part<Blobs>().Put(paper.Bytes, Ct);
            File.SetLastWriteTimeUtc(site.BlobFile(paper.Sha256), site.Clock.GetUtcNow().UtcDateTime.AddHours(-2));
            await site.Admin.Import(paper.Open(), "paper", Ct);
            Assert.True(File.Exists(site.BlobFile(paper.Sha256)), $"round {i}");
        }
        await done.CancelAsync();
        await collecting;
        await site.Published();
        await site.IsWhole();
        Assert.Equal(40, (await RepositoryChecks.IsWhole(site.Site.Http(), "paper", "x86_64", Ct)).Count);
    }

    [Fact]
    public async Task What_is_being_received_is_young_when_its_row_is_written_however_long_it_took()
    {
        await using var site = await KeepingSite.Open();
        var slow = new PausedStream(Papers.Binary("slow", "1", "1").Bytes);
        var import = site.Admin.Import(slow, "paper", Ct);
        await slow.HalfSent;

        site.Clock.Pass(TimeSpan.FromHours(3));
        await site.Admin.CollectGarbage(dryRun: false, Ct);
        slow.GoOn();
        await import;
        await site.Admin.CollectGarbage(dryRun: false, Ct);

        await site.Published();
        await site.IsWhole();
    }
}
