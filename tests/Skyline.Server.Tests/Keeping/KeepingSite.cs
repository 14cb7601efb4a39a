using Quartz;
using Microsoft.Extensions.DependencyInjection;
using Skyline.Protocol;
using Skyline.Server.Keeping;
using Skyline.Server.Repos;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Tests.Keeping;

/// <summary>A site whose clock can be moved on, with a tag "paper" that packages are imported into.</summary>
sealed class KeepingSite(Site site, LaterTime clock) : IAsyncDisposable
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public Site Site => site;
    public LaterTime Clock => clock;
    public SkylineClient Admin { get; } = site.Admin;

    public static async Task<KeepingSite> Open(params string[] settings)
    {
        var clock = new LaterTime();
        // A run is not lost by the clock that the test moves on.
        settings = ["--Skyline:LeaseSeconds=100000000", .. settings];
        return new(await Site.Open(change: services =>
        {
            services.AddSingleton<TimeProvider>(clock);
            // The nightly tidying would come between, whenever the test's days, or the real one, pass twenty past three.
            foreach (var byTheClock in services.Where(service => service.ImplementationType == typeof(QuartzHostedService)).ToList()) services.Remove(byTheClock);
        }, settings: settings), clock);
    }

    /// <returns>The tag's newest snapshot, which holds it.</returns>
    public async Task<string> Import(string name, string version, string tag = "paper")
    {
        await Admin.Import(Papers.Binary(name, version, "1").Open(), tag, Ct);
        return await Published(tag);
    }

    public async Task<string> Untag(string nvr, string tag = "paper")
    {
        await Admin.UntagBuilds(tag, new([nvr]), preview: false, Ct);
        return await Published(tag);
    }

    public async Task<string> Published(string tag = "paper")
    {
        await site.Part<PublishSnapshot>().BringUpToDate(site.Part<Database>().Read(db => Tag.Find(db, tag)!.Id), Ct);
        return (await Admin.Tag(tag, Ct)).Snapshot;
    }

    /// <summary>What a check of everything finds, and its result.</summary>
    public async Task<(IReadOnlyList<string> Findings, VerifyResult Result)> Verify(string? tag = null)
    {
        var lines = new List<VerifyLine>();
        await foreach (var line in Admin.Verify(tag, Ct)) lines.Add(line);
        return ([.. lines.Select(line => line.Finding).OfType<string>()], lines[^1].Result!);
    }

    public async Task IsWhole()
    {
        var (findings, result) = await Verify();
        Assert.Empty(findings);
        Assert.True(result.Snapshots > 0);
    }

    public string BlobFile(string sha256) => Path.Combine(site.Data, "blobs", sha256[..2], sha256[2..]);

    public ValueTask DisposeAsync() => site.DisposeAsync();
}
