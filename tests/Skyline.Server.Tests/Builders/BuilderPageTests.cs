using System.Net;
using System.Text.RegularExpressions;
using Bunit;
using Microsoft.Extensions.DependencyInjection;
using Skyline.Protocol;
using Skyline.Server.Builders;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tests.People;

namespace Skyline.Server.Tests.Builders;

/// <summary>Builders in a browser: without scripts, and what follows them while they are looked at.</summary>
public sealed class BuilderPageTests
{
    static CancellationToken Ct => Xunit.TestContext.Current.CancellationToken;

    static async Task<HttpClient> Admin(Site site)
    {
        var browser = SignInTests.Browser(site);
        await SignInTests.SignIn(browser, site.AdminToken);
        return browser;
    }

    static async Task<HttpResponseMessage> Post(HttpClient browser, string form, string path, params (string, string)[] fields) =>
        await SignInTests.Post(browser, path, [("__RequestVerificationToken", await SignInTests.FormToken(browser, form)), .. fields]);

    [Fact]
    public async Task A_builder_is_enrolled_by_a_form_and_its_command_is_shown_once_and_lets_it_in()
    {
        await using var site = await Site.Open();
        using var browser = await Admin(site);
        Assert.Equal(HttpStatusCode.BadRequest, (await SignInTests.Post(browser, "builders/enrol", ("name", "big"))).StatusCode);

        var made = await Post(browser, "builders", "builders/enrol", ("name", "big"), ("owner", ""), ("channel", "default"));

        Assert.Equal((HttpStatusCode.Redirect, "/builders/big/enrolled"), (made.StatusCode, made.Headers.Location!.ToString()));
        var page = WebUtility.HtmlDecode(await browser.GetStringAsync("builders/big/enrolled", Ct));
        var token = Regex.Match(page, "sky_[A-Za-z0-9_-]+").Value;
        Assert.Contains($"printf '%s\\n' '{token}' | skyline-builder --server '{site.Address.ToString().TrimEnd('/')}' --token-file /dev/stdin", page, StringComparison.Ordinal);
        Assert.Contains("Nothing has been heard of big yet.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("sky_", await browser.GetStringAsync("builders/big/enrolled", Ct), StringComparison.Ordinal);
        Assert.Null(await new PaperBuilder(new BuilderContract(site.Http(token))).TryLease());
        Assert.Contains("big is here.", WebUtility.HtmlDecode(await browser.GetStringAsync("builders/big/enrolled", Ct)), StringComparison.Ordinal);
        Assert.Equal("admin", (await site.Admin.Builder("big", Ct)).Builder.Owner);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync("builders/none/enrolled", Ct)).StatusCode);
    }

    [Fact]
    public async Task A_browser_whose_form_was_refused_is_shown_why_and_the_way_back_and_a_program_the_sentence()
    {
        await using var site = await Site.Open();
        using var browser = await Admin(site);
        Assert.Equal("There is a builder 'local' already.\n", await (await Post(browser, "builders", "builders/enrol", ("name", "local"))).Content.ReadAsStringAsync(Ct));
        browser.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        browser.DefaultRequestHeaders.Referrer = new Uri(site.Address, "/builders?state=idle");

        var refused = await Post(browser, "builders", "builders/enrol", ("name", "<b>local</b>"));

        var page = await refused.Content.ReadAsStringAsync(Ct);
        Assert.Equal((HttpStatusCode.BadRequest, "text/html"), (refused.StatusCode, refused.Content.Headers.ContentType!.MediaType));
        Assert.Contains("A builder cannot be called &#x27;&lt;b&gt;local&lt;/b&gt;&#x27;", page, StringComparison.Ordinal);
        Assert.Contains("href=\"/builders?state=idle\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_administrators_do_with_a_builder_are_forms_of_its_page()
    {
        await using var site = await Site.Open();
        await site.Machine("worn");
        await site.Admin.CreateChannel(new("heavy"), Ct);
        using var browser = await Admin(site);
        Task<HttpResponseMessage> Act(string act, params (string, string)[] more) => Post(browser, "builders/worn?show=change", "builders/worn/act", [("act", act), .. more]);

        Assert.Equal("/builders/worn", (await Act("drain", ("reason", "new kernel"))).Headers.Location!.ToString());
        Assert.Equal((BuilderState.Drained, "new kernel"), (await site.Admin.Builder("worn", Ct)).Builder is var drained ? (drained.State, drained.Reason) : default);
        await Act("enable");
        await Act("weight", ("weight", "50"));
        Assert.Equal(HttpStatusCode.BadRequest, (await Act("weight", ("weight", "many"))).StatusCode);
        await Post(browser, "builders/worn?show=change", "builders/worn/channels", ("act", "put"), ("channel", "heavy"));
        await Post(browser, "builders/worn?show=change", "builders/worn/channels", ("act", "take"), ("channel", "default"));
        Assert.Equal((BuilderState.Enabled, 50, "heavy"), (await site.Admin.Builder("worn", Ct)).Builder is var now ? (now.State, now.Weight, string.Join(' ', now.Channels!)) : default);
        Assert.Equal("/builders", (await Act("remove")).Headers.Location!.ToString());
        Assert.DoesNotContain(await site.Admin.Builders(Ct), one => one.Name == "worn");
    }

    [Fact]
    public async Task The_list_says_what_each_builds_and_is_narrowed_by_its_address()
    {
        await using var site = await Site.Open();
        var builder = await site.Machine("busy");
        await site.Submit();
        await builder.Lease();

        var all = WebUtility.HtmlDecode(await site.Http().GetStringAsync("builders", Ct));
        var idle = WebUtility.HtmlDecode(await site.Http().GetStringAsync("builders?state=never%20seen", Ct));

        Assert.Contains("hello-1-1", all, StringComparison.Ordinal);
        Assert.Contains("href=\"/builders/busy\"", all, StringComparison.Ordinal);
        Assert.DoesNotContain("href=\"/builders/busy\"", idle, StringComparison.Ordinal);
        Assert.Contains("href=\"/builders/local\"", idle, StringComparison.Ordinal);
        Assert.Contains("No builder is like that at the moment.", await site.Http().GetStringAsync("builders?arch=s390x", Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_waits_for_a_builder_sees_it_join_without_a_reload_and_the_wait_ends_with_the_page()
    {
        await using var site = await Site.Open();
        var builder = await site.Machine("big");
        using var context = Context(site);
        var waiting = context.Render<Joining>(parameters => parameters.Add(one => one.Name, "big"));
        Assert.Contains("Nothing has been heard of big yet.", waiting.Markup, StringComparison.Ordinal);

        await builder.TryLease();

        waiting.WaitForAssertion(() => Assert.Contains("big is here.", waiting.Markup, StringComparison.Ordinal), TimeSpan.FromSeconds(10));
        await waiting.Instance.DisposeAsync();
        var looked = waiting.RenderCount;
        site.Part<Bells>().Ring(Bells.Work);
        Assert.Equal(looked, waiting.RenderCount);
    }

    [Fact]
    public void Slots_are_a_bar_with_words_and_more_runs_than_slots_break_nothing()
    {
        using var context = new BunitContext();
        context.Services.AddSingleton(new Words(new Languages(new SkylineSettings())));

        var bar = context.Render<SlotBar>(parameters => parameters.Add(one => one.Name, "big").Add(one => one.Running, 5).Add(one => one.Slots, 4));

        Assert.Equal(("4", "4", "Slots of big in use"), bar.Find("progress") is var progress ? (progress.GetAttribute("value"), progress.GetAttribute("max"), progress.GetAttribute("aria-label")) : default);
        Assert.Contains("5 of 4", bar.Markup, StringComparison.Ordinal);
    }

    static BunitContext Context(Site site)
    {
        var context = new BunitContext();
        context.Services.AddSingleton(site.Part<Database>()).AddSingleton(site.Part<Bells>()).AddSingleton(TimeProvider.System).AddSingleton(new Words(new Languages(new SkylineSettings())));
        return context;
    }
}
