using System.Net;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Contents;
using Skyline.Server.Tests.Locks;
using Skyline.Testing.Rpms;

namespace Skyline.Server.Tests.Contents;

public sealed class ContentsTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    const string Evil = "<script>document.title='taken'</script>\"'&\u001b[31m\u202e";

    static async Task<(BuildDetails Build, Paper Paper)> Built(Site site, SyntheticRpm rpm, bool scratch = false)
    {
        var build = await site.Submit(scratch: scratch);
        var paper = new Paper(rpm.FileName, rpm.Build());
        await new PaperBuilder(site.LocalBuilder).Build(Papers.Source("hello", "2.12", "1.pp1"), paper);
        return (await site.Until(build.Id, now => now.State == BuildState.Complete), paper);
    }

    static SyntheticRpm Rpm => new("hello", "2.12", "1.pp1") { SourceRpm = "hello-2.12-1.pp1.src.rpm" };

    [Fact]
    public async Task A_package_is_looked_into_by_API_and_page()
    {
        await using var site = await Site.Open();
        var (build, paper) = await Built(site, Rpm with
        {
            Summary = "Says hello",
            Dependencies = [(DependencyKind.Requires, new("glibc", DependencyFlags.Greater | DependencyFlags.Equal, "2.34")), (DependencyKind.Provides, new("hello", DependencyFlags.Equal, "2.12-1.pp1"))],
            Changelog = [new(DateTimeOffset.UnixEpoch, "A Packager", "- first")],
            Files = [new("/usr/bin/hello", new byte[1500], 0x81ed), new("/etc/hello.conf", "x"u8.ToArray(), Flags: PackageFileFlags.Config | PackageFileFlags.NoReplace)],
            Header = header => header.Text(RpmTag.PostIn, "ldconfig").Texts(RpmTag.PostInProg, ["/bin/sh"]),
        });

        var inside = await site.Admin.Inside(build.Id, paper.FileName, Ct);
        var files = await site.Admin.FilesInside(build.Id, paper.FileName, Ct);

        Assert.Equal(("Says hello", 2, "post"), (inside.Facts.Summary, inside.FileCount, Assert.Single(inside.Scripts).Kind));
        Assert.Equal(["glibc >= 2.34"], inside.Dependencies.Single(group => group.Kind == "requires").Entries);
        Assert.Equal("- first", Assert.Single(inside.Changelog).Text);
        Assert.Equal(site.Part<Skyline.Server.Signing.SigningKeys>().FingerprintOf("paper"), Assert.Single(inside.SignedBy).Fingerprint);
        Assert.Equal([("/etc/hello.conf", "-rw-r--r--", 1L), ("/usr/bin/hello", "-rwxr-xr-x", 1500L)], files.Files.Select(file => (file.Path, file.Mode, file.Size)));
        Assert.Equal(["config(noreplace)"], files.Files[0].Kinds);
        foreach (var (show, told) in new[] { ("", "/usr/bin/"), ("scripts", "ldconfig"), ("dependencies", "glibc &gt;= 2.34"), ("changelog", "- first"), ("header", "MIT"), ("changes", "no earlier build") })
            Assert.Contains(told, await site.Http().GetStringAsync($"builds/{build.Id}/packages/{paper.FileName}?show={show}", Ct));
        Assert.Contains($"/builds/{build.Id}/packages/{paper.FileName}", await site.Http().GetStringAsync($"builds/{build.Id}", Ct));
    }

    [Fact]
    public async Task Files_are_filtered_and_come_a_page_at_a_time()
    {
        await using var site = await Site.Open();
        var (build, paper) = await Built(site, Rpm with { Files = [.. Enumerable.Range(0, 2500).Select(n => new SyntheticFile($"/usr/share/hello/{n:D5}.txt", []))] });

        var seen = new List<string>();
        for (int? start = 0; start is { } from;)
        {
            var page = await site.Admin.FilesInside(build.Id, paper.FileName, Ct, start: from, limit: 1000);
            seen.AddRange(page.Files.Select(file => file.Path));
            start = page.Next;
        }
        var like = await site.Admin.FilesInside(build.Id, paper.FileName, Ct, like: "/0249");

        Assert.Equal(Enumerable.Range(0, 2500).Select(n => $"/usr/share/hello/{n:D5}.txt"), seen);
        Assert.Equal((2500, 10, null), (like.Count, like.Matching, like.Next));
        var shown = await site.Http().GetStringAsync($"builds/{build.Id}/packages/{paper.FileName}?start=200", Ct);
        Assert.Contains("00200.txt", shown);
        Assert.DoesNotContain("00199.txt", shown);
        Assert.Contains("No file has that in its path", await site.Http().GetStringAsync($"builds/{build.Id}/packages/{paper.FileName}?like=nowhere", Ct));
    }

    [Fact]
    public async Task What_a_package_says_is_text_on_its_page_whatever_it_says()
    {
        await using var site = await Site.Open();
        var (build, paper) = await Built(site, Rpm with
        {
            Summary = Evil, Description = Evil,
            Dependencies = [(DependencyKind.Provides, new(Evil, DependencyFlags.None, ""))],
            Changelog = [new(DateTimeOffset.UnixEpoch, Evil, Evil)],
            Header = header => header.Text(RpmTag.PostIn, Evil).Texts(RpmTag.PostInProg, [Evil]).Text(RpmTag.License, Evil).Text(RpmTag.Url, "javascript:alert(1)"),
        });

        foreach (var show in new[] { "files", "scripts", "dependencies", "changelog", "header", "changes" })
        {
            var page = await site.Http().GetStringAsync($"builds/{build.Id}/packages/{paper.FileName}?show={show}", Ct);
            Assert.DoesNotContain("<script>document", page);
            Assert.DoesNotContain('\u001b', page);
            Assert.DoesNotContain('\u202e', page);
            Assert.DoesNotContain("href=\"javascript:", page);
        }
        Assert.Contains("\u241b[31m", WebUtility.HtmlDecode(await site.Http().GetStringAsync($"builds/{build.Id}/packages/{paper.FileName}?show=scripts", Ct)));
    }

    [Fact]
    public async Task What_changed_since_the_build_before_is_shown_of_a_package()
    {
        await using var site = await Site.Open();
        await site.Built(packages: [new("bash-5.2-1.x86_64", new string('b', 64), "paper")]);
        var later = await site.Built(packages: [new("bash-5.3-1.x86_64", new string('c', 64), "paper")], version: "2.13");

        var page = await site.Http().GetStringAsync($"builds/{later.Id}/packages/hello-2.13-1.pp1.x86_64.rpm?show=changes", Ct);
        var buildroot = await site.Http().GetStringAsync($"builds/1/buildroot/{later.Id}?arch=x86_64", Ct);

        Assert.Contains(">VERSION</code> (1001)", page);
        Assert.Contains("bash-5.2-1.x86_64", buildroot);
        Assert.Contains("bash-5.3-1.x86_64", buildroot);
        Assert.Contains("/builds/1/buildroot/" + later.Id, await site.Http().GetStringAsync($"builds/{later.Id}", Ct));
        Assert.Contains("/builds/1/compare/" + later.Id, await site.Http().GetStringAsync($"builds/{later.Id}/compare", Ct));
    }

    [Fact]
    public async Task What_is_not_there_or_not_complete_is_not_looked_into()
    {
        await using var site = await Site.Open();
        var (build, paper) = await Built(site, Rpm, scratch: true);

        Assert.Empty((await site.Admin.Inside(build.Id, paper.FileName, Ct)).SignedBy);
        Assert.Equal(404, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.Inside(build.Id, "none.rpm", Ct))).Status);
        Assert.Equal(404, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.FilesInside(99, paper.FileName, Ct))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await site.Http().GetAsync($"builds/{build.Id}/packages/none.rpm", Ct)).StatusCode);
    }

    [Theory]
    [InlineData(0x81ed, "-rwxr-xr-x")]
    [InlineData(0x8000 | 0xfed, "-rwsr-sr-t")]
    [InlineData(0x4000 | 0x1c0, "drwx------")]
    [InlineData(0xa1ff, "lrwxrwxrwx")]
    [InlineData(0x8e00, "---S--S--T")]
    [InlineData(0x2180, "crw-------")]
    public void A_mode_is_written_as_ls_writes_it(int mode, string text) => Assert.Equal(text, ListFiles.ModeOf(mode));
}
