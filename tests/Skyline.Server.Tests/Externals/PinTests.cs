using System.Net;
using Skyline.Protocol;
using Skyline.Testing.Rpms;

namespace Skyline.Server.Tests.Externals;

public sealed class PinTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_added_repository_is_pinned_and_served_as_its_upstream_wrote_it()
    {
        await using var upstream = await Upstream.Open("alpha", "beta");
        await using var site = await Pinning.Open();

        var pinned = await site.Add(upstream.Url);

        Assert.Null(pinned.Arch().Fault);
        Assert.Equal(2, pinned.Arch().Packages);
        var state = Assert.Single(pinned.States);
        foreach (var path in new[] { "repodata/repomd.xml", "repodata/primary.xml.gz", "repodata/filelists.xml.gz", "repodata/other.xml.gz", Upstream.PathOf("alpha") })
        {
            Assert.Equal(upstream.Bytes(path), await site.Http().GetByteArrayAsync(state.Path + path, Ct));
            Assert.Equal(upstream.Bytes(path), await site.Http().GetByteArrayAsync(pinned.Arch().Path + path, Ct));
        }
        Assert.Equal(HttpStatusCode.NotFound, (await site.Http().GetAsync(state.Path + "Packages/gamma-1.0-1.up.x86_64.rpm", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await site.Http().GetAsync(state.Path + "repodata/repomd.xml.asc", Ct)).StatusCode);
    }

    /// <summary>An upstream's XML may hold a page with a script, which a browser would run as this server's own.</summary>
    [Theory]
    [InlineData("external/up/x86_64/repodata/repomd.xml")]
    [InlineData("external/up/x86_64/nothing")]
    [InlineData("repos/paper/x86_64/repodata/repomd.xml")]
    [InlineData("repos/paper/x86_64/nothing")]
    public async Task What_repositories_hold_is_no_page_of_this_servers(string path)
    {
        await using var upstream = await Upstream.Open("alpha");
        await using var site = await Pinning.Open();
        await site.Add(upstream.Url);

        var answer = await site.Http().GetAsync(path, Ct);

        Assert.Equal(["sandbox; default-src 'none'"], answer.Headers.GetValues("Content-Security-Policy"));
        Assert.Equal(["nosniff"], answer.Headers.GetValues("X-Content-Type-Options"));
    }

    [Theory]
    [InlineData("gz")]
    [InlineData("xz")]
    [InlineData("bz2")]
    public async Task Metadata_is_read_however_it_is_packed(string compression)
    {
        await using var upstream = await Upstream.Open();
        upstream.Publish([$"--general-compress-type={compression}", $"--compress-type={compression}"], "alpha", "beta");
        await using var site = await Pinning.Open();

        var pinned = await site.Add(upstream.Url);

        Assert.Null(pinned.Arch().Fault);
        Assert.Equal(2, pinned.Arch().Packages);
    }

    /// <summary>Skyline's own metadata is several frames, one behind the other; another Skyline's repository is an upstream as any.</summary>
    [Theory]
    [InlineData("gzip")]
    [InlineData("zstd")]
    public async Task Metadata_of_several_frames_is_read_to_its_end(string packer)
    {
        await using var upstream = await Upstream.Open("alpha");
        var primary = Metadata.OnePackage(Upstream.PathOf("alpha"), "sha256", new Paper("alpha", upstream.Bytes(Upstream.PathOf("alpha"))).Sha256, upstream.Bytes(Upstream.PathOf("alpha")).Length);
        var frames = new[] { primary[..100], primary[100..] }.Select((piece, at) =>
        {
            upstream.Write($"piece{at}", piece);
            Skyline.Testing.Rpms.HostTool.Run(upstream.Root, packer, "-q", "-f", $"piece{at}").Succeeded();
            return upstream.Bytes($"piece{at}{(packer == "gzip" ? ".gz" : ".zst")}");
        }).SelectMany(frame => frame).ToArray();
        Metadata.Replace(upstream, frames, opened: primary);
        await using var site = await Pinning.Open();

        var pinned = await site.Add(upstream.Url);

        Assert.Null(pinned.Arch().Fault);
        Assert.Equal(1, pinned.Arch().Packages);
    }

    [Fact]
    public async Task A_fixed_address_stays_while_the_newest_moves_on()
    {
        await using var upstream = await Upstream.Open("alpha");
        await using var site = await Pinning.Open();
        var first = await site.Add(upstream.Url);
        var before = upstream.Bytes("repodata/repomd.xml");

        upstream.Publish("beta");
        var second = await site.Refresh();

        Assert.NotEqual(first.Arch().State, second.Arch().State);
        Assert.Equal(2, second.States.Count);
        Assert.Equal(before, await site.Http().GetByteArrayAsync($"external/up/@{first.Arch().State}/x86_64/repodata/repomd.xml", Ct));
        Assert.Equal(upstream.Bytes("repodata/repomd.xml"), await site.Http().GetByteArrayAsync("external/up/x86_64/repodata/repomd.xml", Ct));
        Assert.Equal(HttpStatusCode.NotFound, (await site.Http().GetAsync($"external/up/@{first.Arch().State}/x86_64/{Upstream.PathOf("beta")}", Ct)).StatusCode);
        Assert.EndsWith($"/external/up/@{second.Arch().State}/x86_64/\n", await site.Http().GetStringAsync("external/up/x86_64/mirrorlist", Ct));
    }

    [Fact]
    public async Task What_did_not_change_is_not_fetched_again_and_makes_no_new_state()
    {
        await using var upstream = await Upstream.Open("alpha");
        await using var site = await Pinning.Open();
        await site.Add(upstream.Url);
        upstream.Asked.Clear();

        var again = await site.Refresh();

        Assert.Equal(["repodata/repomd.xml", "repodata/repomd.xml.asc"], upstream.Asked);
        Assert.Single(again.States);
    }

    [Fact]
    public async Task Only_the_newest_states_are_kept_and_their_files_with_them()
    {
        await using var upstream = await Upstream.Open("alpha");
        await using var site = await Pinning.Open();
        var first = await site.Add(upstream.Url);
        var gone = upstream.Bytes("repodata/primary.xml.gz");

        foreach (var name in new[] { "beta", "gamma", "delta" })
        {
            upstream.Publish(name);
            await site.Refresh();
        }

        Assert.Equal(3, (await site.Settled()).States.Count);
        Assert.Equal(HttpStatusCode.NotFound, (await site.Http().GetAsync($"external/up/@{first.Arch().State}/x86_64/repodata/repomd.xml", Ct)).StatusCode);
        Assert.False(site.Part<Skyline.Server.Storage.Blobs>().Has(new Paper("primary", gone).Sha256));
    }

    [Fact]
    public async Task Variables_in_an_address_are_dnfs()
    {
        await using var upstream = await Upstream.Open("alpha");
        upstream.Meddle = (context, path) =>
        {
            if (path.StartsWith("43/i386/", StringComparison.Ordinal)) context.Request.Path = "/" + path["43/i386/".Length..];
            else context.Response.StatusCode = 404;
            return path.StartsWith("43/i386/", StringComparison.Ordinal) ? Serve(upstream, context) : Task.FromResult(true);
        };
        await using var site = await Pinning.Open();

        var pinned = await site.Add(new NewExternal("up", ExternalKind.BaseUrl, upstream.Url + "$releasever/${basearch}", ReleaseVersion: "43", Arches: ["i686"]));

        Assert.Null(pinned.Arch().Fault);
    }

    static async Task<bool> Serve(Upstream upstream, Microsoft.AspNetCore.Http.HttpContext context)
    {
        var file = Path.Combine(upstream.Root, context.Request.Path.Value!.TrimStart('/'));
        if (!File.Exists(file)) context.Response.StatusCode = 404;
        else await context.Response.Body.WriteAsync(await File.ReadAllBytesAsync(file, Ct), Ct);
        return true;
    }

    [Fact]
    public async Task A_mirrorlist_is_read_and_a_dead_mirror_is_passed_over()
    {
        await using var upstream = await Upstream.Open("alpha");
        await using var dead = await Upstream.Open();
        await using var lists = await Upstream.Open();
        lists.Write("mirrors", System.Text.Encoding.UTF8.GetBytes($"# two\nrsync://example.org/x\n{dead.Url}\n{upstream.Url}\n"));
        var deadUrl = dead.Url;
        await using var site = await Pinning.Open();

        var pinned = await site.Add(lists.Url + "mirrors", kind: ExternalKind.MirrorList);

        Assert.Null(pinned.Arch().Fault);
        Assert.Contains("repodata/repomd.xml", dead.Asked);
        dead.Asked.Clear();
        Assert.Equal(upstream.Bytes(Upstream.PathOf("alpha")), await site.Http().GetByteArrayAsync($"external/up/x86_64/{Upstream.PathOf("alpha")}", Ct));
        Assert.Empty(dead.Asked);
    }

    [Fact]
    public async Task A_metalink_says_which_repomd_is_the_newest_and_mirrors_that_lie_or_are_gone_are_passed_over()
    {
        await using var upstream = await Upstream.Open("alpha");
        await using var behind = await Upstream.Open("old");
        await using var gone = await Upstream.Open("alpha");
        await using var lists = await Upstream.Open();
        var goneUrl = gone.Url;
        await gone.Stop();
        lists.Write("metalink", Metalinks.Of(upstream.Bytes("repodata/repomd.xml"), [], (goneUrl, 100), (behind.Url, 99), (upstream.Url, 98), ("ftp://example.org/", 97)));
        await using var site = await Pinning.Open();

        var pinned = await site.Add(lists.Url + "metalink", kind: ExternalKind.Metalink);

        Assert.Null(pinned.Arch().Fault);
        Assert.Equal(new Paper("repomd", upstream.Bytes("repodata/repomd.xml")).Sha256, pinned.Arch().State);
        Assert.Equal(["repodata/repomd.xml"], behind.Asked);
    }

    [Fact]
    public async Task Without_the_newest_a_metalinks_earlier_state_is_pinned_first_and_never_goes_back_to()
    {
        await using var upstream = await Upstream.Open("alpha");
        await using var lists = await Upstream.Open();
        var earlier = upstream.Bytes("repodata/repomd.xml");
        byte[] unseen = [.. earlier, (byte)'\n'];
        lists.Write("metalink", Metalinks.Of(unseen, earlier, (upstream.Url, 100)));
        await using var site = await Pinning.Open();

        var first = await site.Add(lists.Url + "metalink", kind: ExternalKind.Metalink);
        upstream.Write("repodata/repomd.xml", unseen);
        var newest = await site.Refresh();
        upstream.Write("repodata/repomd.xml", earlier);
        var after = await site.Refresh();

        Assert.Equal(new Paper("repomd", earlier).Sha256, first.Arch().State);
        Assert.Equal(new Paper("repomd", unseen).Sha256, newest.Arch().State);
        Assert.Equal(newest.Arch().State, after.Arch().State);
        Assert.Contains("another one than the metalink names", after.Arch().Fault);
    }

    [Fact]
    public async Task The_clock_refreshes_what_is_due_and_leaves_the_rest_alone()
    {
        await using var upstream = await Upstream.Open("alpha");
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var site = await Site.Open(null, services => Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions.AddSingleton<TimeProvider>(services, time), "--Skyline:FetchFromLocalAddresses=true");
        await site.Admin.AddExternal(new NewExternal("up", ExternalKind.BaseUrl, upstream.Url, Arches: ["x86_64"]), Ct);
        await site.Settled();
        upstream.Publish("beta");
        upstream.Asked.Clear();

        time.Advance(TimeSpan.FromHours(5));
        await site.Part<Skyline.Server.Externals.RefreshDue>().Refresh(Ct);
        var early = await site.Settled();
        time.Advance(TimeSpan.FromHours(1));
        await site.Part<Skyline.Server.Externals.RefreshDue>().Refresh(Ct);
        var due = await site.Settled();

        Assert.Equal((1, 2), (early.Arch().Packages, due.Arch().Packages));
    }
}
