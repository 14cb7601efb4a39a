using Skyline.Protocol;
using Skyline.Server.Storage;
using Skyline.Server.Tests.Externals;
using Skyline.Server.Tests.Tags;

namespace Skyline.Server.Tests.SideTags;

/// <summary>A side tag is promoted as a whole, if every rule holds. The chroot's repositories are not pinned here: what they provide is taken for granted.</summary>
public sealed class PromotionTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_that_a_side_tag_has_comes_at_once_and_leaves_it()
    {
        await using var site = await Site.Open();
        var ann = await site.Person("ann");
        await site.Build(ann, "paper", "foo", "1");
        var side = await ann.MakeSideTag();
        await site.Build(ann, side, "foo", "2");
        await site.Build(ann, side, "bar", "1");

        var preview = await ann.PromoteSideTag(side, new(), preview: true, Ct);
        Assert.Equal(["foo-1"], await site.Listed("paper"));
        var done = await ann.PromoteSideTag(side, new(), preview: false, Ct);

        Assert.All(preview.Gates, gate => Assert.True(gate.Passed, gate.Says));
        Assert.Equal((true, true, "paper"), (preview.Preview, preview.Passes, preview.Into));
        Assert.Equal(["built", "signed", "newer", "installs"], preview.Gates.Select(gate => gate.Rule));
        Assert.Equal(["Added bar  bar-1-1.x86_64", "Upgraded foo foo-1-1.x86_64 foo-2-1.x86_64"], preview.Repositories.Single(one => one.Tag == "paper").Changes.Where(change => change.Repo == "x86_64").Select(Told).Order(StringComparer.Ordinal));
        Assert.Equal(["foo-2-1", "bar-1-1"], done.Builds);
        Assert.Equal(["bar-1", "foo-2"], await site.Listed("paper"));
        Assert.Empty((await ann.SideTag(side, Ct)).Builds);
        Assert.Contains("2 builds promoted from side tag 'paper-side-1'", await site.Http().GetStringAsync("api/tags/paper/events", Ct));
        Assert.Contains("no builds of its own left to promote: 2 builds promoted into 'paper' by ann", await SideWork.Refused(ann.PromoteSideTag(side, new(), preview: false, Ct), 409));
    }

    static string Told(PackageChange change) => $"{change.Kind} {change.Name} {change.From} {change.To}";

    [Fact]
    public async Task What_would_not_install_any_more_keeps_it_back_until_it_is_rebuilt_too()
    {
        await using var site = await Site.Open();
        var ann = await site.Person("ann");
        await site.Build(ann, "paper", "libfoo", "1", SideWork.Made("libfoo", "1", provides: ["libfoo.so.1()(64bit)"]));
        await site.Build(ann, "paper", "user", "1", SideWork.Made("user", "1", requires: ["libfoo.so.1()(64bit)", "libc.so.6()(64bit)"]));
        await site.Build(ann, "paper", "broken", "1", SideWork.Made("broken", "1", requires: ["libfoo.so.1()(64bit)", "libfoo = 7-1"]));
        var side = await ann.MakeSideTag();
        await site.Build(ann, side, "libfoo", "2", SideWork.Made("libfoo", "2", provides: ["libfoo.so.2()(64bit)"]));

        var early = await ann.PromoteSideTag(side, new(), preview: true, Ct);
        var refused = await SideWork.Refused(ann.PromoteSideTag(side, new(), preview: false, Ct), 409);
        await site.Build(ann, side, "user", "2", SideWork.Made("user", "2", requires: ["libfoo.so.2()(64bit)", "libc.so.6()(64bit)"]));
        var done = await ann.PromoteSideTag(side, new(), preview: false, Ct);

        Assert.False(early.Passes);
        Assert.Contains("1 package could not be installed any more", early.Gate("installs").Says);
        Assert.Contains("user-1-1.x86_64: package user-1-1.x86_64 requires libfoo.so.1()(64bit), but none of the providers can be installed", Assert.Single(early.Gate("installs").Details));
        Assert.Contains("was not promoted into 'paper'", refused);
        Assert.Contains("libfoo.so.1()(64bit)", refused);
        Assert.Contains("1 package could not be installed before either", done.Gate("installs").Says);
        Assert.Contains("taken for granted", done.Gate("installs").Says);
        Assert.Equal(["broken-1", "libfoo-2", "user-2"], await site.Listed("paper"));
    }

    [Fact]
    public async Task What_is_not_built_is_older_or_nobodys_to_promote_is_refused_with_a_sentence()
    {
        await using var site = await Site.Open();
        var ann = await site.Person("ann");
        await site.MakeTags("other");
        await site.Build(ann, "paper", "foo", "5");
        var side = await ann.MakeSideTag();
        Assert.Contains("has no builds of its own, so there is nothing to promote", await SideWork.Refused(ann.PromoteSideTag(side, new(), preview: true, Ct), 409));
        await site.Build(ann, side, "foo", "4");
        var open = await ann.Send(side, "late", "1");

        Assert.Contains($"late-1-1 (build {open.Id}) is waiting.", (await ann.PromoteSideTag(side, new(), preview: true, Ct)).Gate("built").Says);
        await ann.Cancel(open.Id, Ct);
        await site.Part<Database>().Write(tx => tx.Execute("INSERT INTO batches (kind, title, target_id, side_tag_id, priority, owner_id, state, created_at) SELECT 'Chain', 'all', target_id, tag_id, 25, owner_id, 'Running', 1 FROM side_tags"), Ct);
        Assert.Matches("Batch [0-9]+ is built in it and is not over.", (await ann.PromoteSideTag(side, new(), preview: true, Ct)).Gate("built").Says);
        await site.Part<Database>().Write(tx => tx.Execute("UPDATE batches SET state = 'Complete'"), Ct);
        Assert.Contains("foo-4-1 has foo 4-1, and 'paper' holds 5-1 of foo-5-1", await SideWork.Refused(ann.PromoteSideTag(side, new(), preview: false, Ct), 409));
        Assert.Contains("'other' is nobody's own tag, so release engineers and administrators alone change it", await SideWork.Refused(ann.PromoteSideTag(side, new("other"), preview: false, Ct), 403));
        Assert.Contains("Only administrators may pass by", await SideWork.Refused(ann.PromoteSideTag(side, new(SkipInstallCheck: true), preview: false, Ct), 403));
        await SideWork.Refused(ann.PromoteSideTag(side, new("nowhere"), preview: false, Ct), 404);

        var allowed = await site.Admin.PromoteSideTag(side, new(AllowOlder: true, SkipInstallCheck: true), preview: false, Ct);
        Assert.Equal((true, true), (allowed.Gate("newer").Skipped, allowed.Gate("installs").Skipped));
        Assert.Equal(["foo-4"], await site.Listed("paper"));
        Assert.Contains("without the check that all can be installed", await site.Http().GetStringAsync("api/tags/paper/events", Ct));
    }

    [Fact]
    public async Task Of_two_who_promote_at_once_one_does_and_the_other_is_told_so()
    {
        await using var site = await Site.Open();
        var ann = await site.Person("ann");
        var side = await ann.MakeSideTag();
        await site.Build(ann, side, "foo", "1");

        var both = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Try(ann.PromoteSideTag(side, new(), preview: false, Ct))));

        Assert.Single(both, one => one is null);
        Assert.Contains("left to promote: 1 build promoted into 'paper' by ann", Assert.Single(both, one => one is not null));
        Assert.Single((await ann.TagEvents("paper", Ct)).Events, one => one.Kind == "Tag");

        static async Task<string?> Try(Task<SideTagPromotion> promote)
        {
            try
            {
                await promote;
                return null;
            }
            catch (RefusedException refused)
            {
                return refused.Message;
            }
        }
    }

    [Fact]
    public async Task What_the_pinned_repositories_have_counts_down_to_its_files()
    {
        await using var upstream = await Upstream.Open("alpha");
        await using var site = await Pinning.OfChroot(upstream.Url);
        var side = await site.Admin.MakeSideTag("up");
        await site.Admin.Import(SideWork.Made("app", "1", requires: ["/usr/share/alpha/words"]).Open(), side, Ct);
        Assert.Contains("'up-1-base' for x86_64 is not pinned yet", (await site.Admin.PromoteSideTag(side, new(), preview: true, Ct)).Gate("installs").Says);
        await new PaperBuilder(site.LocalBuilder).TryLease();
        await site.Refresh("up-1-base");

        var good = (await site.Admin.PromoteSideTag(side, new(), preview: true, Ct)).Gate("installs");
        await site.Admin.Import(SideWork.Made("bad", "1", requires: ["/usr/share/alpha/other", "app"]).Open(), side, Ct);
        var bad = (await site.Admin.PromoteSideTag(side, new(), preview: true, Ct)).Gate("installs");

        Assert.True(good.Passed, good.Says);
        Assert.DoesNotContain("taken for granted", good.Says);
        Assert.Contains("bad-1-1.x86_64: nothing provides /usr/share/alpha/other needed by bad-1-1.x86_64", Assert.Single(bad.Details));
    }

    [Fact]
    public async Task Its_page_shows_its_owner_the_rules_and_a_button_that_promotes()
    {
        await using var site = await Site.Open();
        var ann = (await site.Admin.AddPerson(new NewPerson("ann"), Ct)).Token;
        var client = new SkylineClient(site.Http(ann));
        var side = await client.MakeSideTag(note: "a <new> foo");
        await site.Build(client, side, "foo", "1");
        using var browser = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = site.Address };

        Assert.Contains($"href=\"/side-tags/{side}\"", await browser.GetStringAsync("side-tags", Ct));
        var stranger = await browser.GetStringAsync($"side-tags/{side}?check=true", Ct);
        Assert.Contains("a &lt;new&gt; foo", stranger);
        Assert.DoesNotContain("Promote all of it", stranger);
        await Post(browser, "login", "login", ("token", ann));
        var page = await browser.GetStringAsync($"side-tags/{side}?check=true", Ct);
        Assert.Contains("dnf finds a way to install 1 package", page);
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, (await browser.PostAsync($"side-tags/{side}/promote", new FormUrlEncodedContent([]), Ct)).StatusCode);
        var sent = await Post(browser, $"side-tags/{side}", $"side-tags/{side}/promote");

        Assert.StartsWith("/tags/paper?told=", sent.Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.Contains("foo-1-1 promoted from", await browser.GetStringAsync(sent.Headers.Location!.ToString().Split('#')[0], Ct));
        Assert.Equal(["foo-1"], await site.Listed("paper"));
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await browser.GetAsync("side-tags/nowhere", Ct)).StatusCode);
    }

    /// <summary>Sends a page's form, with the page's own token.</summary>
    static async Task<HttpResponseMessage> Post(HttpClient browser, string page, string to, params (string Name, string Value)[] fields)
    {
        // The last form is the page's own; before it may be the one that signs out.
        var token = System.Text.RegularExpressions.Regex.Matches(await browser.GetStringAsync(page, Ct), "name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")[^1].Groups[1].Value;
        return await browser.PostAsync(to, new FormUrlEncodedContent([new("__RequestVerificationToken", token), .. fields.Select(field => KeyValuePair.Create(field.Name, field.Value))]), Ct);
    }

    [Fact]
    public async Task Without_dnfs_solver_the_rule_says_how_to_have_it()
    {
        await using var site = await Site.Open(settings: "--Skyline:InstallCheckPython=/nonexistent/python3");
        var side = await site.Admin.MakeSideTag();
        await site.Build(site.Admin, side, "foo", "1");

        var refused = await SideWork.Refused(site.Admin.PromoteSideTag(side, new(), preview: false, Ct), 409);

        Assert.Contains("install python3-dnf on the server", refused);
        Assert.Contains("--skip-install-check", refused);
        Assert.True((await site.Admin.PromoteSideTag(side, new(SkipInstallCheck: true), preview: false, Ct)).Passes);
    }
}
