using System.Net;
using Skyline.Protocol;
using Skyline.Server.Keeping;
using Skyline.Server.Storage;

namespace Skyline.Server.Tests.Keeping;

public sealed class ScheduledExportTests : IDisposable
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    readonly string folder = Directory.CreateTempSubdirectory("skyline-export-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    Task<KeepingSite> Open(params string[] tags) => KeepingSite.Open([$"--Skyline:ExportFolder={folder}", .. tags.Select((tag, at) => $"--Skyline:ExportTags:{at}={tag}")]);

    /// <summary>Woken by each note of what became of the work, not polling.</summary>
    static async Task<ExportRun> Until(KeepingSite site, string path, Func<ExportRun, bool> done)
    {
        while (true)
        {
            var bell = site.Site.Part<Bells>().Next(Bells.Keeping);
            if ((await new SkylineClient(site.Site.Http()).Keeping(Ct)).Exports.SingleOrDefault(export => export.Path == path) is { } export && done(export)) return export;
            await bell.WaitAsync(Ct);
        }
    }

    string[] Packages(string tag) => [.. Directory.EnumerateFiles(Path.Combine(folder, tag, "x86_64", "Packages"), "*.rpm", SearchOption.AllDirectories).Select(Path.GetFileName).Order()!];

    [Fact(Timeout = 120_000)]
    public async Task A_listed_tag_is_exported_with_every_new_snapshot_and_others_are_not()
    {
        await using var site = await Open("paper", "later");
        await Until(site, "paper", export => export.Newest);
        Assert.Contains("no such tag", (await new SkylineClient(site.Site.Http()).Keeping(Ct)).Exports.Single(export => export.Path == "later").WhyNot);
        await site.Admin.CreateTag(new NewTag("other", "paper-1", ["x86_64"]), Ct);
        await site.Admin.CreateTag(new NewTag("later", "paper-1", ["x86_64"]), Ct);
        await site.Import("one", "1", "other");
        await site.Import("two", "1", "later");
        var snapshot = await site.Import("one", "1");

        var paper = await Until(site, "paper", export => export.Newest);
        var later = await Until(site, "later", export => export.Newest && export.Has!.Packages == 1);

        Assert.Equal((snapshot, true), (paper.Has!.Snapshot, paper.Scheduled));
        Assert.Equal(["one-1-1.x86_64.rpm"], Packages("paper"));
        Assert.Null(later.WhyNot);
        Assert.False(Directory.Exists(Path.Combine(folder, "other")));
        Assert.Contains("has the newest snapshot", WebUtility.HtmlDecode(await site.Site.Http().GetStringAsync("/keeping", Ct)));
    }

    [Fact(Timeout = 120_000)]
    public async Task What_was_published_while_the_server_could_not_export_is_exported_by_the_next_start()
    {
        var site = await KeepingSite.Open();
        var snapshot = await site.Import("one", "1");
        await site.Site.Stop();
        await using var again = new KeepingSite(await Site.Open(site.Site.Data, settings: [$"--Skyline:ExportFolder={folder}", "--Skyline:ExportTags:0=paper"]), new LaterTime());

        Assert.Equal(snapshot, (await Until(again, "paper", export => export.Newest)).Has!.Snapshot);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_fault_is_told_and_the_next_snapshot_is_exported_all_the_same()
    {
        await using var site = await Open("paper");
        await Until(site, "paper", export => export.Newest);
        var damaged = Papers.Binary("two", "1", "1");
        using (await site.Site.Part<KeepingTurns>().Take("test", Ct))
        {
            await site.Import("two", "1");
            await File.AppendAllTextAsync(site.BlobFile(damaged.Sha256), "!", Ct);
        }
        var told = await Until(site, "paper", export => export.Last!.Why is { } why && why.Contains("two-1-1.x86_64.rpm", StringComparison.Ordinal));
        Assert.False(told.Newest);

        await File.WriteAllBytesAsync(site.BlobFile(damaged.Sha256), damaged.Bytes, Ct);
        await site.Import("three", "1");

        Assert.Equal(2, (await Until(site, "paper", export => export.Newest)).Has!.Packages);
    }

    [Fact]
    public async Task Tags_that_are_listed_without_a_folder_say_what_to_set()
    {
        await using var site = await KeepingSite.Open("--Skyline:ExportTags:0=paper");

        Assert.Equal(ExportFolder.Off, Assert.Single((await new SkylineClient(site.Site.Http()).Keeping(Ct)).Exports).WhyNot);
    }
}
