using System.Net;
using Skyline.Protocol;
using Skyline.Server.Tests.SideTags;

namespace Skyline.Server.Tests.Tags;

/// <summary>What the API does to tags can be clicked: by posted forms, which say beside themselves what became of them.</summary>
public sealed class TagFormTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static async Task<(SkylineClient Client, FormBrowser Browser)> Person(Site site, string name, string role = "packager")
    {
        var token = (await site.Admin.AddPerson(new NewPerson(name, role), Ct)).Token;
        return (new(site.Http(token)), await FormBrowser.Open(site, token));
    }

    [Fact]
    public async Task A_packager_makes_a_tag_of_their_own_changes_it_and_removes_it_with_its_target()
    {
        await using var site = await Site.Open();
        var (ann, browser) = await Person(site, "ann");
        using var _ = browser;

        var refused = await browser.Post("tags", ("kind", "own"), ("name", "no good"), ("base", "paper"), ("description", "My <tools>"));
        Assert.Equal("/tags?show=new", refused.Address);
        Assert.Contains("'ann/no good' is not", refused.Page);
        Assert.Contains("value=\"My <tools>\"", refused.Page);
        Assert.Equal("/tags/ann~tools", (await browser.Post("tags", ("kind", "own"), ("name", "tools"), ("base", "paper"), ("description", "My tools"))).Address);
        Assert.Equal(("My tools", "paper"), await ann.Tag("ann/tools", Ct) is var made ? (made.Description, made.Parents![0].Parent) : default);

        var changed = await browser.Post("tags/ann~tools/change", ("act", "settings"), ("hasRules", "true"), ("hasArches", "true"), ("arches", "x86_64"), ("description", "Ours"), ("demandsListed", "true"), ("holds", "All"), ("chroot", "paper-1"), ("compression", "Zstd"));
        Assert.Equal("/tags/ann~tools?show=change", changed.Address);
        Assert.Contains("ann/tools: ", changed.Page);
        Assert.Equal(("Ours", true, TagHolds.All, "x86_64"), await ann.Tag("ann/tools", Ct) is var after ? (after.Description, after.DemandsListed, after.Holds, string.Join(' ', after.Arches)) : default);

        Assert.Contains("Write 'ann/tools' into the field", (await browser.Post("tags/ann~tools/remove", ("sure", "something"))).Page);
        var needed = await browser.Post("tags/ann~tools/remove", ("sure", "ann/tools"));
        Assert.Contains("remove it first", needed.Page);
        Assert.Contains("action=\"/targets/ann~tools/remove\"", needed.Page);
        var targetGone = await browser.Post("targets/ann~tools/remove", ("back", "/tags/ann~tools?show=remove"));
        Assert.Equal("/tags/ann~tools?show=remove", targetGone.Address);
        Assert.DoesNotContain("action=\"/targets/ann~tools/remove\"", targetGone.Page);
        var gone = await browser.Post("tags/ann~tools/remove", ("sure", "ann/tools"));
        Assert.Equal("/tags", gone.Address);
        Assert.Contains("ann/tools: removed", gone.Page);
        Assert.Equal(["paper"], (await ann.Tags(Ct)).Select(tag => tag.Name));
        Assert.Contains("The tag was removed", await browser.Page("tags/ann~tools/history"));
    }

    [Fact]
    public async Task Builds_go_in_out_and_elsewhere_and_a_preview_changes_nothing()
    {
        await using var site = await Site.Open();
        await site.MakeTags("stable", "next");
        var (ray, browser) = await Person(site, "ray", "release-engineer");
        using var _ = browser;
        await site.Import("hello", "1");
        await site.Import("world", "1");

        var seen = await browser.Post("tags/stable/change", ("act", "tag"), ("builds", "hello-1-1, world-1-1"), ("preview", "true"));
        Assert.Equal("/tags/stable?show=builds", seen.Address);
        Assert.Contains("This would be done:", seen.Page);
        Assert.Contains("<td>hello</td><td>x86_64</td>", seen.Page);
        Assert.Contains(">hello-1-1, world-1-1</textarea>", seen.Page);
        Assert.Empty((await ray.Tag("stable", Ct)).Builds);

        Assert.Contains("stable: hello-1-1 tagged", (await browser.Post("tags/stable/change", ("act", "tag"), ("builds", "hello-1-1\nworld-1-1"))).Page);
        Assert.Contains("stable: world-1-1 untagged", (await browser.Post("tags/stable/change", ("act", "untag"), ("builds", "world-1-1"))).Page);
        Assert.Contains("next: hello-1-1 tagged", (await browser.Post("tags/stable/change", ("act", "move"), ("builds", "hello-1-1"), ("to", "next"))).Page);
        Assert.Contains("paper: hello-1-1 tagged", (await browser.Post("tags/next/change", ("act", "promote"), ("to", "paper"))).Page);
        Assert.Equal((0, 1, 1), ((await ray.Tag("stable", Ct)).Builds.Count, (await ray.Tag("next", Ct)).Builds.Count, (await ray.Tag("paper", Ct)).Builds.Count));
        Assert.Contains("There is no build 'nothing-1-1' here.", (await browser.Post("tags/stable/change", ("act", "tag"), ("builds", "nothing-1-1"))).Page);
    }

    [Fact]
    public async Task Packages_are_listed_and_blocked_links_bounded_settings_said_externals_refused_and_snapshots_gone_back_to()
    {
        await using var site = await Site.Open();
        await site.MakeTags("base");
        var (ray, browser) = await Person(site, "ray", "release-engineer");
        using var _ = browser;
        await site.Import("hello", "1", "paper");
        var first = await site.UpToDate("paper");
        await site.Import("world", "1", "paper");
        await site.UpToDate("paper");

        var listed = await browser.Post("tags/paper/change", ("act", "list"), ("packages", "hello world"), ("owner", "ray"));
        Assert.Equal("/tags/paper/packages", listed.Address);
        Assert.Contains(">ray</td>", listed.Page);
        Assert.Contains("There is nobody called 'nobody' here", (await browser.Post("tags/paper/change", ("act", "list"), ("packages", "hello"), ("owner", "nobody"))).Page);
        await browser.Post("tags/paper/change", ("act", "block"), ("packages", "evil"));
        Assert.Equal(["evil"], (await ray.Tag("paper", Ct)).Blocked);
        Assert.Contains(">blocked</span>", await browser.Page("tags/paper/packages?blocked=true"));

        Assert.Contains("A priority is a whole number", (await browser.Send("tags/paper/change", ("act", "link"), ("one", "base"), ("priority", "high"))) is var bad ? await bad.Content.ReadAsStringAsync(Ct) : "");
        await browser.Post("tags/paper/change", ("act", "link"), ("one", "base"), ("priority", "7"), ("maxdepth", "0"), ("noconfig", "true"), ("filter", "h.*"));
        Assert.Equal(new TagParent("base", 7, 0, NoConfig: true, Filter: "h.*"), Assert.Single((await ray.Tag("paper", Ct)).Parents!));
        Assert.Contains("would inherit from itself: base → paper → base", (await browser.Post("tags/base/change", ("act", "link"), ("one", "paper"))).Page);
        await browser.Post("tags/paper/change", ("act", "unlink"), ("one", "base"));
        Assert.Empty((await ray.Tag("paper", Ct)).Parents!);

        await browser.Post("tags/paper/change", ("act", "say"), ("kind", "Macro"), ("key", "%vendor"), ("value", "ACME"));
        await browser.Post("tags/paper/change", ("act", "say"), ("kind", "Build"), ("key", "gcc make"));
        Assert.Equal(["Build gcc ", "Build make ", "Macro vendor ACME"], (await ray.Tag("paper", Ct)).Settings!.Select(one => $"{one.Kind} {one.Key} {one.Value}"));
        Assert.Contains("There is no external repository 'none'", (await browser.Post("tags/paper/externals", ("act", "add"), ("name", "none"))).Page);

        var looked = await browser.Post("tags/paper/change", ("act", "rollback"), ("snapshot", first), ("preview", "true"));
        Assert.Contains("world-1-1.x86_64", looked.Page);
        Assert.Contains($"Go back to {first[..12]} for everybody", looked.Page);
        await browser.Post("tags/paper/change", ("act", "rollback"), ("snapshot", first));
        Assert.Equal(["hello-1"], await site.Listed("paper"));
        Assert.Contains("keeps 3 snapshots, 2 days", (await browser.Post("tags/paper/keeping", ("snapshots", "3"), ("days", "2"))).Page);
        Assert.Contains("cloned from paper", (await browser.Post("tags/paper/clone", ("name", "paper-copy"))).Page);
        Assert.Equal(400, (int)(await browser.SendFromElsewhere("tags/paper/change", ("act", "block"), ("packages", "hello"))).StatusCode);
        Assert.Equal(400, (int)(await browser.Send("tags/paper/change", ("act", "everything"))).StatusCode);
    }

    [Fact]
    public async Task Who_may_not_finds_no_form_and_is_told_why_where_they_send_one_all_the_same()
    {
        await using var site = await Site.Open();
        var (ann, browser) = await Person(site, "ann");
        var (_, other) = await Person(site, "other");
        using var __ = browser;
        using var ___ = other;

        var page = await browser.Page("tags/paper");
        Assert.DoesNotContain("?show=change", page);
        Assert.DoesNotContain("/tags/paper/change", await browser.Page("tags/paper/packages"));
        foreach (var (path, fields) in new (string, (string, string)[])[]
        {
            ("tags/paper/change", [("act", "block"), ("packages", "hello")]), ("tags/paper/change", [("act", "settings"), ("description", "mine")]), ("tags/paper/remove", [("sure", "paper")]), ("targets/paper/remove", []),
        })
            Assert.Contains("release engineers and administrators alone change it", (await browser.Post(path, fields)).Page);
        foreach (var path in new[] { "targets", "tags/paper/clone", "targets/paper/edit", "keys", "externals", "advisories", "keeping" })
            Assert.Equal(HttpStatusCode.Forbidden, (await browser.Send(path, ("name", "mine"))).StatusCode);
        // What one was told is nobody else's.
        var told = await browser.Leads("tags/paper/change", ("act", "block"), ("packages", "hello"));
        Assert.Contains("alone change it", await browser.Read(told));
        Assert.DoesNotContain("alone change it", await other.Read(told));
        Assert.Equal((null, 0), await ann.Tag("paper", Ct) is var tag ? (tag.Description, tag.Blocked!.Count) : default);
    }

    [Fact]
    public async Task In_a_tag_that_asks_for_a_second_person_a_form_waits_and_is_done_as_it_was_sent()
    {
        await using var site = await Site.Open();
        var (ray, browser) = await Person(site, "ray", "release-engineer");
        using var _ = browser;
        await site.Import("hello", "1");
        await site.Admin.SetTag("paper", new(SecondPerson: true), false, Ct);

        Assert.StartsWith("/approvals/", await browser.Leads("tags/paper/change", ("act", "tag"), ("builds", "hello-1-1")), StringComparison.Ordinal);
        var waits = (await site.Admin.Approvals(true, null, null, Ct)).Approvals[0];
        await site.Admin.Approve(waits.Id, waits.Digest, Ct);
        Assert.Equal("hello-1-1", Assert.Single((await ray.Tag("paper", Ct)).Builds).Nvr);
    }

    [Fact]
    public async Task Side_tags_and_targets_are_made_changed_and_removed_by_forms()
    {
        await using var site = await Site.Open();
        await site.MakeTags("stable");
        var (ray, browser) = await Person(site, "ray", "release-engineer");
        using var _ = browser;

        Assert.Contains("There is no target 'none'", (await browser.Post("side-tags", ("target", "none"), ("note", "x"))).Page);
        Assert.Contains("Days are a whole number", (await browser.Post("side-tags", ("target", "paper"), ("days", "some"))).Page);
        Assert.Equal("/side-tags/paper-side-1", (await browser.Post("side-tags", ("target", "paper"), ("note", "A <new> foo"), ("days", "3"))).Address);
        Assert.Contains("A <new> foo", await browser.Page("side-tags?owner=ray"));
        Assert.Contains("paper-side-1: changed", (await browser.Post("side-tags/paper-side-1/edit", ("note", "Another"))).Page);
        Assert.Equal("Another", (await ray.SideTag("paper-side-1", Ct)).SideTag.Note);
        Assert.Contains("has no builds of its own, so there is nothing to promote", (await browser.Post("side-tags/paper-side-1/promote")).Page);
        Assert.Contains("data-graph", await browser.Page("side-tags/paper-side-1?show=picture"));
        Assert.Contains("paper-side-1: removed, with its target", (await browser.Post("side-tags/paper-side-1/remove")).Page);

        Assert.Contains("There is no tag 'none' to put results in", (await browser.Post("targets", ("name", "nightly"), ("buildTag", "paper"), ("destination", "none"))).Page);
        Assert.Contains("nightly: builds with paper into stable", (await browser.Post("targets", ("name", "nightly"), ("buildTag", "paper"), ("destination", "stable"))).Page);
        Assert.Contains("nightly: changed", (await browser.Post("targets/nightly/edit", ("buildTag", "stable"))).Page);
        Assert.Equal("stable", (await ray.Targets(Ct)).Single(target => target.Name == "nightly").BuildTag);
        Assert.Contains("nightly: removed", (await browser.Post("targets/nightly/remove")).Page);
    }

    [Fact]
    public async Task Keys_are_replaced_externals_added_and_asked_advisories_written_and_the_night_begun_by_forms()
    {
        await using var site = await Site.Open();
        using var browser = await FormBrowser.Open(site, site.AdminToken);

        Assert.Contains("made, and taken into use", (await browser.Post("keys", ("act", "rotate"), ("identity", "Paper <paper@example.org>"))).Page);
        Assert.Contains("Name the tag", (await browser.Post("keys", ("act", "create"))).Page);
        var keys = await browser.Page("keys?show=all");
        Assert.Contains("BEGIN PGP PUBLIC KEY BLOCK", keys);
        Assert.Contains("Paper <paper@example.org>", keys);

        Assert.Contains("cannot be an external repository's address", (await browser.Post("externals", ("name", "up"), ("url", "nowhere"), ("arches", "x86_64"))).Page);
        Assert.Equal("/externals/up", (await browser.Post("externals", ("name", "up"), ("url", "http://upstream.invalid/repo/"), ("arches", "x86_64"))).Address);
        Assert.Contains("up: its upstream is asked", (await browser.Post("externals/up/act", ("act", "refresh"))).Page);
        Assert.Contains("up: forgotten", (await browser.Post("externals/up/act", ("act", "remove"))).Page);

        await site.Import("hello", "1", "paper");
        Assert.Contains("There is no tag 'none'", (await browser.Post("advisories", ("tag", "none"), ("title", "A hole"))).Page);
        Assert.Equal("/advisories/PAPER-1", (await browser.Post("advisories", ("tag", "paper"), ("id", "PAPER-1"), ("type", "Security"), ("severity", "Important"), ("title", "A hole"), ("cves", "CVE-2026-1234"))).Address);
        Assert.Contains("hello-1-1", (await browser.Post("advisories/PAPER-1/act", ("act", "attach"), ("builds", "hello-1-1"))).Page);
        Assert.Contains("PAPER-1: published", (await browser.Post("advisories/PAPER-1/act", ("act", "publish"))).Page);
        Assert.Equal((AdvisoryState.Published, 1, "CVE-2026-1234"), await site.Admin.Advisory("PAPER-1", Ct) is var written ? (written.State, written.Builds.Count, written.References[0].Id) : default);

        Assert.Contains("begun by hand", (await browser.Post("keeping", ("act", "tidy"))).Page);
        // It takes its turn before whoever asks next.
        using (await site.Part<Skyline.Server.Keeping.KeepingTurns>().Take("test", Ct)) Assert.NotNull((await site.Admin.Keeping(Ct)).Collection?.Removed);
        var entries = (await site.Admin.Audit(null, null, null, null, 500, Ct)).Entries;
        Assert.DoesNotContain(entries, entry => entry.Act.StartsWith("did ", StringComparison.Ordinal));
    }
}
