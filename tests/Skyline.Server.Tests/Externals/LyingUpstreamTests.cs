using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Skyline.Protocol;

namespace Skyline.Server.Tests.Externals;

/// <summary>Upstreams that are gone, cut short, or not what they say: each is told in a sentence, and what was pinned before goes on serving.</summary>
public sealed class LyingUpstreamTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    const string Primary = "repodata/primary.xml.gz";

    /// <summary>Pins a good state; then the upstream publishes another and lies about it.</summary>
    static async Task StaysPinned(Upstream upstream, Site site, Action lie, params string[] said)
    {
        var good = await site.Add(upstream.Url);
        Assert.Null(good.Arch().Fault);
        var repomd = upstream.Bytes("repodata/repomd.xml");
        upstream.Publish("beta");
        lie();

        var after = await site.Refresh();

        foreach (var words in said) Assert.Contains(words, after.Arch().Fault);
        Assert.EndsWith(".", after.Arch().Fault);
        Assert.Equal(good.Arch().State, after.Arch().State);
        Assert.Single(after.States);
        Assert.Equal(repomd, await site.Http().GetByteArrayAsync("external/up/x86_64/repodata/repomd.xml", Ct));
        Assert.Empty(Directory.GetFiles(Path.Combine(site.Data, "incoming")));
    }

    [Fact]
    public async Task Truncated_metadata()
    {
        await using var upstream = await Upstream.Open("alpha");
        await using var site = await Pinning.Open();
        await StaysPinned(upstream, site, () => upstream.Write(Primary, upstream.Bytes(Primary)[..^10]), upstream.Url + Primary, "it was cut short");
    }

    [Fact]
    public async Task Metadata_with_another_checksum()
    {
        await using var upstream = await Upstream.Open("alpha");
        await using var site = await Pinning.Open();
        await StaysPinned(upstream, site, () =>
        {
            var bytes = upstream.Bytes(Primary);
            bytes[^20] ^= 1;
            upstream.Write(Primary, bytes);
        }, upstream.Url + Primary, "its sha256 is", "was stated");
    }

    [Fact]
    public async Task Metadata_that_goes_on_without_end()
    {
        await using var upstream = await Upstream.Open("alpha");
        await using var site = await Pinning.Open();
        await StaysPinned(upstream, site, () => upstream.Meddle = (context, path) => path == Primary ? Endless(context, upstream.Bytes(Primary)) : Task.FromResult(false),
            upstream.Url + Primary, "it goes on after the");
    }

    [Fact]
    public async Task A_repomd_without_end()
    {
        await using var upstream = await Upstream.Open("alpha");
        await using var site = await Pinning.Open();
        await StaysPinned(upstream, site, () => upstream.Meddle = (context, path) => path.EndsWith("repomd.xml", StringComparison.Ordinal) ? Endless(context, "<repomd>"u8.ToArray()) : Task.FromResult(false),
            "repomd.xml: it is larger than 4096 KiB");
    }

    static async Task<bool> Endless(HttpContext context, byte[] begin)
    {
        await context.Response.Body.WriteAsync(begin, Ct);
        var more = new byte[1 << 16];
        try
        {
            while (true) await context.Response.Body.WriteAsync(more, context.RequestAborted);
        }
        catch (Exception over) when (over is OperationCanceledException or IOException)
        {
            return true;
        }
    }

    [Fact]
    public async Task A_connection_that_breaks_in_the_middle()
    {
        await using var upstream = await Upstream.Open("alpha");
        await using var site = await Pinning.Open();
        await StaysPinned(upstream, site, () => upstream.Meddle = async (context, path) =>
        {
            if (path != Primary) return false;
            context.Response.ContentLength = upstream.Bytes(Primary).Length;
            await context.Response.Body.WriteAsync(upstream.Bytes(Primary).AsMemory(0, 100), Ct);
            await context.Response.Body.FlushAsync(Ct);
            context.Abort();
            return true;
        }, upstream.Url + Primary, "broke off");
    }

    [Fact]
    public async Task A_redirect_that_leads_in_circles()
    {
        await using var upstream = await Upstream.Open("alpha");
        await using var site = await Pinning.Open();
        await StaysPinned(upstream, site, () => upstream.Meddle = (context, _) =>
        {
            context.Response.Redirect(context.Request.Path);
            return Task.FromResult(true);
        }, "repomd.xml: it answered 302");
    }

    [Fact]
    public async Task An_upstream_that_is_gone()
    {
        await using var upstream = await Upstream.Open("alpha");
        await using var site = await Pinning.Open();
        var good = await site.Add(upstream.Url);
        await upstream.Stop();

        var after = await site.Refresh();

        Assert.Contains("refused", after.Arch().Fault);
        Assert.Equal(good.Arch().State, after.Arch().State);
        Assert.NotEmpty(await site.Http().GetByteArrayAsync("external/up/x86_64/repodata/primary.xml.gz", Ct));
        var missing = await site.Http().GetAsync($"external/up/x86_64/{Upstream.PathOf("alpha")}", Ct);
        Assert.Equal(HttpStatusCode.BadGateway, missing.StatusCode);
        Assert.Contains("'up' is pinned, but this file cannot be had from its upstream now", await missing.Content.ReadAsStringAsync(Ct));
    }

    [Theory]
    [InlineData("not XML at all", "it is no whole XML document")]
    [InlineData("<html><body>Sign in to this hotel's network</body></html>", "it is no repomd.xml")]
    [InlineData("<!DOCTYPE r [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><repomd>&x;</repomd>", "it is no whole XML document")]
    [InlineData("<repomd><data type=\"primary\"><checksum type=\"sha256\">e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855</checksum><location href=\"../../../../etc/passwd\"/></data></repomd>", "leads out of the repository")]
    [InlineData("<repomd><data type=\"primary\"><checksum type=\"sha256\">abc</checksum><location href=\"repodata/primary.xml\"/></data></repomd>", "no checksum")]
    [InlineData("<repomd><data type=\"primary\"><checksum type=\"md5\">d41d8cd98f00b204e9800998ecf8427e</checksum><location href=\"repodata/primary.xml\"/><size>0</size></data></repomd>", "can be forged (md5)")]
    [InlineData("<repomd/>", "names no primary")]
    [InlineData("<repomd><data type=\"primary\"><checksum type=\"md5\">d41d8cd98f00b204e9800998ecf8427e</checksum><location href=\"repodata/primary.xml\"/></data></repomd>", "it does not say how large repodata/primary.xml is")]
    [InlineData("<repomd><data type=\"primary\"><checksum type=\"md5\">d41d8cd98f00b204e9800998ecf8427e</checksum><location href=\"a\"/><size>4294967296</size></data><data type=\"other\"><checksum type=\"md5\">d41d8cd98f00b204e9800998ecf8427e</checksum><location href=\"b\"/><size>9223372036854775807</size></data></repomd>", "its files are 9223372041149743103 bytes large together, and no more than 4294967296 are pinned")]
    public async Task A_repomd_that_is_none(string text, string said)
    {
        await using var upstream = await Upstream.Open("alpha");
        await using var site = await Pinning.Open();
        await StaysPinned(upstream, site, () => upstream.Write("repodata/repomd.xml", Encoding.UTF8.GetBytes(text)), said);
    }

    /// <summary>All checksums are right, and what they are of is no list of packages.</summary>
    [Theory]
    [InlineData("<metadata><package><name>a</name>", "it is no whole XML document")]
    [InlineData("<filelists/>", "it is no list of packages")]
    [InlineData("<!DOCTYPE m [<!ENTITY a \"aaaa\">]><metadata>&a;</metadata>", "it is no whole XML document")]
    [InlineData("<metadata><package><checksum type=\"sha256\">e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855</checksum><location xml:base=\"http://other.example/\" href=\"a.rpm\"/></package></metadata>", "it says that packages are at another address (http://other.example/)")]
    public async Task A_list_of_packages_that_is_none(string xml, string said)
    {
        await using var upstream = await Upstream.Open("alpha");
        await using var site = await Pinning.Open();
        await StaysPinned(upstream, site, () => Metadata.Replace(upstream, Encoding.UTF8.GetBytes(xml)), "primary.xml: " + said);
    }

    [Fact]
    public async Task What_was_fetched_in_vain_is_not_kept()
    {
        await using var upstream = await Upstream.Open("alpha");
        await using var site = await Pinning.Open();
        await StaysPinned(upstream, site, () => upstream.Write("repodata/other.xml.gz", [1]), "other.xml.gz: it was cut short");

        Assert.Contains(Primary, upstream.Asked);
        Assert.False(site.Part<Skyline.Server.Storage.Blobs>().Has(new Paper("primary", upstream.Bytes(Primary)).Sha256));
    }

    [Fact]
    public async Task A_package_whose_path_leads_elsewhere_cannot_be_asked_for()
    {
        await using var upstream = await Upstream.Open("alpha");
        var (good, bytes) = (Upstream.PathOf("alpha"), upstream.Bytes(Upstream.PathOf("alpha")));
        foreach (var path in new[] { "../secret.rpm", "Packages/../../secret.rpm", "%2e%2e/secret.rpm", "/etc/passwd", "file:///etc/passwd", "a\\..\\b.rpm" })
        {
            Metadata.Replace(upstream, Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Metadata.OnePackage(good, "sha256", new Paper("alpha", bytes).Sha256, bytes.Length))
                .Replace("</package>", $"</package><package type=\"rpm\"><checksum type=\"sha256\">{new Paper("alpha", bytes).Sha256}</checksum><location href=\"{path}\"/></package>", StringComparison.Ordinal)));
            await using var site = await Pinning.Open();

            var pinned = await site.Add(upstream.Url);

            Assert.Equal((null, 1), (pinned.Arch().Fault, pinned.Arch().Packages));
            Assert.Equal(bytes, await site.Http().GetByteArrayAsync("external/up/x86_64/" + good, Ct));
        }
    }

    [Fact]
    public async Task A_repository_that_is_published_anew_while_it_is_fetched_is_pinned_as_it_is_then()
    {
        await using var upstream = await Upstream.Open("alpha");
        await using var site = await Pinning.Open();
        await site.Add(upstream.Url);
        upstream.Publish("beta");
        var once = false;
        upstream.Meddle = (_, path) =>
        {
            if (path == Primary && !once) upstream.Publish("gamma");
            once |= path == Primary;
            return Task.FromResult(false);
        };

        var after = await site.Refresh();

        Assert.Null(after.Arch().Fault);
        Assert.Equal(3, after.Arch().Packages);
        Assert.Equal(new Paper("repomd", upstream.Bytes("repodata/repomd.xml")).Sha256, after.Arch().State);
    }

    [Fact]
    public async Task The_servers_own_network_and_disk_are_not_an_upstream()
    {
        await using var upstream = await Upstream.Open("alpha");
        await using var site = await Site.Open();

        var local = await site.Add(upstream.Url);
        var disk = await Assert.ThrowsAsync<RefusedException>(() => site.Add("file:///etc/", name: "disk"));

        Assert.Contains("loopback or link-local", local.Arch().Fault);
        Assert.Empty(upstream.Asked);
        Assert.Equal((400, true), (disk.Status, disk.Message.Contains("not an http or https address", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_mirrorlist_cannot_lead_to_the_servers_disk_either()
    {
        await using var lists = await Upstream.Open();
        lists.Write("mirrors", "file:///etc/\n"u8.ToArray());
        await using var site = await Pinning.Open();

        var refused = await site.Add(lists.Url + "mirrors", kind: ExternalKind.MirrorList);

        Assert.Contains("names no mirror that can be asked over http or https", refused.Arch().Fault);
    }
}
