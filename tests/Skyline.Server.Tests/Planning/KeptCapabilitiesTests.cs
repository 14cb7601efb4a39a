using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Planning;
using Skyline.Server.Storage;
using Skyline.Testing.Rpms;

namespace Skyline.Server.Tests.Planning;

public sealed class KeptCapabilitiesTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static SyntheticRpm Library => new("libx", "1.0", "2")
    {
        Files = [new("/usr/bin/x", [])],
        Dependencies = [(DependencyKind.Provides, new("libx", DependencyFlags.Equal, "1.0-2")), (DependencyKind.Requires, new("libc.so.6", DependencyFlags.None, ""))],
    };

    static List<string> Kept(Site site) => site.Part<Database>().Read(db =>
        KeptCapabilities.OfBuilds(db, db.All<long>("SELECT id FROM builds")).Select(row => $"{row.Name}: {string.Join(", ", row.Capabilities.Provides)}; {string.Join(", ", row.Capabilities.Files)}; {string.Join(", ", row.Capabilities.Requires)}").ToList());

    [Fact]
    public async Task What_an_imported_and_a_built_package_offer_and_ask_for_is_kept()
    {
        await using var site = await Site.Open();
        await site.Admin.Import(new MemoryStream(Library.Build()), null, Ct);
        var build = await site.Admin.Submit(new MemoryStream(Papers.Source("a", "1", "1", exclusiveArch: "x86_64").Bytes), "a-1-1.src.rpm", "paper", false, Ct);
        await new PaperBuilder(site.LocalBuilder).Build(Papers.Source("a", "1", "1"), Papers.Binary("a", "1", "1"));
        while ((build = await site.Admin.WaitBuild(build.Id, build.Revision, 30, Ct)).State is not BuildState.Complete) Assert.NotEqual(BuildState.Failed, build.State);
        Assert.Equal(["libx: libx = 1.0-2; /usr/bin/x; libc.so.6", "a: ; ; ", "a: ; ; "], Kept(site));
    }

    [Fact]
    public async Task Of_packages_that_came_before_it_is_read_from_their_files_at_start()
    {
        var site = await Site.Open();
        await site.Admin.Import(new MemoryStream(Library.Build()), null, Ct);
        await site.Admin.Submit(new MemoryStream(Papers.Source("a", "1", "1", exclusiveArch: "x86_64").Bytes), "a-1-1.src.rpm", "paper", false, Ct);
        await site.Part<Database>().Write(tx => { tx.Execute("DELETE FROM package_capabilities"); tx.Execute("DELETE FROM source_capabilities"); }, Ct);
        await site.Stop();
        await using var again = await Site.Open(site.Data);
        var bell = again.Part<Bells>().Next(Bells.Batches);
        if (Kept(again).Count == 0) await bell.WaitAsync(TimeSpan.FromSeconds(30), Ct);
        Assert.Equal(["libx: libx = 1.0-2; /usr/bin/x; libc.so.6"], Kept(again));
        Assert.Equal(1, again.Part<Database>().Read(db => db.One<int>("SELECT count(*) FROM source_capabilities")));
    }
}
