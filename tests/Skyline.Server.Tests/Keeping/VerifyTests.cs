using Skyline.Protocol;
using Skyline.Server.Storage;

namespace Skyline.Server.Tests.Keeping;

public sealed class VerifyTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static Task<int> Break(KeepingSite site, string sql) => site.Site.Part<Database>().Write(tx => tx.Execute(sql), Ct);

    static async Task<KeepingSite> WithPackages(TagCompression compression = TagCompression.Zstd)
    {
        var site = await KeepingSite.Open();
        await site.Admin.CreateTag(new NewTag("zipped", "paper-1", ["x86_64"], compression), Ct);
        await site.Import("one", "1");
        await site.Import("two", "1");
        await site.Import("two", "1", "zipped");
        return site;
    }

    [Theory]
    [InlineData(TagCompression.Zstd)]
    [InlineData(TagCompression.Gzip)]
    public async Task A_sound_store_is_found_sound_and_everything_was_looked_at(TagCompression compression)
    {
        await using var site = await WithPackages(compression);
        await site.Site.Part<Blobs>().Put("nobody's"u8.ToArray(), Ct);

        var (findings, result) = await site.Verify();

        Assert.Empty(findings);
        Assert.Equal((3, 2, 1), (result.Blobs, result.SignedPackages, result.OrphanBlobs));
        Assert.Equal(5, result.Snapshots);
        Assert.True(result is { Frames: > 10, MetadataFiles: > 10, Bytes: > 1000, Findings: 0 });
    }

    [Fact]
    public async Task A_flipped_bit_in_a_package_is_found_and_the_package_named()
    {
        await using var site = await WithPackages();
        var paper = Papers.Binary("one", "1", "1");
        await using (var file = File.OpenWrite(site.BlobFile(paper.Sha256)))
        {
            file.Position = paper.Bytes.Length - 10;
            file.WriteByte((byte)(paper.Bytes[^10] ^ 1));
        }

        var (findings, result) = await site.Verify();

        Assert.Equal(2, result.Findings);
        Assert.Contains(findings, finding => finding.StartsWith($"Blob {paper.Sha256} is damaged", StringComparison.Ordinal) && finding.Contains("one-1-1.x86_64.rpm"));
        Assert.Contains(findings, finding => finding.StartsWith("one-1-1.x86_64.rpm would be served with the SHA-256 ", StringComparison.Ordinal));
        Assert.Equal(2, (await site.Verify("paper")).Result.Findings);
        Assert.Empty((await site.Verify("zipped")).Findings);
    }

    [Fact]
    public async Task A_missing_blob_is_found_and_what_it_was()
    {
        await using var site = await WithPackages();
        var paper = Papers.Binary("two", "1", "1");
        File.Delete(site.BlobFile(paper.Sha256));

        Assert.StartsWith($"Blob {paper.Sha256} is missing: it is two-1-1.x86_64.rpm of build ", Assert.Single((await site.Verify()).Findings), StringComparison.Ordinal);
        Assert.StartsWith($"Blob {paper.Sha256} is missing", Assert.Single((await site.Verify("zipped")).Findings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UPDATE frames SET bytes = zeroblob(length(bytes)) WHERE id = (SELECT max(id) FROM frames)", "is damaged")]
    [InlineData("DELETE FROM frames WHERE id = (SELECT max(id) FROM frames)", "of its frames are missing")]
    [InlineData("UPDATE snapshots SET hash = substr(hash, 2) || substr(hash, 1, 1) WHERE id = (SELECT max(id) FROM snapshots)", "has other content than its name says")]
    [InlineData("UPDATE snapshots SET packages = packages + 1 WHERE id = (SELECT max(id) FROM snapshots)", "and was made with 2")]
    [InlineData("DELETE FROM tag_rpms WHERE id = (SELECT max(id) FROM tag_rpms)", "which it does not hold")]
    [InlineData("UPDATE tag_rpms SET until = NULL, since = 0", null)]
    [InlineData("DELETE FROM snapshot_files WHERE path LIKE '%.asc'", "or none that is signed")]
    [InlineData("UPDATE snapshot_files SET sha256 = (SELECT o.sha256 FROM snapshot_files o WHERE o.path LIKE '%.asc' AND o.sha256 <> snapshot_files.sha256 LIMIT 1) WHERE path LIKE '%.asc' AND snapshot_id = (SELECT max(id) FROM snapshots)", "is over other bytes than these")]
    [InlineData("UPDATE signed_rpms SET head = zeroblob(length(head)) WHERE id = (SELECT max(id) FROM signed_rpms)", "would be served with the SHA-256")]
    [InlineData("UPDATE signed_rpms SET size = size + 1 WHERE id = (SELECT max(id) FROM signed_rpms)", "and is known to have")]
    public async Task What_is_broken_in_the_database_is_found(string how, string? finding)
    {
        await using var site = await WithPackages();
        Assert.Empty((await site.Verify()).Findings);

        await Break(site, how);

        var (findings, result) = await site.Verify();
        Assert.Equal(findings.Count, result.Findings);
        Assert.Contains(findings, one => one.Contains(finding ?? "which its metadata does not list"));
    }

    [Fact]
    public async Task There_is_one_check_at_a_time_and_none_of_a_tag_that_is_not()
    {
        await using var site = await WithPackages();
        using (site.Site.Part<Skyline.Server.Keeping.KeepingTurns>().TryTake("retention"))
        {
            var busy = await Assert.ThrowsAsync<RefusedException>(() => site.Verify());
            Assert.Equal((409, true), (busy.Status, busy.Message.Contains("retention")));
            Assert.Equal(409, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.CollectGarbage(dryRun: true, Ct))).Status);
        }

        Assert.Equal(404, (await Assert.ThrowsAsync<RefusedException>(() => site.Verify("nothing"))).Status);
        await site.IsWhole();
    }
}
