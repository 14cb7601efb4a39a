using System.Xml.Linq;
using Microsoft.Extensions.DependencyInjection;
using Skyline.Protocol;

namespace Skyline.Server.Tests.Advisories;

public sealed class AdvisoryTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static NewAdvisory Wanted(params string[] builds) => new("paper", AdvisoryType.Security, "hello says too much", Severity: AdvisorySeverity.Important,
        Description: "It said <hello> & \"more\".\nNow it does not.", References: [new(ReferenceType.Cve, Id: "CVE-2026-4711"), new(ReferenceType.Bugzilla, "https://bugs.example.org/815", "815", "Too much")], Builds: builds, Publish: true);

    static Task<ImportedRpm> Import(Site site, string version, string name = "hello", string tag = "paper") => site.Admin.Import(Papers.Binary(name, version, "1").Open(), tag, Ct);

    [Fact]
    public async Task A_published_advisory_lists_the_packages_of_its_builds_that_belong_into_the_repository()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        await using var site = await Site.Open(change: services => services.AddSingleton<TimeProvider>(clock));
        using var intel = new RepoClient(site, "paper");
        using var arm = new RepoClient(site, "paper", "aarch64");
        await Import(site, "2.0");

        var advisory = await site.Admin.CreateAdvisory(Wanted("hello-2.0-1"), Ct);

        Assert.Equal(("SKYLINE-2026-0001", AdvisoryState.Published), (advisory.Id, advisory.State));
        var update = Assert.Single(XDocument.Parse((await intel.Metadata("updateinfo"))!).Root!.Elements("update"));
        Assert.Equal(("security", "admin"), (update.Attribute("type")!.Value, update.Attribute("from")!.Value));
        Assert.Equal("It said <hello> & \"more\".\nNow it does not.", update.Element("description")!.Value);
        Assert.Equal("2026-03-01 12:00:00", update.Element("issued")!.Attribute("date")!.Value);
        Assert.Equal(["https://www.cve.org/CVERecord?id=CVE-2026-4711", "https://bugs.example.org/815"], update.Descendants("reference").Select(link => link.Attribute("href")!.Value));
        var package = Assert.Single(update.Descendants("package"));
        Assert.Equal(("hello", "2.0", "1", "x86_64", "hello-2.0-1.src.rpm", "hello-2.0-1.x86_64.rpm"),
            (package.Attribute("name")!.Value, package.Attribute("version")!.Value, package.Attribute("release")!.Value, package.Attribute("arch")!.Value, package.Attribute("src")!.Value, package.Element("filename")!.Value));
        Assert.Null(await arm.Metadata("updateinfo"));
    }

    [Fact]
    public async Task A_draft_is_told_to_nobody_and_a_withdrawn_one_no_more()
    {
        await using var site = await Site.Open();
        using var repo = new RepoClient(site, "paper");
        await Import(site, "2.0");
        var before = await repo.Repomd();

        await site.Admin.CreateAdvisory(Wanted("hello-2.0-1") with { Id = "FIX-7", Publish = false }, Ct);
        Assert.Equal(before, await repo.Repomd());
        await site.Admin.PublishAdvisory("FIX-7", Ct);
        Assert.Contains("<id>FIX-7</id>", await repo.Metadata("updateinfo"));
        await site.Admin.WithdrawAdvisory("FIX-7", Ct);
        Assert.Null(await repo.Metadata("updateinfo"));

        Assert.Equal(409, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.WithdrawAdvisory("FIX-7", Ct))).Status);
        await site.Admin.PublishAdvisory("FIX-7", Ct);
        Assert.Equal(409, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.PublishAdvisory("FIX-7", Ct))).Status);
    }

    [Fact]
    public async Task Builds_come_and_go_and_edits_are_seen()
    {
        await using var site = await Site.Open();
        using var repo = new RepoClient(site, "paper");
        await Import(site, "2.0");
        await Import(site, "1.0", "other");
        var id = (await site.Admin.CreateAdvisory(Wanted("hello-2.0-1"), Ct)).Id;

        await site.Admin.AttachBuilds(id, ["other-1.0-1", "hello-2.0-1"], Ct);
        Assert.Contains("other-1.0-1.x86_64.rpm", await repo.Metadata("updateinfo"));
        await site.Admin.DetachBuild(id, "hello-2.0-1", Ct);
        Assert.DoesNotContain("hello-2.0-1.x86_64.rpm", await repo.Metadata("updateinfo"));
        var edited = await site.Admin.EditAdvisory(id, new AdvisoryEdit(Title: "other is better", RebootSuggested: true), Ct);

        Assert.Equal(("other is better", AdvisorySeverity.Important, true, 4L), (edited.Title, edited.Severity, edited.RebootSuggested, edited.Version));
        Assert.Contains("<reboot_suggested>True</reboot_suggested>", await repo.Metadata("updateinfo"));
        var same = await repo.Repomd();
        Assert.Equal(4, (await site.Admin.EditAdvisory(id, new AdvisoryEdit(Title: "other is better"), Ct)).Version);
        Assert.Equal(same, await repo.Repomd());
    }

    [Fact]
    public async Task An_advisory_follows_its_builds_into_the_tag_and_out_of_it_and_outlives_its_successors()
    {
        await using var site = await Site.Open();
        using var repo = new RepoClient(site, "paper");
        await site.Admin.Import(Papers.Binary("hello", "2.0", "1").Open(), null, Ct);
        await site.Admin.CreateAdvisory(Wanted("hello-2.0-1"), Ct);
        Assert.Null(await repo.Metadata("updateinfo"));

        await Import(site, "2.0");
        Assert.Contains("hello-2.0-1.x86_64.rpm", await repo.Metadata("updateinfo"));
        await Import(site, "3.0");
        Assert.Contains("hello-2.0-1.x86_64.rpm", await repo.Metadata("updateinfo"));
        await site.Admin.UntagBuilds("paper", new TagBuilds(["hello-2.0-1"]), preview: false, Ct);
        Assert.Null(await repo.Metadata("updateinfo"));
    }

    [Fact]
    public async Task What_a_tag_inherits_is_told_of_too_unless_it_is_blocked()
    {
        await using var site = await Site.Open();
        await site.Admin.CreateTag(new NewTag("heir", "paper-1", ["x86_64"]), Ct);
        await site.Admin.SetParents("heir", [new TagParent("paper", 1)], preview: false, Ct);
        using var heir = new RepoClient(site, "heir");
        await Import(site, "2.0");
        await site.Admin.CreateAdvisory(Wanted("hello-2.0-1"), Ct);

        Assert.Contains("hello-2.0-1.x86_64.rpm", await heir.Metadata("updateinfo"));
        await site.Admin.Block("heir", new TagBlocks(["hello"]), preview: false, Ct);
        Assert.Null(await heir.Metadata("updateinfo"));
    }

    [Fact]
    public async Task The_same_advisories_are_the_same_bytes_after_a_restart_and_what_does_not_concern_them_leaves_them_be()
    {
        var first = await Site.Open();
        await Import(first, "2.0");
        await first.Admin.CreateAdvisory(Wanted("hello-2.0-1"), Ct);
        using var before = new RepoClient(first, "paper");
        var told = Updateinfo(await before.Repomd());
        await first.Stop();

        await using var again = await Site.Open(first.Data);
        using var after = new RepoClient(again, "paper");
        await Import(again, "1.0", "unrelated");

        Assert.Equal(told, Updateinfo(await after.Repomd()));
        Assert.Contains("unrelated", await after.Metadata("primary"));
    }

    static string Updateinfo(string repomd) => XDocument.Parse(repomd).Descendants().Single(data => data.Attribute("type")?.Value == "updateinfo").Elements().First().Value;

    [Fact]
    public async Task Dnf_lists_an_advisory_and_upgrades_by_it()
    {
        Assert.SkipUnless(Environment.UserName == "root", "Only root can install into a root of its own.");
        await using var site = await Site.Open();
        using var repo = new RepoClient(site, "paper");
        await Import(site, "1.0");
        await Import(site, "1.0", "other");
        await repo.Dnf("install", "hello", "other");
        await Import(site, "2.0");
        await Import(site, "2.0", "other");
        var advisory = await site.Admin.CreateAdvisory(Wanted("hello-2.0-1") with { RebootSuggested = true }, Ct);
        await site.Admin.CreateAdvisory(new NewAdvisory("paper", AdvisoryType.Bugfix, "other is better", "FIX-8", Builds: ["other-2.0-1"], Publish: true), Ct);

        var security = await repo.Dnf("updateinfo", "list", "--security");
        Assert.Contains($"{advisory.Id} Important/Sec. hello-2.0-1.x86_64", security);
        Assert.DoesNotContain("FIX-8", security);
        var told = await repo.Dnf("updateinfo", "info", advisory.Id);
        Assert.Contains("Update ID: SKYLINE", told);
        Assert.Contains("CVEs: CVE-2026-4711", told);
        Assert.Contains("It said <hello> & \"more\".", told);
        await repo.Dnf("upgrade", $"--advisory={advisory.Id}");

        var installed = await repo.Dnf("list", "installed");
        Assert.Matches(@"hello\.x86_64\s+2\.0-1", installed);
        Assert.Matches(@"other\.x86_64\s+1\.0-1", installed);
        Assert.DoesNotContain(advisory.Id, await repo.Dnf("updateinfo", "list", "--security"));
    }

    [Fact]
    public async Task A_later_build_mends_what_an_earlier_advisory_is_about()
    {
        Assert.SkipUnless(Environment.UserName == "root", "Only root can install into a root of its own.");
        await using var site = await Site.Open();
        using var repo = new RepoClient(site, "paper");
        await Import(site, "1.0");
        await repo.Dnf("install", "hello");
        await Import(site, "2.0");
        var advisory = await site.Admin.CreateAdvisory(Wanted("hello-2.0-1"), Ct);
        await Import(site, "3.0");

        Assert.Contains(advisory.Id, await repo.Dnf("updateinfo", "list", "--security"));
        await repo.Dnf("upgrade", "--security");

        Assert.Matches(@"hello\.x86_64\s+3\.0-1", await repo.Dnf("list", "installed"));
    }

    [Fact]
    public async Task What_is_no_advisory_is_refused_with_a_sentence()
    {
        await using var site = await Site.Open();
        await Import(site, "2.0");
        await Refused(400, Wanted() with { Title = "", Publish = false }, "has a title");
        await Refused(400, Wanted() with { Id = "../x", Publish = false }, "cannot be called");
        await Refused(400, Wanted() with { Publish = false, References = [new(ReferenceType.Url, "javascript:alert(1)")] }, "is http or https");
        await Refused(400, Wanted() with { Publish = false, References = [new(ReferenceType.Cve, Id: "CVE-x")] }, "CVE-YEAR-NUMBER");
        await Refused(400, Wanted() with { Publish = false, Type = (AdvisoryType)77 }, "type is one of");
        await Refused(404, Wanted() with { Tag = "none", Publish = false }, "no tag 'none'");
        await Refused(404, Wanted("hello-9-9"), "no build 'hello-9-9'");
        await Refused(409, Wanted(), "has no builds");
        await site.Admin.CreateAdvisory(Wanted("hello-2.0-1") with { Id = "SKYLINE-2026-1" }, Ct);
        await Refused(409, Wanted("hello-2.0-1") with { Id = "skyline-2026-1" }, "already");
        var outsider = new SkylineClient(site.Http());
        Assert.Equal(401, (await Assert.ThrowsAsync<RefusedException>(() => outsider.CreateAdvisory(Wanted(), Ct))).Status);
        Assert.Equal(404, (await Assert.ThrowsAsync<RefusedException>(() => outsider.Advisory("none", Ct))).Status);
        Assert.Equal("SKYLINE-2026-1", Assert.Single((await outsider.Advisories(Ct, "paper")).Advisories).Id);

        async Task Refused(int status, NewAdvisory wanted, string why)
        {
            var refused = await Assert.ThrowsAsync<RefusedException>(() => site.Admin.CreateAdvisory(wanted, Ct));
            Assert.Equal(status, refused.Status);
            Assert.Contains(why, refused.Message);
        }
    }

    [Fact]
    public async Task The_pages_show_advisories_and_encode_what_is_hostile()
    {
        await using var site = await Site.Open();
        await Import(site, "2.0");
        await site.Admin.CreateAdvisory(Wanted("hello-2.0-1") with { Id = "RHSA-2026:1", Title = "<script>alert(1)</script>" }, Ct);

        var list = await site.Http().GetStringAsync("/advisories", Ct);
        var one = await site.Http().GetStringAsync("/advisories/RHSA-2026:1", Ct);

        Assert.Contains("RHSA-2026:1", list);
        Assert.Contains("dnf upgrade --advisory=RHSA-2026:1", one);
        Assert.Contains("hello-2.0-1", one);
        Assert.DoesNotContain("<script>alert", list + one);
        Assert.Equal(System.Net.HttpStatusCode.NotFound, (await site.Http().GetAsync("/advisories/none", Ct)).StatusCode);
        Assert.Contains("There is none here", await site.Http().GetStringAsync("/advisories?tag=none", Ct));
    }
}
