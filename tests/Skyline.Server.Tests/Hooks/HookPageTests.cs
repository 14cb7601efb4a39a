using System.Net;
using System.Text.RegularExpressions;
using Bunit;
using Skyline.Protocol;
using Skyline.Server.Hooks;
using Skyline.Server.Storage;
using Skyline.Server.Tests.People;
using Skyline.Server.Tests.Shell;
using Skyline.Server.Tests.Sources;

namespace Skyline.Server.Tests.Hooks;

/// <summary>Hooks in a browser without scripts, and one hook from its making to packages.</summary>
public sealed class HookPageTests
{
    static CancellationToken Ct => Xunit.TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_hook_is_made_looked_at_and_removed_by_forms_and_its_secret_is_shown_once()
    {
        await using var site = await HookSite.Open(Forge.GitHub);
        using var browser = SignInTests.Browser(site.Site);
        await SignInTests.SignIn(browser, site.Site.AdminToken);

        async Task<HttpResponseMessage> Post(string path, params (string, string)[] fields) => await SignInTests.Post(browser, path, [("__RequestVerificationToken", await SignInTests.FormToken(browser, "me/hooks")), .. fields]);
        var made = await Post("me/hooks/add", ("name", "form"), ("forge", "GitHub"), ("url", site.Voice.Repository), ("target", "paper"), ("branches", "main, rpms/*"), ("tags", ""), ("pullRequests", "Members"), ("method", ""), ("scratch", "true"));
        Assert.Equal((HttpStatusCode.Redirect, "/me/hooks/form"), (made.StatusCode, made.Headers.Location?.ToString()));
        var page = await browser.GetStringAsync("me/hooks/form", Ct);
        var secret = Regex.Match(page, "[0-9a-f]{64}").Value;
        var hook = await site.Site.Admin.Hook("form", Ct);
        Assert.Contains(hook.Address, page, StringComparison.Ordinal);
        Assert.Equal(("main rpms/*", true), (string.Join(' ', hook.Branches), hook.Scratch));
        Assert.DoesNotMatch("[0-9a-f]{64}", await browser.GetStringAsync("me/hooks/form", Ct));

        Assert.Equal(HttpStatusCode.OK, (await site.Deliver(site.Voice.Opened(7, HookSite.Commit(1)), secret: secret, address: hook.Address)).Status);
        page = WebUtility.HtmlDecode(await browser.GetStringAsync("me/hooks/form", Ct));
        Assert.Contains("Pull request 7 is by stranger", page, StringComparison.Ordinal);
        var action = Regex.Match(page, "action=\"/(me/hooks/form/build/[0-9]+)\"").Groups[1].Value;
        Assert.Equal(HttpStatusCode.Redirect, (await Post(action)).StatusCode);
        Assert.Contains("Build 1", await browser.GetStringAsync("me/hooks/form", Ct), StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.BadRequest, (await SignInTests.Post(browser, "me/hooks/form/act", ("act", "remove"))).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await Post("me/hooks/form/act", ("act", "rotate"))).StatusCode);
        Assert.Matches("[0-9a-f]{64}", await browser.GetStringAsync("me/hooks/form", Ct));
        Assert.Equal("/me/hooks", (await Post("me/hooks/form/act", ("act", "remove"))).Headers.Location?.ToString());
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync("me/hooks/form", Ct)).StatusCode);
    }

    [Fact]
    public async Task What_comes_is_on_the_page_of_who_waits_for_it_and_what_a_stranger_writes_is_text_there()
    {
        await using var site = await HookSite.Open(Forge.GitHub);
        await site.Site.Person("somebody");
        using var connected = new PageContext(site.Site);
        var (came, notes, others) = (Of<HookDeliveries>("packager"), Of<HookHealthNotes>("packager"), Of<HookDeliveries>("somebody"));
        Assert.Contains("Nothing came yet.", came.Markup);
        Assert.Contains("branches main, rpms/**", notes.Markup);

        var (name, body) = site.Voice.Opened(7, HookSite.Commit(1));
        await site.Deliver((name, body.Replace("\"stranger\"", "\"<script>alert(1)</script>\"", StringComparison.Ordinal)));

        came.Shows("&lt;script&gt;alert(1)");
        Assert.Equal($"/me/hooks/hello/build/{(await site.Deliveries())[0].Id}", came.Find("tbody form").GetAttribute("action"));
        await site.Deliver(site.Voice.Push("main/\u202e<b>", HookSite.Commit(2), null, "hello.spec"));
        came.Shows("‹U+202E›&lt;b&gt;");
        Assert.DoesNotContain("tbody", others.Markup);
        using var browser = SignInTests.Browser(site.Site);
        await SignInTests.SignIn(browser, site.Site.AdminToken);
        var page = await browser.GetStringAsync("me/hooks/hello", Ct);
        Assert.Contains("&lt;script&gt;alert(1)", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);

        await site.Packager.RemoveHook("hello", Ct);
        await site.Deliver(site.Voice.Opened(8, HookSite.Commit(3)));
        var hook = site.Site.Part<Database>().Read(db => db.One<long>("SELECT id FROM hooks"));
        await came.IsLeft(connected.Bells, Bells.Hook(hook));
        await notes.IsLeft(connected.Bells, Bells.Deliveries);

        IRenderedComponent<T> Of<T>(string person) where T : FollowsHook => connected.Shown<T>(person, all => all.Add(one => one.Name, "hello").Add(one => one.Server, "https://build.example.org"));
    }

    [Fact]
    public async Task A_pull_requests_commit_is_fetched_from_the_repository_itself_and_becomes_packages()
    {
        await using var git = await GitHost.Open();
        var repository = await git.Repository("hello", ("hello.spec", "Name: hello\n"));
        var main = (await repository.Git(Ct, "rev-parse", "HEAD")).Trim();
        // As forges keep what a fork sent: by a ref that is no branch.
        var commit = await repository.Commit(Ct, ("hello.spec", "Name: hello\nVersion: 2\n"));
        await repository.Git(Ct, "update-ref", "refs/pull/7/head", commit);
        await repository.Git(Ct, "reset", "--hard", main);
        await using var site = await HookSite.OpenOf(Forge.Forgejo, git.Url("hello"));
        var builder = new PaperBuilder(site.Site.LocalBuilder);
        var (source, binary) = (Papers.Source("hello", "2", "1", exclusiveArch: "x86_64"), Papers.Binary("hello", "2", "1"));

        var answer = await site.Deliver(site.Voice.Opened(7, commit, fromFork: false));
        Assert.Equal(DeliveryOutcome.Built, answer.Said?.Outcome);
        var making = await builder.Build(source);
        await builder.Build(source, binary);
        var build = await site.Build(answer.Said);
        while (build.State is not (BuildState.Complete or BuildState.Failed)) build = await site.Site.Admin.WaitBuild(build.Id, build.Revision, 20, Ct);

        Assert.Equal((commit, "buildSRPM"), (making.Source!.Commit, making.Kind));
        Assert.Equal((BuildState.Complete, "hello-2-1", true, "pull request 7"), (build.State, build.Nvr, build.Scratch, build.Source!.Line));
        Assert.Contains($"<dt>commit</dt><dd><code>{commit}</code>, of pull request 7 by a hook</dd>", await site.Site.Http().GetStringAsync($"builds/{build.Id}", Ct), StringComparison.Ordinal);
    }
}
