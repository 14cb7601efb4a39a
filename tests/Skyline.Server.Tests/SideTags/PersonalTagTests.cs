using System.Net;
using Skyline.Protocol;
using Skyline.Server.Tests.Tags;
using Skyline.Testing;
using Skyline.Testing.Rpms;

namespace Skyline.Server.Tests.SideTags;

/// <summary>A tag of one's own is called USER/NAME; where a slash would not do it is USER~NAME.</summary>
public sealed class PersonalTagTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Anybody_makes_one_and_builds_into_it_at_once()
    {
        await using var site = await Site.Open();
        await site.Import("base", "1", "paper");
        var ann = await site.Person("ann");

        var tag = await ann.CreateTag(new("ann/tools", Base: "paper"), Ct);
        await site.Build(ann, "ann/tools", "foo", "1");

        Assert.Equal(("ann/tools", "paper-1", "paper"), (tag.Name, tag.Chroot, Assert.Single(tag.Parents!).Parent));
        await site.UpToDate("ann/tools");
        Assert.Equal(["base-1-1.x86_64.rpm", "foo-1-1.x86_64.rpm"], (await RepositoryReading.Packages(site, "ann~tools", "x86_64")).Order(StringComparer.Ordinal));
        var lines = (await ann.Tag("ann/tools", Ct)).RepoFile.Split('\n');
        Assert.Contains("[skyline-ann:tools]", lines);
        Assert.Contains($"mirrorlist={site.Address}repos/ann~tools/$basearch/mirrorlist", lines);
        Assert.Contains($"gpgkey={site.Address}keys/ann~tools.asc", lines);
        Assert.Equal(("ann/tools", "ann/tools"), ((await ann.Targets(Ct)).Single(target => target.Name == "ann/tools") is var made ? (made.BuildTag, made.DestinationTag) : default));
    }

    [Fact]
    public async Task Every_address_of_it_is_understood()
    {
        await using var site = await Site.Open();
        await (await site.Person("ann")).CreateTag(new("ann/tools", Base: "paper"), Ct);

        foreach (var path in (string[])
        [
            "repos/ann~tools/ann~tools.repo",
            "repos/ann%2Ftools/ann%2Ftools.repo",
            "repos/ann~tools/x86_64/repodata/repomd.xml",
            "repos/ann%2ftools/x86_64/mirrorlist",
            "keys/ann~tools.asc",
            "keys/ann%2Ftools.asc",
            "api/tags/ann~tools",
            "api/tags/ann%2Ftools/events",
            "api/targets/ann~tools",
            "tags/ann~tools",
            "tags/ann%2Ftools/snapshots",
            "tags/ann~tools/history",
            "tags/ann~tools/keeping",
            "coprs/skyline/ann~tools/repo/paper-1/dnf.repo?arch=x86_64",
            "coprs/results/skyline/ann~tools/pubkey.gpg",
            "coprs/results/skyline/ann~tools/paper-1-x86_64/repodata/repomd.xml",
            "api_3/rpmrepo/skyline/ann~tools/paper-1",
        ])
        {
            using var answer = await site.Http().GetAsync(path, Ct);
            var text = await answer.Content.ReadAsStringAsync(Ct);
            Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode} {text}");
            Assert.DoesNotContain("/ann/tools", text);
        }
    }

    [Fact]
    public async Task Dnf_reads_it_with_both_gpg_checks()
    {
        await using var site = await Site.Open();
        var ann = await site.Person("ann");
        await ann.CreateTag(new("ann/tools", Base: "paper"), Ct);
        await site.Build(ann, "ann/tools", "foo", "1");
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder["repos"]);
        await File.WriteAllTextAsync(folder["repos/own.repo"], await site.Http().GetStringAsync("repos/ann~tools/ann~tools.repo", Ct), Ct);

        var listed = await Tool.Run("dnf", ["-y", "-q", $"--installroot={folder["root"]}", "--releasever=1", "--forcearch=x86_64", $"--setopt=reposdir={folder["repos"]}", "--setopt=pluginpath=/nonexistent",
            $"--setopt=cachedir={folder["cache"]}", $"--setopt=logdir={folder["repos"]}", "--setopt=*.skip_if_unavailable=0", "repoquery", "--qf", "%{name}-%{version} of %{reponame}\n"], Ct);

        Assert.Contains("foo-1 of skyline-ann:tools", listed.Ok("dnf repoquery"));
    }

    [Fact]
    public async Task It_is_its_owners_to_change_and_nobody_elses()
    {
        await using var site = await Site.Open();
        var (ann, bob) = (await site.Person("ann"), await site.Person("bob"));
        await ann.CreateTag(new("ann/tools", Base: "paper"), Ct);
        await ann.CreateTag(new("ann/more", Base: "ann/tools"), Ct);
        var nvr = (await site.Build(ann, "ann/tools", "foo", "1")).Nvr;

        Assert.Contains("'ann/tools' is ann's own tag: ann and administrators alone build into it.", await SideWork.Refused(bob.Send("ann/tools", "bar", "1"), 403));
        Assert.Contains("ann and administrators alone change it", await SideWork.Refused(bob.UntagBuilds("ann/tools", new([nvr]), preview: false, Ct), 403));
        Assert.Contains("'paper' is nobody's own tag, so release engineers and administrators alone change it", await SideWork.Refused(ann.TagBuilds("paper", new([nvr]), preview: false, Ct), 403));
        Assert.Contains("'paper' is nobody's own tag", await SideWork.Refused(ann.MoveBuilds("ann/tools", new("paper", [nvr]), preview: false, Ct), 403));
        Assert.Contains("'paper' is nobody's own tag", await SideWork.Refused(ann.PromoteBuilds("ann/tools", new("paper", [nvr]), preview: false, Ct), 403));
        await ann.MoveBuilds("ann/tools", new("ann/more", [nvr]), preview: false, Ct);
        await ann.UntagBuilds("ann/more", new([nvr]), preview: false, Ct);
        await ann.Block("ann/tools", new(["noise"]), preview: false, Ct);
        await site.Admin.Unblock("ann/tools", new(["noise"]), preview: false, Ct);
        Assert.Empty(await site.Listed("ann/more"));
        await SideWork.Refused(bob.RemoveTarget("ann/more", Ct), 403);
        await SideWork.Refused(bob.RemoveTag("ann/more", Ct), 403);
        await ann.RemoveTarget("ann/more", Ct);
        await ann.RemoveTag("ann/more", Ct);
        Assert.Equal("ann/more", (await ann.CreateTag(new("ann/more", Base: "paper", Description: "again"), Ct)).Name);
    }

    [Fact]
    public async Task A_name_that_is_not_ones_own_is_refused()
    {
        await using var site = await Site.Open();
        var ann = await site.Person("ann");
        await site.Person("bob");

        foreach (var (name, status, sentence) in new[]
        {
            ("bob/tools", 403, "would be bob's own tag, and you are not bob"),
            ("nobody/tools", 404, "There is nobody called 'nobody' here"),
            ("ann", 400, "is called USER/NAME"),
            ("ann/", 400, "is called USER/NAME"),
            ("ann/a/b", 400, "is called USER/NAME"),
            ("ann/..", 400, "is called USER/NAME"),
            ("ann/a~b", 400, "is called USER/NAME"),
            ("ann~tools", 400, "is called USER/NAME"),
        })
            Assert.Contains(sentence, await SideWork.Refused(ann.CreateTag(new(name, Base: "paper"), Ct), status));
    }

    [Fact]
    public async Task Other_tags_are_administrators_to_make_and_a_name_is_given_once()
    {
        await using var site = await Site.Open(settings: "--Skyline:PersonalTagsPerPerson=1");
        var ann = await site.Person("ann");
        await ann.CreateTag(new("ann/tools", Base: "paper"), Ct);

        Assert.Contains("Release engineers and administrators alone make tags that are nobody's own", await SideWork.Refused(ann.CreateTag(new("mine", "paper-1"), Ct), 403));
        Assert.Contains("There is a tag or a target 'ann/tools' already", await SideWork.Refused(site.Admin.CreateTag(new("ann/tools", Base: "paper"), Ct), 409));
        Assert.Contains("You have 1 tags of your own", await SideWork.Refused(ann.CreateTag(new("ann/more", Base: "paper"), Ct), 409));
        Assert.Contains("There is no tag 'nowhere' to inherit from", await SideWork.Refused(site.Admin.CreateTag(new("ann/more", Base: "nowhere"), Ct), 400));
        await site.Admin.CreateTag(new("ann/more", Base: "paper"), Ct);
        Assert.Equal(HttpStatusCode.OK, (await site.Http().GetAsync("tags", Ct)).StatusCode);
    }
}
