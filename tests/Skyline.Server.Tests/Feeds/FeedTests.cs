using System.Net;
using System.Net.Http.Headers;
using System.Xml;
using System.Xml.Linq;
using Skyline.Protocol;
using Skyline.Server.Feeds;
using Skyline.Server.Storage;

namespace Skyline.Server.Tests.Feeds;

/// <summary>Feeds are Atom 1.0 (RFC 4287), whatever builders print, and are sent to who has them only when they have changed.</summary>
public sealed class FeedTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;
    static readonly XNamespace atom = "http://www.w3.org/2005/Atom";

    static async Task<BuildDetails> Fail(Site site, SkylineClient who, string name, string why)
    {
        var srpm = Papers.Source(name, "1", "1", exclusiveArch: "x86_64");
        var build = await who.Submit(srpm.Open(), srpm.FileName, "paper", scratch: true, Ct);
        var builder = new PaperBuilder(site.LocalBuilder);
        await builder.Report((await builder.Lease()).RunId, RunOutcome.Failed, why);
        return build;
    }

    static async Task<XElement> Read(Site site, string path)
    {
        var answer = await site.Http().GetAsync(path, Ct);
        Assert.Equal(("application/atom+xml", "utf-8"), (answer.Content.Headers.ContentType?.MediaType, answer.Content.Headers.ContentType?.CharSet));
        var feed = XDocument.Parse(await answer.Content.ReadAsStringAsync(Ct)).Root!;
        CheckFeed(feed);
        return feed;
    }

    /// <summary>What RFC 4287 demands of a feed and its entries (§4.1.1, §4.1.2), and that ids are each one's own.</summary>
    static void CheckFeed(XElement feed)
    {
        Assert.Equal(atom + "feed", feed.Name);
        foreach (var one in feed.Elements(atom + "entry").Prepend(feed))
        {
            foreach (var name in new[] { "id", "title", "updated" }) Assert.Single(one.Elements(atom + name));
            Assert.True(Uri.TryCreate(one.Element(atom + "id")!.Value, UriKind.Absolute, out _));
            XmlConvert.ToDateTimeOffset(one.Element(atom + "updated")!.Value);
            Assert.All(one.Elements(atom + "link"), link => Assert.True(Uri.TryCreate(link.Attribute("href")!.Value, UriKind.Absolute, out _)));
            Assert.Single(one.Elements(atom + "link"), link => link.Attribute("rel")!.Value == "alternate");
        }
        Assert.Single(feed.Elements(atom + "link"), link => link.Attribute("rel")!.Value == "self");
        // (Of an entry, or of the feed.)
        Assert.All(feed.Elements(atom + "entry"), entry => Assert.Single(entry.Elements(atom + "author").Elements(atom + "name")));
        var ids = feed.DescendantsAndSelf().Elements(atom + "id").Select(id => id.Value).ToList();
        Assert.Equal(ids.Distinct(), ids);
        var known = new[] { "id", "title", "updated", "link", "generator", "entry", "author", "name", "category", "summary", "feed" };
        Assert.All(feed.DescendantsAndSelf(), element => Assert.Contains(element.Name, known.Select(name => atom + name)));
    }

    static IEnumerable<string> Titles(XElement feed) => feed.Elements(atom + "entry").Select(entry => entry.Element(atom + "title")!.Value);

    [Fact]
    public async Task Builds_that_are_over_are_a_feed_of_all_of_a_person_of_a_package_and_of_a_tag()
    {
        await using var site = await Site.Open(null, null, "--Skyline:PublicUrl=https://build.example.org");
        var (ann, bob) = (await site.Person("ann"), await site.Person("bob"));
        Assert.Empty(Titles(await Read(site, "feeds/builds.atom")));
        await Fail(site, ann, "hello", "a <b>&amp; \u0001\uD800 ]]> 'c'");
        var other = await Fail(site, bob, "other", "no");
        var srpm = Papers.Source("waits", "1", "1", exclusiveArch: "x86_64");
        await ann.Submit(srpm.Open(), srpm.FileName, "paper", scratch: true, Ct);

        var all = await Read(site, "feeds/builds.atom");
        Assert.Equal(["other-1-1 failed", "hello-1-1 failed"], Titles(all));
        Assert.Equal(["hello-1-1 failed"], Titles(await Read(site, "feeds/builds.atom?owner=ann")));
        Assert.Equal(["other-1-1 failed"], Titles(await Read(site, "feeds/builds.atom?package=other")));
        Assert.Equal(2, Titles(await Read(site, "feeds/builds.atom?tag=paper")).Count());
        Assert.Empty(Titles(await Read(site, "feeds/builds.atom?tag=none")));
        var entry = all.Elements(atom + "entry").First();
        Assert.Equal(($"https://build.example.org/builds/{other.Id}", "bob", "failed", $"Build {other.Id} for paper, scratch: no"),
            (entry.Element(atom + "link")!.Attribute("href")!.Value, entry.Element(atom + "author")!.Value, entry.Element(atom + "category")!.Attribute("term")!.Value, entry.Element(atom + "summary")!.Value));
        // An entry is the same one in whichever feed it is, under whatever address the server is known.
        Assert.Equal(entry.Element(atom + "id")!.Value, (await Read(site, "feeds/builds.atom?owner=bob")).Element(atom + "entry")!.Element(atom + "id")!.Value);
        Assert.Matches("<link rel=\"alternate\" type=\"application/atom(\\+|&#x2B;)xml\" href=\"/feeds/builds.atom\"", await site.Http().GetStringAsync("", Ct));
    }

    [Fact]
    public async Task Who_has_a_feed_already_is_told_so()
    {
        await using var site = await Site.Open();
        await Fail(site, site.Admin, "hello", "no");
        var first = await site.Http().GetAsync("feeds/builds.atom", Ct);

        Assert.Equal(HttpStatusCode.NotModified, (await Again(request => request.Headers.IfNoneMatch.Add(first.Headers.ETag!))).StatusCode);
        Assert.Equal(HttpStatusCode.NotModified, (await Again(request => request.Headers.IfModifiedSince = first.Content.Headers.LastModified)).StatusCode);
        await Fail(site, site.Admin, "other", "no");
        Assert.Equal(HttpStatusCode.OK, (await Again(request => request.Headers.IfNoneMatch.Add(first.Headers.ETag!))).StatusCode);

        async Task<HttpResponseMessage> Again(Action<HttpRequestMessage> ask)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "feeds/builds.atom");
            ask(request);
            return await site.Http().SendAsync(request, Ct);
        }
    }

    [Fact]
    public async Task A_tags_states_are_a_feed_with_what_each_took_in()
    {
        await using var site = await Site.Open();
        var srpm = Papers.Source("hello", "1", "1", exclusiveArch: "x86_64");
        var build = await site.Admin.Submit(srpm.Open(), srpm.FileName, "paper", scratch: false, Ct);
        await new PaperBuilder(site.LocalBuilder).Build(Papers.Source("hello", "1", "1.pp1"), Papers.Binary("hello", "1", "1.pp1", "x86_64", "hello-1-1.pp1.src.rpm"));
        while ((await site.Admin.Build(build.Id, Ct)).State != BuildState.Complete) await site.Part<Bells>().Wait(site.Part<Bells>().Next(Bells.Builds), TimeSpan.FromSeconds(1), Ct);

        var feed = await Read(site, "feeds/tags/paper/snapshots.atom");
        Assert.Contains("hello-1-1.pp1", feed.Elements(atom + "entry").First().Element(atom + "summary")!.Value);
        Assert.Equal(HttpStatusCode.NotFound, (await site.Http().GetAsync("feeds/tags/none/snapshots.atom", Ct)).StatusCode);
    }

    [Fact]
    public async Task The_address_of_ones_own_feed_reads_ones_notices_and_nothing_else_until_it_is_taken_back()
    {
        await using var site = await Site.Open(null, null, "--Skyline:AnonymousMayRead=false");
        var ann = await site.Person("ann");
        await site.Part<Database>().Write(tx => Skyline.Server.Notices.Notify.Put(tx, tx.One<long>("SELECT id FROM users WHERE name = 'ann'"), NoticeKind.Fails, "hello does not build any more", "/builds/1", 1), Ct);
        var path = new Uri((await ann.MakeFeed(Ct)).Address).AbsolutePath;
        var feed = await Read(site, path);
        Assert.Equal(["hello does not build any more"], Titles(feed));
        Assert.DoesNotContain(path, feed.ToString());
        Assert.Equal(HttpStatusCode.Unauthorized, (await site.Http().GetAsync("feeds/builds.atom", Ct)).StatusCode);
        using var bearer = new HttpRequestMessage(HttpMethod.Get, "api/notices") { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", path.Split('/')[^1][..^5]) } };
        Assert.Equal(HttpStatusCode.Unauthorized, (await site.Http().SendAsync(bearer, Ct)).StatusCode);

        var next = new Uri((await ann.MakeFeed(Ct)).Address).AbsolutePath;
        Assert.Equal(HttpStatusCode.NotFound, (await site.Http().GetAsync(path, Ct)).StatusCode);
        await site.Admin.EditPerson("ann", new(Disabled: true), Ct);
        Assert.Equal(HttpStatusCode.NotFound, (await site.Http().GetAsync(next, Ct)).StatusCode);
        await site.Admin.EditPerson("ann", new(Disabled: false), Ct);
        await Read(site, next);
        await ann.TakeBackFeed(Ct);
        Assert.Equal(HttpStatusCode.NotFound, (await site.Http().GetAsync(next, Ct)).StatusCode);
    }

    [Fact]
    public void The_same_entries_are_the_same_bytes()
    {
        var feed = new AtomFeed("T", "/feeds/x", "/", 5, [new("build 1", "t", null, "/builds/1", "ann", null, 1_700_000_000_123)]);
        Assert.Equal(feed.Written("https://a.example", "Acme"), feed.Written("https://a.example", "Acme"));
        Assert.Contains("<updated>2023-11-14T22:13:20.123Z</updated>", System.Text.Encoding.UTF8.GetString(feed.Written("https://a.example", "Acme")), StringComparison.Ordinal);
    }
}
