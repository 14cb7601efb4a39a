using Skyline.Protocol;
using Skyline.Server.Repos;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Tests.Repos;

public sealed class SnapshotTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static async Task UpToDate(Site site, string tag) =>
        await site.Part<PublishSnapshot>().BringUpToDate(site.Part<Database>().Read(db => Tag.Find(db, tag)!.Id), Ct);

    static async Task<string> RepomdOf(Site site, string tag, string repo = "x86_64") => await site.Http().GetStringAsync($"repos/{tag}/{repo}/repodata/repomd.xml", Ct);

    [Fact]
    public async Task The_same_packages_are_the_same_bytes_whatever_the_way_to_them()
    {
        await using var site = await Site.Open();
        await site.Admin.CreateTag(new NewTag("grown", "paper-1", ["x86_64"]), Ct);
        await site.Admin.CreateTag(new NewTag("at-once", "paper-1", ["x86_64"]), Ct);
        var papers = Enumerable.Range(0, 200).Select(i => Papers.Binary($"word{i}", "1", "1")).ToList();

        foreach (var paper in papers)
        {
            await site.Admin.Import(paper.Open(), "grown", Ct);
            await UpToDate(site, "grown");
        }
        foreach (var paper in papers.AsEnumerable().Reverse()) await site.Admin.Import(paper.Open(), "at-once", Ct);
        await UpToDate(site, "at-once");

        Assert.Contains("<data type=\"primary\">", await RepomdOf(site, "grown"));
        Assert.Equal(await RepomdOf(site, "at-once"), await RepomdOf(site, "grown"));
        Assert.Equal((await site.Admin.Tag("at-once", Ct)).Snapshot, (await site.Admin.Tag("grown", Ct)).Snapshot);
    }

    [Fact]
    public async Task After_a_restart_the_next_snapshot_is_made_from_the_one_on_disk()
    {
        var site = await Site.Open();
        for (var i = 0; i < 150; i++) await site.Admin.Import(Papers.Binary($"word{i}", "1", "1").Open(), "paper", Ct);
        await UpToDate(site, "paper");
        await site.Stop();

        await using var again = await Site.Open(site.Data);
        await again.Admin.Import(Papers.Binary("one-more", "1", "1").Open(), "paper", Ct);
        await UpToDate(again, "paper");
        await again.Admin.CreateTag(new NewTag("anew", "paper-1"), Ct);
        foreach (var build in (await again.Admin.Tag("paper", Ct)).Builds)
            await again.Part<Database>().Write(tx => TagBuild.Tag(tx, Tag.Find(tx.Connection!, "anew")!.Id, build.Id, person: 1, 0), Ct);
        await UpToDate(again, "anew");

        Assert.Equal(await RepomdOf(again, "anew"), await RepomdOf(again, "paper"));
    }

    [Fact]
    public async Task A_change_of_compression_after_a_restart_rewrites_what_was_written_in_the_other()
    {
        var site = await Site.Open();
        for (var i = 0; i < 150; i++) await site.Admin.Import(Papers.Binary($"word{i}", "1", "1").Open(), "paper", Ct);
        await UpToDate(site, "paper");
        await site.Stop();

        await using var again = await Site.Open(site.Data);
        await again.Admin.SetTag("paper", new(Compression: TagCompression.Gzip), preview: false, Ct);
        await UpToDate(again, "paper");
        Assert.Contains("-primary.xml.gz\"", await RepomdOf(again, "paper"));
        Assert.DoesNotContain(".zst\"", await RepomdOf(again, "paper"));
        await again.Admin.Import(Papers.Binary("one-more", "1", "1").Open(), "paper", Ct);
        await UpToDate(again, "paper");

        Assert.Equal(151, (await FilesIn(again, "paper")).Count);
    }

    [Fact]
    public async Task Only_a_packages_latest_build_is_in_the_repository_unless_the_tag_holds_all()
    {
        await using var site = await Site.Open();
        await site.Admin.CreateTag(new NewTag("hoard", "paper-1", ["x86_64"], Holds: TagHolds.All), Ct);
        foreach (var tag in new[] { "paper", "hoard" })
        {
            await site.Admin.Import(Papers.Binary("hello", "2", "1").Open(), tag, Ct);
            await site.Admin.Import(Papers.Binary("hello", "1", "1").Open(), tag, Ct);
            await UpToDate(site, tag);
        }

        // The latest is the one that was tagged last, not the one of the highest version: a downgrade is what its packager meant.
        Assert.Equal(["hello-1-1.x86_64.rpm"], await FilesIn(site, "paper"));
        Assert.Equal(["hello-1-1.x86_64.rpm", "hello-2-1.x86_64.rpm"], await FilesIn(site, "hoard"));
    }

    [Fact]
    public async Task A_package_is_served_whole_under_every_snapshot_that_lists_it_and_under_no_other()
    {
        await using var site = await Site.Open();
        await site.Admin.Import(Papers.Binary("hello", "1", "1").Open(), "paper", Ct);
        await UpToDate(site, "paper");
        var first = (await site.Admin.Tag("paper", Ct)).Snapshot;
        await site.Admin.Import(Papers.Binary("hello", "2", "1").Open(), "paper", Ct);
        await UpToDate(site, "paper");
        var second = (await site.Admin.Tag("paper", Ct)).Snapshot;

        async Task<bool> Serves(string snapshot, string file) => (await site.Http().GetAsync($"repos/paper/@{snapshot}/x86_64/Packages/h/{file}", Ct)).IsSuccessStatusCode;

        Assert.Equal((true, false), (await Serves(first, "hello-1-1.x86_64.rpm"), await Serves(first, "hello-2-1.x86_64.rpm")));
        Assert.Equal((false, true), (await Serves(second, "hello-1-1.x86_64.rpm"), await Serves(second, "hello-2-1.x86_64.rpm")));
    }

    [Fact]
    public async Task Metadata_for_old_clients_is_gzip()
    {
        await using var site = await Site.Open();
        await site.Admin.CreateTag(new NewTag("old", "paper-1", ["x86_64"], Compression: TagCompression.Gzip), Ct);
        await site.Admin.Import(Papers.Binary("hello", "1", "1").Open(), "old", Ct);
        await UpToDate(site, "old");

        Assert.Contains("-primary.xml.gz\"", await RepomdOf(site, "old"));
        Assert.Equal(["hello-1-1.x86_64.rpm"], await FilesIn(site, "old"));
    }

    static async Task<IReadOnlyList<string>> FilesIn(Site site, string tag) => [.. (await RepositoryReading.Packages(site, tag, "x86_64")).Order(StringComparer.Ordinal)];
}
