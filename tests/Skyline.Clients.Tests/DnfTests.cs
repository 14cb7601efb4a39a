using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Tests;
using Skyline.Testing.Rpms;

namespace Skyline.Clients.Tests;

/// <summary>dnf 4 and dnf5, with the .repo file as it is served: gpgcheck=1 and repo_gpgcheck=1.</summary>
public sealed class DnfTests(ServedTags tags) : IDisposable
{
    readonly ServedTag tag = tags.Zstd;
    readonly TempFolder folder = new();
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static readonly TheoryData<int> Generations = [4, 5];

    public static readonly MatrixTheoryData<int, TagCompression> GenerationsAndCompressions = new([4, 5], [TagCompression.Zstd, TagCompression.Gzip]);

    Task<IDnf> Served(int generation) => Served(generation, tag);

    async Task<IDnf> Served(int generation, ServedTag tag)
    {
        var dnf = IDnf.Of(generation, folder["served"]);
        dnf.AddRepo("skyline.repo", await tag.RepoFile());
        return dnf;
    }

    [Theory, MemberData(nameof(GenerationsAndCompressions))]
    public async Task Everything_it_knows_of_a_package_is_what_it_knows_from_createrepo_cs_own_repository(int generation, TagCompression compression)
    {
        var served = tags[compression];
        var dnf = await Served(generation, served);
        var reference = IDnf.Of(generation, folder["reference"]);
        CopyTree.Copy(served.Reference, reference.OnHost("packages"));
        reference.AddRepo("skyline.repo", served.LocalRepoFile(reference.Inside("packages")));

        foreach (var question in Questions.All)
        {
            var expected = Questions.Answers(reference.Run(["-q", "repoquery", .. question]).Succeeded());
            Assert.NotEmpty(expected);
            Assert.Equal(expected, Questions.Answers(dnf.Run(["-q", "repoquery", .. question]).Succeeded()));
        }
    }

    [Theory, MemberData(nameof(Generations))]
    public async Task Packages_of_every_compression_are_installed_and_carry_the_tags_signature(int generation)
    {
        Assert.SkipUnless(Environment.UserName == "root", "Only root can install into a root of its own.");
        var dnf = await Served(generation);
        // (The one of many blocks has the same file with another content.)
        var packages = RealRpms.Compressions.Keys.Except(["packed-xz-blocks"]).Order(StringComparer.Ordinal).ToList();

        dnf.Run(["install", .. packages]).Succeeded();

        Assert.Equal(packages, dnf.Rpm(["-q", "--qf", "%{name}\n", .. packages]).Succeeded().Split('\n', StringSplitOptions.RemoveEmptyEntries));
        dnf.Rpm(["-V", "--nouser", "--nogroup", .. packages]).Succeeded();
        var key = dnf.Rpm("-q", "--qf", "%{version}\n", "gpg-pubkey").Succeeded().Trim();
        Assert.EndsWith(key[^8..], (await tag.KeyId()).ToLowerInvariant());
    }

    [Theory, MemberData(nameof(Generations))]
    public async Task Metadata_signed_with_another_key_is_refused(int generation)
    {
        var dnf = IDnf.Of(generation, folder.Path);
        Directory.CreateDirectory(dnf.OnHost(""));
        await File.WriteAllTextAsync(dnf.OnHost("other.asc"), SigningKey.Generate(SigningKeyKind.Ed25519, "Somebody else <else@example.invalid>", TimeProvider.System).Public.Armored, Ct);
        dnf.AddRepo("skyline.repo", Regex.Replace(await tag.RepoFile(), "gpgkey=.*", $"gpgkey=file://{dnf.Inside("other.asc")}"));

        var refused = dnf.Run("makecache");

        Assert.NotEqual(0, refused.Exit);
        Assert.Contains("repomd.xml GPG signature verification error", refused.Output);
    }

    [Theory, MemberData(nameof(Generations))]
    public async Task Nothing_but_the_look_whether_there_is_something_new_is_transferred_when_there_is_not(int generation)
    {
        var dnf = await Served(generation);
        var agent = $"--setopt=user_agent=second-look-{generation}";
        dnf.Run(agent, "makecache").Succeeded();
        Assert.Contains(tag.Requests, request => request.Agent.EndsWith($"second-look-{generation}", StringComparison.Ordinal) && request.File.Contains("primary", StringComparison.Ordinal));

        var again = $"--setopt=user_agent=third-look-{generation}";
        dnf.Run(again, "--refresh", "makecache").Succeeded();

        var asked = tag.Requests.Where(request => request.Agent.EndsWith($"third-look-{generation}", StringComparison.Ordinal)).ToList();
        Assert.Contains(asked, request => request.File == "repomd.xml");
        Assert.Empty(asked.Select(request => request.File).Except(["mirrorlist", "repomd.xml", "repomd.xml.asc"]));
        Assert.InRange(asked.Sum(request => request.Bytes), 1, 20_000);
    }

    [Theory, MemberData(nameof(Generations))]
    public async Task A_new_build_is_seen_at_the_next_look(int generation)
    {
        await using var site = await Site.Open();
        await Published.Tag(site, "fresh");
        var dnf = IDnf.Of(generation, folder.Path);
        dnf.AddRepo("skyline.repo", await site.Http().GetStringAsync("repos/fresh/fresh.repo", Ct));
        Assert.Equal("", dnf.Run("-q", "repoquery").Succeeded().Trim());

        await Published.Into(site, "fresh", Published.Read(RealRpms.Of("packed-zstd", ".noarch.rpm")));

        Assert.Equal("packed-zstd-0:1.0-1.noarch", dnf.Run("-q", "--refresh", "repoquery").Succeeded().Trim());
    }

    [Theory, MemberData(nameof(Generations))]
    public async Task Packages_are_downloaded_as_they_are_served(int generation)
    {
        var dnf = await Served(generation);

        dnf.Run("download", $"--destdir={dnf.Inside("down")}", "rich-libs").Succeeded();

        var file = Assert.Single(Directory.GetFiles(dnf.OnHost("down")));
        Assert.Equal(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(tag.Reference, "Packages", "r", Path.GetFileName(file)), Ct)), SHA256.HashData(await File.ReadAllBytesAsync(file, Ct)));
    }

    [Theory, MemberData(nameof(Generations))]
    public async Task The_sources_repository_is_found_by_its_name(int generation)
    {
        var dnf = await Served(generation);

        dnf.Run("download", "--source", $"--destdir={dnf.Inside("down")}", "rich").Succeeded();

        Assert.Equal(Path.GetFileName(RealRpms.Of("rich", ".src.rpm")), Path.GetFileName(Assert.Single(Directory.GetFiles(dnf.OnHost("down")))));
    }

    [Theory, MemberData(nameof(Generations))]
    public async Task The_debug_packages_repository_is_found_by_its_name(int generation)
    {
        Assert.SkipUnless(Environment.UserName == "root", "Only root can install into a root of its own.");
        var dnf = await Served(generation);
        dnf.Run("install", "tool").Succeeded();

        dnf.Run("debuginfo-install", "tool").Succeeded();

        Assert.Equal("tool-debuginfo\n", dnf.Rpm("-q", "--qf", "%{name}\n", "tool-debuginfo").Succeeded());
    }

    [Theory, MemberData(nameof(Generations))]
    public async Task Reposync_copies_the_whole_repository(int generation)
    {
        var dnf = await Served(generation);
        Directory.CreateDirectory(dnf.OnHost("root"));
        File.Copy(await tag.KeyFile(), dnf.OnHost("key.asc"));
        dnf.Rpm("--import", dnf.Inside("key.asc")).Succeeded();

        dnf.Run("reposync", "--download-metadata", "--gpgcheck", $"--download-path={dnf.Inside("down")}").Succeeded();

        var copy = Path.Combine(dnf.OnHost("down"), $"skyline-{tag.Name}");
        Assert.Equal(CopyTree.Digests(Path.Combine(tag.Reference, "Packages")), CopyTree.Digests(Path.Combine(copy, "Packages")));
        Assert.Equal(CopyTree.Digests(Path.Combine(tag.Downloaded, "repodata")), CopyTree.Digests(Path.Combine(copy, "repodata")));
    }

    public void Dispose() => folder.Dispose();
}
