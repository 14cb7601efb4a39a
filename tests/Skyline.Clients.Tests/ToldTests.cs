using System.Text;
using Skyline.Protocol;
using Skyline.Server.Tests;
using Skyline.Testing.Rpms;

namespace Skyline.Clients.Tests;

/// <summary>What a repository tells besides packages: groups, advisories and modules, as each client understands them.</summary>
public sealed class ToldTests : IDisposable
{
    const string Tag = "told", Fix = "SKYLINE-FIX-7", Other = "SKYLINE-FIX-8";

    readonly TempFolder folder = new();
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static readonly MatrixTheoryData<int, TagCompression> GenerationsAndCompressions = new([4, 5], [TagCompression.Zstd, TagCompression.Gzip]);

    static Task Versions(Site site, string version) => Published.Into(site, Tag, Papers.Binary("hello", version, "1"), Papers.Binary("other", version, "1"));

    /// <summary>After version 1 was installed.</summary>
    static async Task Update(Site site)
    {
        await Versions(site, "2.0");
        await site.Admin.CreateAdvisory(new NewAdvisory(Tag, AdvisoryType.Security, "hello says too much", Fix, AdvisorySeverity.Important, Description: "It said <more> & \"more\".",
            References: [new(ReferenceType.Cve, Id: "CVE-2026-4711")], Builds: ["hello-2.0-1"], RebootSuggested: true, Publish: true), Ct);
        await site.Admin.CreateAdvisory(new NewAdvisory(Tag, AdvisoryType.Bugfix, "other is better", Other, Builds: ["other-2.0-1"], Publish: true), Ct);
        await Published.Into(site, Tag);
    }

    async Task<IDnf> Dnf(Site site, int generation)
    {
        var dnf = IDnf.Of(generation, folder.Path);
        dnf.AddRepo("skyline.repo", await site.Http().GetStringAsync($"repos/{Tag}/{Tag}.repo", Ct));
        return dnf;
    }

    [Theory, MemberData(nameof(GenerationsAndCompressions))]
    public async Task Dnf_lists_advisories_and_upgrades_by_one(int generation, TagCompression compression)
    {
        Assert.SkipUnless(Environment.UserName == "root", "Only root can install into a root of its own.");
        await using var site = await Site.Open();
        await Published.Tag(site, Tag, compression);
        await Versions(site, "1.0");
        var dnf = await Dnf(site, generation);
        dnf.Run("install", "hello", "other").Succeeded();
        await Update(site);

        var security = dnf.Run("--refresh", generation == 4 ? "updateinfo" : "advisory", "list", "--security").Succeeded();
        var told = dnf.Run(generation == 4 ? "updateinfo" : "advisory", "info", Fix).Succeeded();
        dnf.Run("upgrade", generation == 4 ? $"--advisory={Fix}" : $"--advisories={Fix}").Succeeded();

        Assert.Contains(Fix, security);
        Assert.DoesNotContain(Other, security);
        Assert.Contains("It said <more> & \"more\".", told);
        Assert.Contains("CVE-2026-4711", told);
        Assert.Equal("2.0\n1.0\n", dnf.Rpm("-q", "--qf", "%{version}\n", "hello", "other").Succeeded());
    }

    [Theory, MemberData(nameof(GenerationsAndCompressions))]
    public async Task Dnf_installs_a_group_and_lists_a_module(int generation, TagCompression compression)
    {
        Assert.SkipUnless(Environment.UserName == "root", "Only root can install into a root of its own.");
        await using var site = await Site.Open();
        await Published.Tag(site, Tag, compression);
        await Versions(site, "1.0");
        await site.Admin.EditGroup(Tag, "words", new GroupEdit("Words", Packages: [new("hello", GroupPackageType.Mandatory), new("other", GroupPackageType.Optional)]), Ct);
        await site.Admin.SetModules(Tag, new MemoryStream(Encoding.UTF8.GetBytes("""
            document: modulemd
            version: 2
            data: {name: speech, stream: "1", version: 1, context: deadbeef, arch: x86_64, summary: Says words, description: Words, license: {module: [MIT]}, profiles: {common: {rpms: [hello]}}}
            """)), Ct);
        await Published.Into(site, Tag);
        var dnf = await Dnf(site, generation);

        var groups = dnf.Run("group", "list").Succeeded();
        var modules = dnf.Run("--setopt=module_platform_id=platform:p1", "module", "list").Succeeded();
        dnf.Run("group", "install", "words").Succeeded();

        Assert.Contains("Words", groups);
        Assert.Matches(@"speech\s+1\s+common\s+Says words", modules);
        Assert.Equal(0, dnf.Rpm("-q", "hello").Exit);
        Assert.NotEqual(0, dnf.Rpm("-q", "other").Exit);
    }

    [Theory, InlineData(TagCompression.Zstd), InlineData(TagCompression.Gzip)]
    public async Task Zypper_installs_a_security_patch(TagCompression compression)
    {
        Assert.SkipUnless(Environment.UserName == "root", "Only root can install into a root of its own.");
        await using var site = await Site.Open();
        await Published.Tag(site, Tag, compression);
        await Versions(site, "1.0");
        var root = new ClientRoot(folder.Path);
        Zypper("addrepo", $"{site.Address}repos/{Tag}/{Tag}.repo");
        Zypper("--gpg-auto-import-keys", "refresh");
        Zypper("install", "hello", "other");
        await Update(site);
        await site.Admin.EditGroup(Tag, "words", new GroupEdit("Words", Packages: [new("hello")]), Ct);
        await Published.Into(site, Tag);

        Zypper("refresh");
        var patches = Zypper("list-patches", "--category", "security");
        // A patch that suggests to restart the machine is skipped unless asked for; 102: it was installed, and suggests that.
        var patched = root.Run("zypper", "--non-interactive", "--installroot=/srv/root", "patch", "--with-interactive", "--category", "security");
        Assert.True(patched.Exit is 102, patched.ToString());

        Assert.Contains(Fix, patches);
        Assert.DoesNotContain(Other, patches);
        Assert.Equal("2.0\n1.0\n", root.Run("rpm", "--root=/srv/root", "-q", "--qf", "%{version}\n", "hello", "other").Succeeded());

        string Zypper(params IEnumerable<string> arguments) => root.Run("zypper", ["--non-interactive", "--installroot=/srv/root", .. arguments]).Succeeded();
    }

    public void Dispose() => folder.Dispose();
}
