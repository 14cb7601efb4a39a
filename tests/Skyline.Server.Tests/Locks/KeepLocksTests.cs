using Skyline.Protocol;
using Skyline.Server.Keeping;
using Skyline.Server.Tests.Externals;
using Skyline.Server.Tests.Keeping;

namespace Skyline.Server.Tests.Locks;

/// <summary>What a build was made from stays as long as the build does, wherever it came from.</summary>
public sealed class KeepLocksTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, InlineData("All", true), InlineData("None", false)]
    public async Task Retention_leaves_a_package_of_our_own_that_a_kept_builds_lock_names(string keep, bool stays)
    {
        await using var site = await KeepingSite.Open("--Skyline:KeepLocks=" + keep);
        await site.Import("alpha", "1");
        var alpha = await RebuildTests.Signed(site.Site, "alpha-1-1");
        var build = await site.Site.Built([new("alpha-1-1.x86_64", alpha.Sha256, "skyline-paper", alpha.Size)]);
        if (stays) await site.Site.Until(build.Id, _ => IsNoted(site.Site));
        await site.Import("alpha", "2");
        await site.Untag("alpha-1-1");
        await site.Admin.SetRetention("paper", new(1, 0), Ct);
        site.Clock.Pass(TimeSpan.FromDays(40));

        await site.Site.Part<ApplyRetention>().Run(dryRun: false, Ct);
        await site.Site.Part<CollectGarbage>().Run(dryRun: false, Ct);

        var told = await site.Admin.Lock(build.Id, null, Ct);
        Assert.Equal(stays, Assert.Single(told.Packages).Kept);
        Assert.Equal(stays ? 1 : 0, told.Kept);
    }

    static bool IsNoted(Site site) => site.Part<Skyline.Server.Storage.Database>().Read(db => Skyline.Server.Storage.Sql.One<bool>(db, "SELECT EXISTS (SELECT 1 FROM locks WHERE noted_at IS NOT NULL)"));

    [Fact(Timeout = 240_000)]
    public async Task A_package_on_the_servers_own_disk_is_copied_before_it_vanishes_there()
    {
        await using var upstream = await Upstream.Open("alpha", "beta");
        await using var site = await Pinning.OfChroot("file://" + upstream.Root);
        var alpha = Of(upstream, "alpha");
        var build = await site.Built([alpha], target: "up");
        await site.LockWhen(build.Id, told => told.Kept == 1);
        File.Delete(Path.Combine(upstream.Root, Upstream.PathOf("alpha")));

        await site.Admin.Rebuild(build.Id, new(Locked: true), Ct);
        var lease = await new PaperBuilder(site.LocalBuilder).Lease();

        await using var body = await site.LocalBuilder.OpenLocked(lease.RunId, alpha.Sha256, 0, Ct);
        Assert.Equal(alpha.Sha256, Convert.ToHexStringLower(await System.Security.Cryptography.SHA256.HashDataAsync(body, Ct)));
        // What no lock names is not copied.
        Assert.False(site.Part<Skyline.Server.Storage.Blobs>().Has(Of(upstream, "beta").Sha256));
    }

    [Fact(Timeout = 240_000)]
    public async Task A_package_of_an_upstream_that_no_builder_asked_for_is_fetched_and_outlives_the_caches_bound()
    {
        await using var upstream = await Upstream.Open("alpha", "beta");
        await using var site = await Pinning.OfChroot(upstream.Url, more: "--Skyline:ExternalCacheBytes=1");
        var alpha = Of(upstream, "alpha");

        var build = await site.Built([alpha], target: "up");

        await site.LockWhen(build.Id, told => told.Kept == 1);
        await site.Part<Skyline.Server.Externals.PackageCache>().Evict(Ct);
        await site.Part<CollectGarbage>().Run(dryRun: false, Ct);
        Assert.Equal(1, (await site.Admin.Lock(build.Id, null, Ct)).Kept);
    }

    [Fact(Timeout = 240_000)]
    public async Task A_package_that_cannot_be_had_is_told_with_the_reason()
    {
        await using var upstream = await Upstream.Open("alpha");
        await using var site = await Pinning.OfChroot("file://" + upstream.Root);
        var (alpha, elsewhere) = (Of(upstream, "alpha"), new LockedPackage("zeta-1-1.x86_64", new string('e', 64), "mirror", 5));
        await site.Submit(target: "up");
        var builder = new PaperBuilder(site.LocalBuilder) { Lock = [alpha, elsewhere] };
        var lease = await builder.Lease();
        File.Delete(Path.Combine(upstream.Root, Upstream.PathOf("alpha")));
        await builder.Deliver(lease, LockSite.Results());

        var told = await site.LockWhen(lease.BuildId, told => told.Packages.All(package => package.Why is { } why && !why.Contains("yet to be", StringComparison.Ordinal) && !why.Contains("complete", StringComparison.Ordinal)));

        Assert.Equal(0, told.Kept);
        Assert.Contains("cannot be read", told.Packages[0].Why);
        Assert.Equal("Repository mirror was not pinned on this server when it was used, or what was pinned of it is not kept any more.", told.Packages[1].Why);
    }

    static LockedPackage Of(Upstream upstream, string name)
    {
        var bytes = File.Exists(Path.Combine(upstream.Root, Upstream.PathOf(name))) ? upstream.Bytes(Upstream.PathOf(name)) : throw new InvalidOperationException(name);
        return new($"{name}-1.0-1.up.x86_64", Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)), "base", bytes.Length);
    }
}
