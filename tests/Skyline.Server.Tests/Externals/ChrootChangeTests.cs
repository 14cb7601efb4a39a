using System.Net;
using Skyline.Protocol;
using Skyline.Server.Externals;

namespace Skyline.Server.Tests.Externals;

/// <summary>A chroot's definition is changed, and the server started anew.</summary>
public sealed class ChrootChangeTests
{
    const string Name = "up-1-base";
    static CancellationToken Ct => TestContext.Current.CancellationToken;
    static readonly string alpha = Upstream.PathOf("alpha");

    /// <summary>Its repository is pinned for what the one builder builds for.</summary>
    static async Task<ExternalDetails> Pin(Site site)
    {
        await new PaperBuilder(site.LocalBuilder).TryLease();
        return await site.Refresh(Name);
    }

    [Fact]
    public async Task A_repository_that_no_build_has_needed_is_pinned_for_the_builders_when_that_is_asked_for()
    {
        await using var upstream = await Upstream.Open("alpha");
        await using var site = await Pinning.OfChroot(upstream.Url);

        var early = await Assert.ThrowsAsync<RefusedException>(() => site.Admin.RefreshExternal(Name, Ct));
        var pinned = await Pin(site);

        Assert.Equal((409, true), (early.Status, early.Message.Contains("no builder has told", StringComparison.Ordinal)));
        Assert.Equal(("x86_64", null, 1), (pinned.Arch().Arch, pinned.Arch().Fault, pinned.Arch().Packages));
    }

    [Fact]
    public async Task A_key_that_it_names_no_more_is_trusted_no_more()
    {
        await using var upstream = await Upstream.Open("alpha");
        var (stays, goes) = (Upstream.Key("stays").Public, Upstream.Key("goes").Public);
        upstream.Write("stays.asc", System.Text.Encoding.ASCII.GetBytes(stays.Armored));
        upstream.Write("goes.asc", System.Text.Encoding.ASCII.GetBytes(goes.Armored));
        var site = await Pinning.OfChroot(upstream.Url, keys: [upstream.Url + "stays.asc", upstream.Url + "goes.asc"]);
        Assert.Equal([stays.Fingerprint, goes.Fingerprint], (await Pin(site)).Keys);
        await site.Stop();

        await using var again = await Pinning.OfChroot(upstream.Url, keys: [upstream.Url + "stays.asc"], data: site.Data);
        var before = await again.Admin.External(Name, Ct);
        var after = await again.Refresh(Name);

        Assert.DoesNotContain(goes.Fingerprint, before.Keys);
        Assert.Equal([stays.Fingerprint], after.Keys);
        Assert.Equal(stays.Armored, await again.Http().GetStringAsync($"external/{Name}/keys.asc", Ct));
    }

    [Fact]
    public async Task More_keys_than_can_be_read_together_are_a_fault_and_no_page_breaks()
    {
        await using var upstream = await Upstream.Open("alpha");
        var some = string.Concat(Enumerable.Range(0, 26).Select(at => Upstream.Key($"key{at}").Public.Armored));
        foreach (var name in new[] { "one.asc", "two.asc" }) upstream.Write(name, System.Text.Encoding.ASCII.GetBytes(some));
        await using var site = await Pinning.OfChroot(upstream.Url, keys: [upstream.Url + "one.asc", upstream.Url + "two.asc"]);

        var refused = await Pin(site);

        Assert.Contains("its keys together: It holds no OpenPGP public key, or more than 50", refused.Arch().Fault);
        Assert.Equal(HttpStatusCode.OK, (await site.Http().GetAsync($"externals/{Name}", Ct)).StatusCode);
    }

    [Fact]
    public async Task A_corrected_address_is_asked_when_the_clock_next_looks()
    {
        await using var old = await Upstream.Open("alpha");
        await using var corrected = await Upstream.Open("alpha", "beta");
        var site = await Pinning.OfChroot(old.Url);
        await Pin(site);
        await site.Stop();

        await using var again = await Pinning.OfChroot(corrected.Url, data: site.Data);
        await again.Part<RefreshDue>().Refresh(Ct);

        Assert.Equal(2, (await again.Settled(Name)).Arch().Packages);
    }

    [Fact]
    public async Task Until_a_corrected_address_answers_what_is_not_here_is_asked_for_nowhere()
    {
        await using var upstream = await Upstream.Open("alpha", "beta");
        var site = await Pinning.OfChroot(upstream.Url);
        var pinned = await Pin(site);
        await site.Http().GetByteArrayAsync(pinned.States[0].Path + alpha, Ct);
        await site.Stop();

        await using var again = await Pinning.OfChroot("file:///nonexistent/repository", data: site.Data);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await again.Http().GetAsync(pinned.States[0].Path + Upstream.PathOf("beta"), Ct)).StatusCode);
        Assert.Equal(upstream.Bytes(alpha), await again.Http().GetByteArrayAsync(pinned.States[0].Path + alpha, Ct));
    }

    /// <summary>The definition may name this machine; whom it names may not.</summary>
    [Fact]
    public async Task A_mirror_of_a_definition_leads_to_itself_and_not_to_this_machine()
    {
        await using var inner = await Upstream.Open("alpha");
        await using var mirror = await Upstream.Open("alpha");
        await using var site = await Pinning.OfChroot(mirror.Url);
        mirror.Meddle = (context, path) =>
        {
            if (path.StartsWith("moved/", StringComparison.Ordinal)) context.Response.Redirect(inner.Url + path);
            else context.Response.Redirect("/moved/" + path);
            return Task.FromResult(true);
        };

        var refused = await Pin(site);

        Assert.Contains("moved/repodata/repomd.xml", mirror.Asked);
        Assert.Empty(inner.Asked);
        Assert.Contains("127.0.0.1 is a loopback or link-local address, which this server does not fetch from", refused.Arch().Fault);
    }
}
