using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Skyline.Server.Externals;
using Skyline.Testing.Rpms;

namespace Skyline.Server.Tests.Externals;

public sealed class PullThroughTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;
    static readonly string alpha = Upstream.PathOf("alpha");

    [Fact]
    public async Task A_rush_for_one_package_is_one_fetch_and_everybody_gets_it()
    {
        await using var upstream = await Upstream.Open("alpha");
        await using var site = await Pinning.Open();
        await site.Add(upstream.Url);
        var (asked, go) = upstream.Hold(path => path == alpha);

        var http = site.Http();
        var rush = Enumerable.Range(0, 50).Select(_ => http.GetByteArrayAsync("external/up/x86_64/" + alpha, Ct)).ToList();
        await asked.Task.WaitAsync(Ct);
        go.SetResult();

        foreach (var bytes in await Task.WhenAll(rush)) Assert.Equal(upstream.Bytes(alpha), bytes);
        Assert.Single(upstream.Asked, alpha);
    }

    [Fact]
    public async Task A_fetch_outlives_the_reader_that_began_it()
    {
        await using var upstream = await Upstream.Open("alpha");
        await using var site = await Pinning.Open();
        await site.Add(upstream.Url);
        var (asked, go) = upstream.Hold(path => path == alpha);
        using var impatient = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var first = site.Http().GetByteArrayAsync("external/up/x86_64/" + alpha, impatient.Token);
        await asked.Task.WaitAsync(Ct);

        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        var second = site.Http().GetByteArrayAsync("external/up/x86_64/" + alpha, Ct);
        go.SetResult();

        Assert.Equal(upstream.Bytes(alpha), await second);
        Assert.Single(upstream.Asked, alpha);
    }

    [Fact]
    public async Task A_package_that_was_fetched_once_is_served_with_the_upstream_gone_and_after_a_restart()
    {
        await using var upstream = await Upstream.Open("alpha", "beta");
        var site = await Pinning.Open();
        var pinned = await site.Add(upstream.Url);
        await site.Http().GetByteArrayAsync("external/up/x86_64/" + alpha, Ct);
        await upstream.Stop();
        await site.Stop();

        await using var again = await Site.Open(site.Data, null, "--Skyline:FetchFromLocalAddresses=true");

        Assert.Equal(upstream.Bytes(alpha), await again.Http().GetByteArrayAsync(pinned.States[0].Path + alpha, Ct));
        Assert.Equal(HttpStatusCode.BadGateway, (await again.Http().GetAsync(pinned.States[0].Path + Upstream.PathOf("beta"), Ct)).StatusCode);
    }

    [Fact]
    public async Task A_package_that_is_not_what_its_metadata_lists_is_refused_and_not_kept()
    {
        await using var upstream = await Upstream.Open("alpha");
        await using var site = await Pinning.Open();
        await site.Add(upstream.Url);
        var good = upstream.Bytes(alpha);
        byte[] bad = [.. good];
        bad[^1] ^= 1;
        upstream.Write(alpha, bad);

        var refused = await site.Http().GetAsync("external/up/x86_64/" + alpha, Ct);
        upstream.Write(alpha, good);

        Assert.Equal(HttpStatusCode.BadGateway, refused.StatusCode);
        Assert.Contains("its sha256 is", await refused.Content.ReadAsStringAsync(Ct));
        Assert.False(site.Part<Skyline.Server.Storage.Blobs>().Has(new Paper("bad", bad).Sha256));
        Assert.Equal(good, await site.Http().GetByteArrayAsync("external/up/x86_64/" + alpha, Ct));
    }

    [Fact]
    public async Task Ranges_and_unchanged_files_are_answered_as_such_and_a_head_fetches_nothing()
    {
        await using var upstream = await Upstream.Open("alpha");
        await using var site = await Pinning.Open();
        await site.Add(upstream.Url);
        var bytes = upstream.Bytes(alpha);

        using var head = await site.Http().SendAsync(new HttpRequestMessage(HttpMethod.Head, "external/up/x86_64/" + alpha), Ct);
        Assert.Equal((long?)bytes.Length, head.Content.Headers.ContentLength);
        Assert.Equal("application/x-rpm", head.Content.Headers.ContentType!.MediaType);
        Assert.DoesNotContain(alpha, upstream.Asked);

        using var part = await site.Http().SendAsync(new HttpRequestMessage(HttpMethod.Get, "external/up/x86_64/" + alpha) { Headers = { Range = new RangeHeaderValue(10, 19) } }, Ct);
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal(part.Headers.ETag, head.Headers.ETag);
        Assert.Equal(bytes[10..20], await part.Content.ReadAsByteArrayAsync(Ct));
        using var unchanged = await site.Http().SendAsync(new HttpRequestMessage(HttpMethod.Get, "external/up/x86_64/" + alpha) { Headers = { IfNoneMatch = { part.Headers.ETag! } } }, Ct);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
    }

    [Fact]
    public async Task The_least_recently_used_package_goes_when_the_cache_is_full_and_can_be_had_again()
    {
        await using var upstream = await Upstream.Open("alpha", "beta", "gamma");
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TimeProvider.System.GetUtcNow());
        // Two fit, three do not.
        var bound = upstream.Bytes(alpha).Length * 5 / 2;
        await using var site = await Site.Open(null, services => Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions.AddSingleton<TimeProvider>(services, time),
            "--Skyline:FetchFromLocalAddresses=true", $"--Skyline:ExternalCacheBytes={bound}");
        await site.Add(upstream.Url);
        foreach (var name in new[] { "alpha", "beta", "alpha", "gamma" })
        {
            await site.Http().GetByteArrayAsync("external/up/x86_64/" + Upstream.PathOf(name), Ct);
            time.Advance(TimeSpan.FromSeconds(1));
        }
        await site.Part<PackageCache>().Evict(Ct);

        Assert.InRange(site.Part<PackageCache>().Bytes(), 1, bound);
        Assert.Equal([true, false, true], new[] { "alpha", "beta", "gamma" }.Select(name => Kept(site, upstream, name)));
        await site.Http().GetByteArrayAsync("external/up/x86_64/" + Upstream.PathOf("beta"), Ct);
        Assert.Equal(2, upstream.Asked.Count(path => path == Upstream.PathOf("beta")));
    }

    [Fact]
    public async Task A_package_that_is_being_served_is_not_evicted_and_one_that_a_build_points_at_keeps_its_file()
    {
        await using var upstream = await Upstream.Open("alpha", "beta");
        await using var site = await Pinning.Open("--Skyline:ExternalCacheBytes=1");
        await site.Add(upstream.Url);
        var checksum = new Checksum("sha256", new Paper("alpha", upstream.Bytes(alpha)).Sha256);

        using (site.Part<PackageCache>().Hold(checksum))
        {
            await site.Http().GetByteArrayAsync("external/up/x86_64/" + alpha, Ct);
            await site.Part<PackageCache>().Evict(Ct);
            Assert.True(Kept(site, upstream, "alpha"));
        }
        var srpm = Papers.Source("hello", "1", "1");
        await site.Admin.Submit(srpm.Open(), srpm.FileName, "paper", scratch: true, Ct);
        await site.Part<Skyline.Server.Storage.Database>().Write(tx => Skyline.Server.Storage.Sql.Execute(tx, "UPDATE builds SET srpm_sha256 = @Hex", checksum), Ct);
        await site.Part<PackageCache>().Evict(Ct);

        Assert.Equal(0, site.Part<PackageCache>().Bytes());
        Assert.True(Kept(site, upstream, "alpha"));
    }

    [Fact]
    public async Task Makers_of_room_make_it_once()
    {
        var names = Enumerable.Range(0, 10).Select(at => $"pkg{at}").ToArray();
        await using var upstream = await Upstream.Open(names);
        await using var site = await Pinning.Open();
        await site.Add(upstream.Url);
        foreach (var name in names) await site.Http().GetByteArrayAsync("external/up/x86_64/" + Upstream.PathOf(name), Ct);
        var cache = site.Part<PackageCache>();
        site.Part<SkylineSettings>().ExternalCacheBytes = cache.Bytes() - 1;

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => cache.Evict(Ct))));

        Assert.Single(names, name => !Kept(site, upstream, name));
    }

    [Fact]
    public async Task A_package_is_sent_to_its_end_while_others_take_its_place()
    {
        await using var upstream = await Upstream.Open();
        var large = new SyntheticRpm("large", "1.0", "1.up") { Files = [new("/usr/share/large", System.Security.Cryptography.RandomNumberGenerator.GetBytes(24 << 20))] };
        large.WriteTo(Path.Combine(upstream.Root, "Packages"));
        upstream.Publish("alpha");
        await using var site = await Pinning.Open("--Skyline:ExternalCacheBytes=1");
        await site.Add(upstream.Url);
        using var sending = await site.Http().GetAsync($"external/up/x86_64/Packages/{large.FileName}", HttpCompletionOption.ResponseHeadersRead, Ct);

        await site.Http().GetByteArrayAsync("external/up/x86_64/" + alpha, Ct);
        await site.Part<PackageCache>().Evict(Ct);

        var bytes = upstream.Bytes($"Packages/{large.FileName}");
        Assert.True(site.Part<Skyline.Server.Storage.Blobs>().Has(new Paper("large", bytes).Sha256));
        Assert.Equal(bytes, await sending.Content.ReadAsByteArrayAsync(Ct));
    }

    static bool Kept(Site site, Upstream upstream, string name) =>
        site.Part<Skyline.Server.Storage.Blobs>().Has(new Paper(name, upstream.Bytes(Upstream.PathOf(name))).Sha256);

    [Fact]
    public async Task What_repomd_names_for_other_readers_is_fetched_when_one_asks()
    {
        await using var upstream = await Upstream.Open();
        upstream.Publish(["--simple-md-filenames", "--database"], "alpha");
        await using var site = await Pinning.Open();
        await site.Add(upstream.Url);
        const string database = "repodata/primary.sqlite.bz2";
        Assert.DoesNotContain(database, upstream.Asked);

        Assert.Equal(upstream.Bytes(database), await site.Http().GetByteArrayAsync("external/up/x86_64/" + database, Ct));
    }

    [Theory]
    [InlineData("../../../etc/passwd")]
    [InlineData("%2e%2e/%2e%2e/etc/passwd")]
    [InlineData("..%2f..%2fetc/passwd")]
    [InlineData("%252e%252e/%252e%252e/etc/passwd")]
    [InlineData("..\\..\\etc\\passwd")]
    [InlineData("Packages/nothing.rpm")]
    [InlineData("")]
    public async Task What_was_not_pinned_is_not_asked_for(string path)
    {
        await using var upstream = await Upstream.Open("alpha");
        await using var site = await Pinning.Open();
        var pinned = await site.Add(upstream.Url);
        upstream.Asked.Clear();

        Assert.Equal(HttpStatusCode.NotFound, await RawHttp.StatusOf(site.Address, pinned.States[0].Path.TrimStart('/') + path));
        Assert.Empty(upstream.Asked);
    }
}
