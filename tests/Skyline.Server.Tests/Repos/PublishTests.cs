using System.Net;
using System.Net.Http.Headers;
using System.Xml.Linq;
using Skyline.Protocol;
using Skyline.Server.Tests.Tags;
using Skyline.Testing;

namespace Skyline.Server.Tests.Repos;

public sealed class PublishTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;
    static readonly XNamespace repo = "http://linux.duke.edu/metadata/repo";

    static async Task<BuildDetails> Published(Site site, long build)
    {
        var now = await site.Admin.Build(build, Ct);
        while (now.State is BuildState.Waiting or BuildState.Building or BuildState.Publishing) now = await site.Admin.WaitBuild(build, now.Revision, 30, Ct);
        return now;
    }

    static async Task<BuildDetails> BuildHello(Site site, string release = "1.pp1")
    {
        var srpm = Papers.Source("hello", "2.12", release, exclusiveArch: "x86_64");
        var build = await site.Admin.Submit(srpm.Open(), srpm.FileName, "paper", scratch: false, Ct);
        await new PaperBuilder(site.LocalBuilder).Build(srpm, Papers.Binary("hello", "2.12", release), Papers.Binary("hello-debuginfo", "2.12", release, source: $"hello-2.12-{release}.src.rpm"));
        return await Published(site, build.Id);
    }

    [Fact]
    public async Task A_new_tag_has_a_valid_empty_repository_at_once()
    {
        await using var site = await Site.Open();
        await site.Admin.CreateTag(new NewTag("fresh", "paper-1", ["x86_64"]), Ct);

        foreach (var part in new[] { "x86_64", "x86_64-debug", "src" })
        {
            var repomd = XDocument.Parse(await site.Http().GetStringAsync($"repos/fresh/{part}/repodata/repomd.xml", Ct));
            Assert.Equal(["filelists", "other", "primary"], repomd.Descendants(repo + "data").Select(data => data.Attribute("type")!.Value).Order());
            Assert.StartsWith("-----BEGIN PGP SIGNATURE-----", await site.Http().GetStringAsync($"repos/fresh/{part}/repodata/repomd.xml.asc", Ct));
        }
    }

    [Fact]
    public async Task Who_opens_a_repositorys_own_address_comes_to_its_page()
    {
        await using var site = await Site.Open();
        var snapshot = (await site.Admin.Tag("paper", Ct)).Snapshot;

        Assert.Equal("/tags/paper", await PageAt(site, "repos/paper/x86_64/"));
        Assert.Equal("/tags/paper", await PageAt(site, "repos/paper/src"));
        Assert.Equal($"/tags/paper/snapshots/{snapshot}", await PageAt(site, $"repos/paper/@{snapshot}/x86_64/"));
        Assert.Equal(HttpStatusCode.NotFound, (await site.Http().GetAsync("repos/paper/none/", Ct)).StatusCode);
    }

    /// <summary>Where the redirect ends, which is a page that is there.</summary>
    static async Task<string> PageAt(Site site, string address)
    {
        using var answer = await site.Http().GetAsync(address, Ct);
        answer.EnsureSuccessStatusCode();
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
        return answer.RequestMessage!.RequestUri!.AbsolutePath;
    }

    [Fact]
    public async Task A_built_package_is_served_signed_and_its_content_hash_is_that_of_the_upload()
    {
        await using var site = await Site.Open();

        var build = await BuildHello(site);

        Assert.Equal(BuildState.Complete, build.State);
        Assert.Equal((await site.Admin.Tag("paper", Ct)).Snapshot, build.Snapshot);
        var rpm = Assert.Single(build.Rpms, rpm => rpm.FileName == "hello-2.12-1.pp1.x86_64.rpm");
        var bytes = await site.Http().GetByteArrayAsync("repos/paper/x86_64/Packages/h/hello-2.12-1.pp1.x86_64.rpm", Ct);
        Assert.Equal(rpm.Sha256, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)));
        var served = await Skyline.Rpm.RpmPackage.Read(new MemoryStream(bytes), Ct);
        Assert.Equal(rpm.ContentHash, served.ContentHash);
        Assert.NotEqual(Papers.Binary("hello", "2.12", "1.pp1").Sha256, rpm.Sha256);
        Assert.Equal(HttpStatusCode.NotFound, (await site.Http().GetAsync("repos/paper/x86_64-debug/Packages/h/nothing.rpm", Ct)).StatusCode);
    }

    [Fact]
    public async Task Debug_packages_and_sources_have_repositories_of_their_own()
    {
        await using var site = await Site.Open();
        await BuildHello(site);

        Assert.Equal("1", await PackagesIn(site, "x86_64"));
        Assert.Equal("1", await PackagesIn(site, "x86_64-debug"));
        Assert.Equal("1", await PackagesIn(site, "src"));
        Assert.Equal("0", await PackagesIn(site, "aarch64"));
    }

    static async Task<string> PackagesIn(Site site, string part)
    {
        var repomd = XDocument.Parse(await site.Http().GetStringAsync($"repos/paper/{part}/repodata/repomd.xml", Ct));
        var href = repomd.Descendants(repo + "data").Single(data => data.Attribute("type")!.Value == "primary").Element(repo + "location")!.Attribute("href")!.Value;
        await using var compressed = await site.Http().GetStreamAsync($"repos/paper/{part}/{href}", Ct);
        await using var plain = new ZstdSharp.DecompressionStream(compressed);
        return (await XDocument.LoadAsync(plain, LoadOptions.None, Ct)).Root!.Attribute("packages")!.Value;
    }

    [Fact]
    public async Task Debug_packages_that_several_share_are_with_what_debuggers_read()
    {
        await using var site = await Site.Open();
        foreach (var name in new[] { "kernel-debuginfo-common-x86_64", "kernel-debuginfo", "kernel-debugsource", "kernel-core" })
            await site.Admin.Import(Papers.Binary(name, "6.1", "1", source: "kernel-6.1-1.src.rpm").Open(), "paper", Ct);
        await site.UpToDate("paper");

        Assert.Equal(["kernel-debuginfo-6.1-1.x86_64.rpm", "kernel-debuginfo-common-x86_64-6.1-1.x86_64.rpm", "kernel-debugsource-6.1-1.x86_64.rpm"], (await RepositoryReading.Packages(site, "paper", "x86_64-debug")).Order());
        Assert.Equal(["kernel-core-6.1-1.x86_64.rpm"], await RepositoryReading.Packages(site, "paper", "x86_64"));
    }

    [Fact]
    public async Task A_build_of_a_package_that_its_tag_blocks_says_that_the_repositories_did_not_get_it()
    {
        await using var site = await Site.Open();
        var (srpm, builder) = (Papers.Source("hello", "2.12", "1.pp1", exclusiveArch: "x86_64"), new PaperBuilder(site.LocalBuilder));
        var submitted = await site.Admin.Submit(srpm.Open(), srpm.FileName, "paper", scratch: false, Ct);
        var run = await builder.Lease();
        await site.Admin.Block("paper", new(["hello"]), preview: false, Ct);

        await builder.Deliver(run, srpm, Papers.Binary("hello", "2.12", "1.pp1"));

        var build = await Published(site, submitted.Id);
        Assert.Equal((BuildState.Complete, "Built and tagged, but hello was blocked in 'paper' then, so its repositories did not get it."), (build.State, build.Why));
        Assert.Equal("0", await PackagesIn(site, "x86_64"));
    }

    [Fact]
    public async Task An_earlier_snapshot_stays_as_it_was_and_the_newest_moves_on()
    {
        await using var site = await Site.Open();
        await BuildHello(site, "1.pp1");
        var earlier = (await site.Admin.Tag("paper", Ct)).Snapshot;
        var repomd = await site.Http().GetStringAsync("repos/paper/x86_64/repodata/repomd.xml", Ct);

        await BuildHello(site, "2.pp1");

        Assert.NotEqual(earlier, (await site.Admin.Tag("paper", Ct)).Snapshot);
        Assert.NotEqual(repomd, await site.Http().GetStringAsync("repos/paper/x86_64/repodata/repomd.xml", Ct));
        Assert.Equal(repomd, await site.Http().GetStringAsync($"repos/paper/@{earlier}/x86_64/repodata/repomd.xml", Ct));
        Assert.True((await site.Http().GetAsync($"repos/paper/@{earlier}/x86_64/Packages/h/hello-2.12-1.pp1.x86_64.rpm", Ct)).IsSuccessStatusCode);
        // A client that read the old repomd.xml a moment ago still finds the files it names.
        var href = XDocument.Parse(repomd).Descendants(repo + "data").First().Element(repo + "location")!.Attribute("href")!.Value;
        Assert.True((await site.Http().GetAsync($"repos/paper/x86_64/{href}", Ct)).IsSuccessStatusCode);
    }

    [Fact]
    public async Task A_client_that_began_to_read_a_state_reads_its_signature_too_whatever_is_published_meanwhile()
    {
        await using var site = await Site.Open();
        await BuildHello(site, "1.pp1");
        var mirror = (await site.Http().GetStringAsync("repos/paper/x86_64/mirrorlist", Ct)).Trim();
        var repomd = await site.Http().GetByteArrayAsync(mirror + "repodata/repomd.xml", Ct);

        await BuildHello(site, "2.pp1");

        var home = Directory.CreateTempSubdirectory("skyline-gpg-").FullName;
        await File.WriteAllBytesAsync(Path.Combine(home, "repomd.xml"), repomd, Ct);
        await File.WriteAllBytesAsync(Path.Combine(home, "repomd.xml.asc"), await site.Http().GetByteArrayAsync(mirror + "repodata/repomd.xml.asc", Ct), Ct);
        await File.WriteAllBytesAsync(Path.Combine(home, "key.asc"), await site.Http().GetByteArrayAsync("keys/paper.asc", Ct), Ct);
        (await Tool.Run("gpg", ["--homedir", home, "--batch", "--quiet", "--import", Path.Combine(home, "key.asc")], Ct)).Ok("gpg --import");
        (await Tool.Run("gpg", ["--homedir", home, "--batch", "--verify", Path.Combine(home, "repomd.xml.asc"), Path.Combine(home, "repomd.xml")], Ct)).Ok("gpg --verify");
        await Tool.Run("gpgconf", ["--homedir", home, "--kill", "gpg-agent"], Ct);
        Directory.Delete(home, recursive: true);
        Assert.NotEqual(mirror, (await site.Http().GetStringAsync("repos/paper/x86_64/mirrorlist", Ct)).Trim());
    }

    [Fact]
    public async Task Nothing_is_sent_again_to_who_has_it_and_a_part_is_sent_to_who_asks_for_a_part()
    {
        await using var site = await Site.Open();
        await BuildHello(site);
        const string path = "repos/paper/x86_64/Packages/h/hello-2.12-1.pp1.x86_64.rpm";
        var whole = await site.Http().GetByteArrayAsync(path, Ct);
        var etag = (await site.Http().SendAsync(new HttpRequestMessage(HttpMethod.Head, path), Ct)).Headers.ETag!;

        var again = new HttpRequestMessage(HttpMethod.Get, path);
        again.Headers.IfNoneMatch.Add(etag);
        var part = new HttpRequestMessage(HttpMethod.Get, path);
        part.Headers.Range = new RangeHeaderValue(10, 19);

        Assert.Equal(HttpStatusCode.NotModified, (await site.Http().SendAsync(again, Ct)).StatusCode);
        var partial = await site.Http().SendAsync(part, Ct);
        Assert.Equal(HttpStatusCode.PartialContent, partial.StatusCode);
        Assert.Equal(whole[10..20], await partial.Content.ReadAsByteArrayAsync(Ct));
    }

    [Theory]
    [InlineData("repos/paper/x86_64/../../../../skyline.db")]
    [InlineData("repos/paper/x86_64/%2e%2e/%2e%2e/admin.token")]
    [InlineData("repos/paper/x86_64//etc/passwd")]
    [InlineData("repos/paper/x86_64/..%2f..%2fadmin.token")]
    [InlineData("repos/paper/x86_64/%252e%252e/%252e%252e/admin.token")]
    [InlineData("repos/paper/x86_64/..\\..\\admin.token")]
    [InlineData("repos/../admin.token")]
    [InlineData("repos/paper/@0000/x86_64/repodata/repomd.xml")]
    public async Task A_path_that_leads_elsewhere_finds_nothing(string path)
    {
        await using var site = await Site.Open();

        Assert.Equal(HttpStatusCode.NotFound, await RawHttp.StatusOf(site.Address, path));
    }

    [Fact]
    public async Task Noarch_comes_out_of_every_architectures_build_and_is_published_once()
    {
        await using var site = await Site.Open();
        var srpm = Papers.Source("hello", "2.12", "1.pp1");
        var build = await site.Admin.Submit(srpm.Open(), srpm.FileName, "paper", scratch: false, Ct);
        var docs = Papers.Binary("hello-doc", "2.12", "1.pp1", arch: "noarch", source: "hello-2.12-1.pp1.src.rpm");
        var intel = new PaperBuilder(await site.Enrol("intel"), "x86_64");
        var arm = new PaperBuilder(await site.Enrol("arm"), "aarch64");

        await intel.Build(srpm, Papers.Binary("hello", "2.12", "1.pp1"), docs);
        await arm.Build(srpm, Papers.Binary("hello", "2.12", "1.pp1", arch: "aarch64"), docs);

        var done = await Published(site, build.Id);
        Assert.Equal(["hello-2.12-1.pp1.aarch64.rpm", "hello-2.12-1.pp1.src.rpm", "hello-2.12-1.pp1.x86_64.rpm", "hello-doc-2.12-1.pp1.noarch.rpm"], done.Rpms.Select(rpm => rpm.FileName).Order());
        Assert.Equal(("2", "2"), (await PackagesIn(site, "x86_64"), await PackagesIn(site, "aarch64")));
    }

    [Fact]
    public async Task Noarch_that_came_out_differently_fails_the_build_and_publishes_nothing()
    {
        await using var site = await Site.Open();
        var srpm = Papers.Source("hello", "2.12", "1.pp1");
        var build = await site.Admin.Submit(srpm.Open(), srpm.FileName, "paper", scratch: false, Ct);
        var before = (await site.Admin.Tag("paper", Ct)).Snapshot;
        var intel = new PaperBuilder(await site.Enrol("intel"), "x86_64");
        var arm = new PaperBuilder(await site.Enrol("arm"), "aarch64");

        await intel.Build(srpm, Papers.Binary("hello-doc", "2.12", "1.pp1", arch: "noarch", source: "hello-2.12-1.pp1.src.rpm", summary: "made on intel"));
        await arm.Build(srpm, Papers.Binary("hello-doc", "2.12", "1.pp1", arch: "noarch", source: "hello-2.12-1.pp1.src.rpm", summary: "made on arm"));

        var failed = await Published(site, build.Id);
        Assert.Equal(BuildState.Failed, failed.State);
        Assert.Contains("noarch differs between x86_64 and aarch64: hello-doc-2.12-1.pp1.noarch.rpm came out differently", failed.Why);
        Assert.Equal(before, (await site.Admin.Tag("paper", Ct)).Snapshot);
    }

    [Fact]
    public async Task The_chroots_dist_decides_the_release_and_one_already_built_is_refused_when_it_shows()
    {
        await using var site = await Site.Open();
        await BuildHello(site, "1.pp1");
        var elsewhere = Papers.Source("hello", "2.12", "1.fc43", exclusiveArch: "x86_64");
        var build = await site.Admin.Submit(elsewhere.Open(), elsewhere.FileName, "paper", scratch: false, Ct);

        await new PaperBuilder(site.LocalBuilder).Build(Papers.Source("hello", "2.12", "1.pp1", exclusiveArch: "x86_64"), Papers.Binary("hello", "2.12", "1.pp1"));

        var failed = await Published(site, build.Id);
        Assert.Equal(BuildState.Failed, failed.State);
        Assert.Contains("hello-2.12-1.pp1 was already built", failed.Why);
    }

    [Fact]
    public async Task A_package_that_another_source_made_already_is_refused_by_name()
    {
        await using var site = await Site.Open();
        await BuildHello(site, "1.pp1");
        var thief = Papers.Source("thief", "1", "1", exclusiveArch: "x86_64");
        var build = await site.Admin.Submit(thief.Open(), thief.FileName, "paper", scratch: false, Ct);

        await new PaperBuilder(site.LocalBuilder).Build(thief, Papers.Binary("hello", "2.12", "1.pp1", source: "thief-1-1.src.rpm", summary: "not hello at all"));

        var failed = await Published(site, build.Id);
        Assert.Equal(BuildState.Failed, failed.State);
        Assert.Contains("hello-2.12-1.pp1.x86_64.rpm was already built: it is part of hello-2.12-1.pp1", failed.Why);
    }

    [Fact]
    public async Task A_build_that_was_to_be_published_when_the_server_stopped_is_published_by_the_next_start()
    {
        var site = await Site.Open();
        await BuildHello(site, "1.pp1");
        await site.Stop();
        // As a SIGKILL between the report and the publishing would leave it.
        using (var database = Skyline.Server.Storage.Database.Open(Path.Combine(site.Data, "skyline.db")))
            await database.Write(tx =>
            {
                foreach (var table in new[] { "snapshot_files", "snapshots", "tag_rpms", "signed_rpms", "tag_builds", "tag_events WHERE build_id IS NOT NULL", "rpms" })
                    Skyline.Server.Storage.Sql.Execute(tx, $"DELETE FROM {table}");
                Skyline.Server.Storage.Sql.Execute(tx, "UPDATE tags SET published_event = 0");
                Skyline.Server.Storage.Sql.Execute(tx, "UPDATE builds SET state = 'Publishing', ended_at = NULL");
            }, Ct);

        await using var again = await Site.Open(site.Data);

        var build = Assert.Single((await again.Admin.Builds(Ct)).Builds);
        Assert.Equal(BuildState.Complete, (await Published(again, build.Id)).State);
        Assert.Equal("1", await PackagesIn(again, "x86_64"));
    }

    [Fact]
    public async Task A_scratch_build_can_be_fetched_and_is_in_no_repository()
    {
        await using var site = await Site.Open();
        var srpm = Papers.Source("hello", "2.12", "1.pp1", exclusiveArch: "x86_64");
        var build = await site.Admin.Submit(srpm.Open(), srpm.FileName, "paper", scratch: true, Ct);
        var rpm = Papers.Binary("hello", "2.12", "1.pp1");

        await new PaperBuilder(site.LocalBuilder).Build(srpm, rpm);

        var done = await Published(site, build.Id);
        Assert.Equal(BuildState.Complete, done.State);
        Assert.Equal(rpm.Bytes, await site.Http().GetByteArrayAsync(done.Rpms.Single(file => file.Arch == "x86_64").Url, Ct));
        Assert.Equal("0", await PackagesIn(site, "x86_64"));
    }
}
