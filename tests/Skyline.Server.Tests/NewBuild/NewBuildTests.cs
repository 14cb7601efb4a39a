using System.Net;
using System.Net.Http.Json;
using Skyline.Protocol;
using Skyline.Server.Tests.Chains;
using Skyline.Server.Tests.Shell;

namespace Skyline.Server.Tests.NewBuild;

/// <summary>The page that starts builds, as a browser without JavaScript uses it, and as its script does.</summary>
public sealed class NewBuildTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static Paper Source(string name) => Papers.Source(name, "1", "1", exclusiveArch: "x86_64");

    static string Short(Paper source) => source.Sha256[..16];

    static string Led(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return answer.Headers.Location!.ToString();
    }

    [Fact]
    public async Task A_source_package_is_sent_looked_at_and_built()
    {
        await using var site = await Site.Open();
        using var browser = await Posts.Of(site);

        Assert.Contains("None yet.", await browser.Page("new"));
        var sent = Led(await browser.SendFiles("new?target=paper&scratch=true", "/new/sources", Source("hello")));
        var shown = await browser.Page(sent);
        var build = Led(await browser.Send(sent, "/new", ("target", "paper"), ("source", Short(Source("hello"))), ("scratch", "true"), ("with", "docs"), ("macros", "vendor us"), ("priority", "25"), ("act", "build")));

        Assert.Contains("scratch=true", sent);
        Assert.Contains("hello-1-1", shown);
        Assert.Contains("nothing speaks against it", shown);
        var made = await site.Admin.Build(1, Ct);
        Assert.Equal("/builds/1", build);
        Assert.Equal((true, 25, "--with=docs --define=vendor us"), (made.Scratch, made.Priority, string.Join(' ', made.Options!.Words())));
    }

    [Fact]
    public async Task What_speaks_against_one_is_said_of_that_one_and_nothing_is_queued()
    {
        await using var site = await Site.Open();
        using var browser = await Posts.Of(site);
        var (old, other) = (Source("old"), Papers.Source("other", "1", "1", exclusiveArch: "s390x"));
        await site.Admin.Submit(old.Open(), old.FileName, "paper", scratch: false, Ct);
        foreach (var source in new[] { old, other, Source("fresh") }) await site.Admin.Send(source);
        (string, string)[] all = [("target", "paper"), ("source", Short(old)), ("source", Short(other)), ("source", Short(Source("fresh")))];

        var back = Led(await browser.Send("new", "/new", [.. all, ("act", "build")]));
        var page = await browser.Page(back);

        Assert.Single((await site.Admin.Builds(ct: Ct)).Builds);
        Assert.Contains("Nothing was queued", page);
        Assert.Contains("old-1-1 is being built for paper already (build 1).", page);
        Assert.Contains("other-1-1.src.rpm builds for none of paper's architectures", page);
        Assert.DoesNotContain("Nothing was queued", await browser.Page(back));
        // A wrong option is said of all of them.
        Assert.Contains("'no-such!' is no name of a condition", await browser.Page(back + "&with=no-such!"));
        Assert.Contains("There is no target 'nowhere'", await browser.Page("new?target=nowhere&source=" + Short(old)));
    }

    [Fact]
    public async Task Several_are_built_apart_as_a_batch_or_arranged_as_a_chain()
    {
        await using var site = await Site.Open();
        using var browser = await Posts.Of(site);
        Paper[] sources = [ChainSite.Source("app", null, "lib-devel"), ChainSite.Source("lib")];
        foreach (var source in sources) await site.Admin.Send(source);
        (string, string)[] all = [("target", "paper"), ("source", Short(sources[0])), ("source", Short(sources[1])), ("act", "build")];

        var found = Led(await browser.Send("new", "/new", [.. all, ("together", "found")]));
        var given = Led(await browser.Send("new", "/new", [.. all, ("together", "given"), ("nocheck", "true")]));
        var refused = await browser.Page(Led(await browser.Send("new", "/new", [.. all, ("together", "batch"), ("draft", "true")])));
        var batch = Led(await browser.Send("new", "/new", [.. all, ("together", "batch"), ("scratch", "true")]));
        var apart = Led(await browser.Send("new", "/new", all));

        var chain = await site.Admin.Batch(Assert.Single((await site.Admin.Batches(Ct)).Batches).Id, Ct);
        Assert.Equal(("/chains/edit/1", "/chains/edit/2", $"/chains/{chain.Id}", "/new?begun="), (found, given, batch, apart[..11]));
        Assert.Contains("it needs lib-devel, which lib-devel has", await browser.Page(found));
        Assert.Contains("--nocheck", await browser.Page(given));
        Assert.Contains("Builds that belong together are drafts where", refused);
        Assert.Equal((2, 1), (chain.Counts.All, chain.Waves.Count));
        var begun = await browser.Page(apart);
        Assert.Contains("Queued just now", begun);
        Assert.Contains("app-1-1", begun);
    }

    [Fact]
    public async Task A_script_sends_a_file_by_its_hash_with_the_pages_token_and_goes_on_where_it_broke_off()
    {
        await using var site = await Site.Open();
        using var browser = await Posts.Of(site);
        var source = Source("hello");
        var token = (await browser.Hidden("new", "/new/sources")).First(field => field.Key == "__RequestVerificationToken").Value;
        var address = $"new/sources/{source.Sha256}";

        Assert.Equal(HttpStatusCode.BadRequest, (await browser.Put(address, null, source.Bytes)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.Put(address, "forged", source.Bytes)).StatusCode);
        var none = await (await browser.Get(address)).Content.ReadFromJsonAsync(SkylineJson.Default.SourceState, Ct);
        Assert.Equal((0, false), (none!.Bytes, none.Kept));
        var wrong = await browser.Put($"{address}?name={source.FileName}&offset=7", token, source.Bytes[7..]);
        Assert.Contains("goes on from byte 0", await wrong.Content.ReadAsStringAsync(Ct));
        var bad = await browser.Put($"new/sources/{new string('0', 64)}?name=x.src.rpm", token, [1, 2, 3]);
        Assert.Equal("application/problem+json", bad.Content.Headers.ContentType!.MediaType);
        var whole = await (await browser.Put($"{address}?name={source.FileName}&offset=0", token, source.Bytes)).Content.ReadFromJsonAsync(SkylineJson.Default.SourceState, Ct);
        Assert.Equal((true, "hello-1-1"), (whole!.Kept, whole.Nvr));
        Assert.Contains("hello-1-1", await browser.Page("new?source=" + Short(source)));
    }

    [Fact]
    public async Task The_server_fetches_from_an_address_and_says_of_each_what_is_wrong_with_it()
    {
        await using var site = await Site.Open(null, null, "--Skyline:FetchFromLocalAddresses=true");
        await using var files = await FileHost.Open();
        using var browser = await Posts.Of(site);
        var source = Source("hello");
        var address = files.Serve(source);

        var led = Led(await browser.Send("new?from=url&scratch=true", "/new/fetch", ("url", $"{address}\n{address.Replace("hello", "none", StringComparison.Ordinal)}\nnonsense")));
        var page = await browser.Page(led);

        Assert.Contains("scratch=true", led);
        Assert.Contains($"source={Short(source)}", led);
        Assert.Contains("hello-1-1", page);
        Assert.Contains("answered 404", page);
        Assert.Contains("'nonsense' is no http(s) address.", page);
    }

    [Fact]
    public async Task Who_may_not_build_is_led_to_the_door_and_others_sources_are_nobodys_to_pick()
    {
        await using var site = await Site.Open();
        var viewer = (await site.Admin.AddPerson(new NewPerson("viewer", "viewer"), Ct)).Token;
        var other = (await site.Admin.AddPerson(new NewPerson("other"), Ct)).Token;
        await site.Admin.Send(Source("hello"));
        using var watching = await Posts.Of(site, viewer);
        using var building = await Posts.Of(site, other);

        Assert.Contains("to build here", await site.Http().GetStringAsync("new", Ct));
        Assert.DoesNotContain("action=\"/new\"", await watching.Page("new"));
        Assert.DoesNotContain("hello-1-1", await building.Page("new?source=" + Short(Source("hello"))));
    }
}
