using System.Security.Cryptography;
using Skyline.Protocol;

namespace Skyline.Server.Tests.Sources;

/// <summary>What a run may have the server fetch: what it told, once, and nothing else.</summary>
public sealed class RunSourcesTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static async Task<(Site Site, PaperBuilder Builder, LeasedRun Run)> Begin(GitHost git, params string[] settings)
    {
        await git.Repository("hello", ("hello.spec", "Name: hello\n"));
        var site = await Site.Open(null, null, ["--Skyline:FetchFromLocalAddresses=true", "--Skyline:GitSchemes:0=http", .. settings]);
        var builder = new PaperBuilder(site.LocalBuilder);
        await site.Admin.SubmitSource(new(git.Url("hello"), "paper"), Ct);
        return (site, builder, await builder.Lease());
    }

    static string Sha512(byte[] bytes) => "sha512:" + Convert.ToHexStringLower(SHA512.HashData(bytes));

    [Fact]
    public async Task A_file_of_the_list_comes_with_its_checksum_checked_and_is_noted()
    {
        await using var git = await GitHost.Open();
        var bytes = "int main;\n"u8.ToArray();
        git.Files["/files/hello.c"] = bytes;
        var (site, builder, run) = await Begin(git);
        await using var _ = site;
        WantedFile good = new("hello.c", git.Url("files/hello.c"), Sha512(bytes)), bad = new("other.c", git.Url("files/hello.c"), Sha512([1])), gone = new("gone.c", git.Url("files/gone.c"));

        await builder.Contract.WantFiles(run.RunId, new([good, bad, gone]), Ct);

        var fetched = await builder.Contract.FetchFile(run.RunId, 0, Ct);
        Assert.Equal(new FetchedFile(Convert.ToHexStringLower(SHA256.HashData(bytes)), bytes.Length), fetched);
        Assert.Equal("main;\n", await new StreamReader(await builder.Contract.OpenFile(run.RunId, 0, 4, Ct)).ReadToEndAsync(Ct));
        var mismatch = await Assert.ThrowsAsync<RefusedException>(() => builder.Contract.FetchFile(run.RunId, 1, Ct));
        Assert.Equal(422, mismatch.Status);
        Assert.Contains("gave another file than the sources say: its SHA512 is", mismatch.Message, StringComparison.Ordinal);
        Assert.Contains("404", (await Assert.ThrowsAsync<RefusedException>(() => builder.Contract.FetchFile(run.RunId, 2, Ct))).Message, StringComparison.Ordinal);
        Assert.Equal(422, (await Assert.ThrowsAsync<RefusedException>(() => builder.Contract.FetchFile(run.RunId, 3, Ct))).Status);
        var files = (await site.Admin.Build(run.BuildId, Ct)).Source!.Files;
        Assert.Equal([fetched.Sha256, null, null], files.Select(file => file.Sha256));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(site.Data, "incoming")));
    }

    [Fact]
    public async Task The_list_is_told_once_by_the_runs_holder_and_names_nothing_that_is_not_fetched()
    {
        await using var git = await GitHost.Open();
        var (site, builder, run) = await Begin(git, "--Skyline:SourceHosts:0=127.0.0.1");
        await using var _ = site;
        var other = await site.Enrol("other");

        Assert.Equal(409, (await Assert.ThrowsAsync<RefusedException>(() => other.WantFiles(run.RunId, new([]), Ct))).Status);
        foreach (var (name, url, checksum) in new (string, string, string?)[]
        {
            ("x", "file:///etc/passwd", null), ("x", "gopher://127.0.0.1/x", null), ("x", "https://u:p@127.0.0.1/x", null), ("x", "https://elsewhere.example.org/x", null), ("../x", git.Url("x"), null), ("", git.Url("x"), null), (".x", git.Url("x"), null),
            ("x", git.Url("x"), "crc:00"), ("x", git.Url("x"), "sha512:00"),
        })
            Assert.True((await Assert.ThrowsAsync<RefusedException>(() => builder.Contract.WantFiles(run.RunId, new([new(name, url, checksum)]), Ct))).Status is 400 or 422, url);
        WantedFiles list = new([new("x", git.Url("files/x"))]);
        await builder.Contract.WantFiles(run.RunId, list, Ct);
        await builder.Contract.WantFiles(run.RunId, list, Ct);
        Assert.Equal(400, (await Assert.ThrowsAsync<RefusedException>(() => builder.Contract.WantFiles(run.RunId, new([new("y", git.Url("files/y"))]), Ct))).Status);
    }

    [Fact]
    public async Task What_is_known_by_its_checksum_is_fetched_once()
    {
        await using var git = await GitHost.Open();
        var bytes = "int main;\n"u8.ToArray();
        git.Files["/files/hello.c"] = bytes;
        var (site, builder, run) = await Begin(git);
        await using var _ = site;
        WantedFiles list = new([new("hello.c", git.Url("files/hello.c"), Sha512(bytes))]);
        await builder.Contract.WantFiles(run.RunId, list, Ct);
        await builder.Contract.FetchFile(run.RunId, 0, Ct);
        git.Files.Clear();

        await site.Admin.SubmitSource(new(git.Url("hello"), "paper", Scratch: true), Ct);
        var next = await builder.Lease();
        await builder.Contract.WantFiles(next.RunId, list, Ct);

        Assert.Equal(bytes.Length, (await builder.Contract.FetchFile(next.RunId, 0, Ct)).Size);
    }

    [Fact]
    public async Task What_a_source_package_was_made_of_is_let_go_and_stays_noted()
    {
        await using var git = await GitHost.Open();
        var bytes = "int main;\n"u8.ToArray();
        git.Files["/files/hello.c"] = bytes;
        await git.Repository("hello", ("hello.spec", "Name: hello\n"));
        await using var keeping = await Keeping.KeepingSite.Open("--Skyline:FetchFromLocalAddresses=true", "--Skyline:GitSchemes:0=http", "--Skyline:KeepFailedDays=14");
        var builder = new PaperBuilder(keeping.Site.LocalBuilder);
        await keeping.Admin.SubmitSource(new(git.Url("hello"), "paper"), Ct);
        var run = await builder.Lease();
        await builder.Contract.WantFiles(run.RunId, new([new("hello.c", git.Url("files/hello.c"))]), Ct);
        var fetched = await builder.Contract.FetchFile(run.RunId, 0, Ct);
        await builder.Report(run.RunId, RunOutcome.Failed, "It does not pack.");
        string[] kept = [run.Srpm.Sha256, fetched.Sha256];

        await Tidy(TimeSpan.FromDays(13));
        Assert.All(kept, sha256 => Assert.True(keeping.Site.Part<Skyline.Server.Storage.Blobs>().Has(sha256)));
        await Tidy(TimeSpan.FromDays(2));
        Assert.All(kept, sha256 => Assert.False(keeping.Site.Part<Skyline.Server.Storage.Blobs>().Has(sha256)));
        var noted = (await keeping.Admin.Build(run.BuildId, Ct)).Source!;
        Assert.Equal((run.Source!.Commit, fetched.Sha256), (noted.Commit, Assert.Single(noted.Files).Sha256));

        async Task Tidy(TimeSpan later)
        {
            keeping.Clock.Pass(later);
            await keeping.Admin.ApplyRetention(dryRun: false, Ct);
            await keeping.Admin.CollectGarbage(dryRun: false, Ct);
        }
    }

    [Fact]
    public async Task A_run_that_builds_may_have_nothing_fetched()
    {
        await using var git = await GitHost.Open();
        await using var site = await Site.Open();
        var builder = new PaperBuilder(site.LocalBuilder);
        await site.Admin.Submit(Papers.Source("hello", "1", "1", exclusiveArch: "x86_64").Open(), "hello-1-1.src.rpm", "paper", false, Ct);
        var run = await builder.Lease();

        Assert.Equal(409, (await Assert.ThrowsAsync<RefusedException>(() => builder.Contract.WantFiles(run.RunId, new([new("x", git.Url("x"))]), Ct))).Status);
    }
}
