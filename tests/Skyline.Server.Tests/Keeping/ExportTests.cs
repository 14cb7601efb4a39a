using System.Security.Cryptography;
using Skyline.Protocol;
using Skyline.Server.Storage;
using Skyline.Server.Tests.Signing;
using Skyline.Testing;

namespace Skyline.Server.Tests.Keeping;

public sealed class ExportTests : IDisposable
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    readonly string folder = Directory.CreateTempSubdirectory("skyline-export-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    Task<KeepingSite> Open() => KeepingSite.Open($"--Skyline:ExportFolder={folder}");

    string Tree(params string[] parts) => Path.Combine([folder, .. parts]);

    static string[] Packages(string repo) => [.. Directory.EnumerateFiles(Path.Combine(repo, "Packages"), "*.rpm", SearchOption.AllDirectories).Select(Path.GetFileName).Order()!];

    [Fact]
    public async Task The_tree_is_what_is_served_byte_for_byte_and_dnf_and_gpg_take_it()
    {
        await using var site = await Open();
        await site.Import("one", "1");
        var snapshot = await site.Import("two", "1");

        var exported = await site.Admin.Export("paper", new("mirror"), Ct);

        Assert.Equal(new ExportedTree(Tree("mirror", "paper"), snapshot, 2, 2, 0), exported);
        var served = await RepositoryChecks.IsWhole(site.Site.Http(), "paper", "x86_64", Ct);
        foreach (var location in served)
            Assert.Equal(await site.Site.Http().GetByteArrayAsync($"repos/paper/x86_64/{location}", Ct), await File.ReadAllBytesAsync(Tree("mirror", "paper", "x86_64", location), Ct));
        var repo = Tree("mirror", "paper", "x86_64");
        var config = Tree("dnf.conf");
        await File.WriteAllTextAsync(config, $"[main]\ncachedir={folder}/cache\nlogdir={folder}\npluginpath=/nonexistent\nreposdir={folder}/repos.d\n", Ct);
        Directory.CreateDirectory(Tree("repos.d"));
        await File.WriteAllTextAsync(Tree("repos.d", "paper.repo"), $"[paper]\nname=paper\nbaseurl=file://{repo}\ngpgcheck=1\nrepo_gpgcheck=1\ngpgkey=file://{folder}/mirror/paper/paper.asc\n", Ct);
        var listed = (await Tool.Run("dnf", ["-c", config, "-y", "--releasever=1", "--forcearch=x86_64", $"--installroot={folder}/root", "repoquery", "--qf", "%{name}-%{version}"], Ct)).Ok("dnf repoquery");
        Assert.Contains("one-1", listed);
        Assert.Contains("two-1", listed);
    }

    [Fact]
    public async Task Exported_again_it_writes_only_what_is_new_and_removes_what_has_left()
    {
        await using var site = await Open();
        await site.Import("one", "1");
        await site.Import("two", "1");
        await site.Admin.Export("paper", new(), Ct);
        await site.Untag("one-1-1");
        await site.Import("three", "1");

        var again = await site.Admin.Export("paper", new(), Ct);

        Assert.Equal((2, 1, 1), (again.Packages, again.Written, again.Removed));
        Assert.Equal(["three-1-1.x86_64.rpm", "two-1-1.x86_64.rpm"], Packages(Tree("paper", "x86_64")));
        var third = await site.Admin.Export("paper", new(), Ct);
        Assert.Equal((0, 0), (third.Written, third.Removed));
        // Names that a stop would have left behind are gone too.
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories), path => path.EndsWith(".new", StringComparison.Ordinal) || path.EndsWith(".next", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_package_of_two_tags_is_one_file_and_goes_with_the_last()
    {
        await using var site = await Open();
        await site.Admin.CreateTag(new NewTag("other", "paper-1", ["x86_64"]), Ct);
        await site.Import("one", "1");
        await site.Import("one", "1", "other");

        Assert.Equal(1, (await site.Admin.Export("paper", new(), Ct)).Written);
        Assert.Equal(0, (await site.Admin.Export("other", new(), Ct)).Written);
        Assert.Single(Directory.EnumerateFiles(Tree(".packages"), "*", SearchOption.AllDirectories));

        await site.Untag("one-1-1");
        await site.Untag("one-1-1", "other");
        await site.Admin.Export("paper", new(), Ct);
        Assert.Single(Directory.EnumerateFiles(Tree(".packages"), "*", SearchOption.AllDirectories));
        await site.Admin.Export("other", new(), Ct);
        Assert.Empty(Directory.EnumerateFiles(Tree(".packages"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task An_earlier_snapshot_can_be_exported()
    {
        await using var site = await Open();
        var first = await site.Import("one", "1");
        await site.Import("two", "1");

        Assert.Equal(first, (await site.Admin.Export("paper", new("old", first), Ct)).Snapshot);

        Assert.Equal(["one-1-1.x86_64.rpm"], Packages(Tree("old", "paper", "x86_64")));
        Assert.Equal(404, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.Export("paper", new("old", new string('0', 64)), Ct))).Status);
    }

    [Fact]
    public async Task Who_reads_the_tree_meanwhile_always_finds_a_signature_that_is_of_its_metadata()
    {
        await using var site = await Open();
        await site.Import("one", "1");
        await site.Admin.Export("paper", new(), Ct);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var pairs = new HashSet<string>();
        var reading = Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
            {
                // The folder is opened once, as rsync does; both files are of that one.
                using var repodata = new OpenFolder(Tree("paper", "x86_64", "repodata"));
                if (repodata.Read("repomd.xml") is { } repomd && repodata.Read("repomd.xml.asc") is { } signature)
                    pairs.Add(Convert.ToHexStringLower(SHA256.HashData(repomd)) + Convert.ToHexStringLower(SHA256.HashData(signature)));
            }
        }, Ct);
        var published = new HashSet<string>();
        for (var i = 0; i < 10; i++)
        {
            await site.Import($"next{i}", "1");
            await site.Admin.Export("paper", new(), Ct);
            published.Add(Convert.ToHexStringLower(SHA256.HashData(await site.Site.Http().GetByteArrayAsync("repos/paper/x86_64/repodata/repomd.xml", Ct)))
                + Convert.ToHexStringLower(SHA256.HashData(await site.Site.Http().GetByteArrayAsync("repos/paper/x86_64/repodata/repomd.xml.asc", Ct))));
        }
        await done.CancelAsync();
        await reading;
        Assert.Equal(10, published.Count);
        Assert.True(pairs.Except(published).Count() <= 1, "Only the first state's pair is not among those published meanwhile.");
        Assert.NotEmpty(pairs.Intersect(published));
    }

    [Fact]
    public async Task Who_reads_the_tree_while_it_comes_to_be_signed_with_another_key_finds_packages_and_metadata_of_one_key()
    {
        await using var site = await Open();
        await site.Import("one", "1");
        using var done = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var pairs = new HashSet<string>();
        string[] files = ["repodata/repomd.xml", "Packages/o/one-1-1.x86_64.rpm"];
        static string Pair(IEnumerable<byte[]> files) => string.Join(' ', files.Select(file => Convert.ToHexStringLower(SHA256.HashData(file))));
        var reading = Task.CompletedTask;
        var published = new HashSet<string>();
        for (var i = 0; i < 5; i++)
        {
            if (i > 0) await site.Site.UntilCurrent(await site.Admin.RotateKey(null, new NewKey(), Ct));
            await site.Admin.Export("paper", new(), Ct);
            var served = await Task.WhenAll(files.Select(file => site.Site.Http().GetByteArrayAsync($"repos/paper/x86_64/{file}", Ct)));
            published.Add(Pair(served));
            if (i > 0) continue;
            reading = Task.Run(() =>
            {
                while (!done.IsCancellationRequested)
                {
                    using var repository = new OpenFolder(Tree("paper", "x86_64"));
                    if (files.Select(repository.Read).ToList() is [{ } repomd, { } package]) pairs.Add(Pair([repomd, package]));
                }
            }, Ct);
        }
        await done.CancelAsync();
        await reading;

        Assert.Equal(5, published.Count);
        Assert.Empty(pairs.Except(published));
        Assert.True(pairs.Count > 1, "The reader saw no other state than the first.");
    }

    [Theory]
    [InlineData("../elsewhere")]
    [InlineData("/etc")]
    [InlineData("a/../../b")]
    [InlineData(".packages")]
    [InlineData("a//\0")]
    public async Task Nothing_is_written_outside_of_the_export_folder(string where)
    {
        await using var site = await Open();

        Assert.Equal(400, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.Export("paper", new(where), Ct))).Status);

        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories), path => path != Tree(".packages"));
    }

    [Fact]
    public async Task A_symbolic_link_is_not_followed()
    {
        await using var site = await Open();
        var elsewhere = Directory.CreateTempSubdirectory("skyline-elsewhere-").FullName;
        File.CreateSymbolicLink(Tree("mirror"), elsewhere);

        Assert.Equal(409, (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.Export("paper", new("mirror"), Ct))).Status);

        Assert.Empty(Directory.EnumerateFileSystemEntries(elsewhere));
        Directory.Delete(elsewhere);
    }

    [Fact]
    public async Task A_damaged_package_is_not_exported_and_the_tree_stays_as_it_was()
    {
        await using var site = await Open();
        await site.Import("one", "1");
        await site.Admin.Export("paper", new(), Ct);
        var repomd = await File.ReadAllBytesAsync(Tree("paper", "x86_64", "repodata", "repomd.xml"), Ct);
        await site.Import("two", "1");
        await File.AppendAllTextAsync(site.BlobFile(Papers.Binary("two", "1", "1").Sha256), "!", Ct);

        Assert.Contains("two-1-1.x86_64.rpm is damaged", (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.Export("paper", new(), Ct))).Message);

        Assert.Equal(repomd, await File.ReadAllBytesAsync(Tree("paper", "x86_64", "repodata", "repomd.xml"), Ct));
        Assert.Equal(["one-1-1.x86_64.rpm"], Packages(Tree("paper", "x86_64")));
    }

    [Fact]
    public async Task Damaged_metadata_is_not_exported_and_the_tree_stays_as_it_was()
    {
        await using var site = await Open();
        await site.Import("one", "1");
        await site.Admin.Export("paper", new(), Ct);
        var repomd = await File.ReadAllBytesAsync(Tree("paper", "x86_64", "repodata", "repomd.xml"), Ct);
        var before = site.Site.Part<Database>().Read(db => db.One<long>("SELECT max(id) FROM frames"));
        await site.Import("two", "1");
        await site.Site.Part<Database>().Write(tx => tx.Execute("UPDATE frames SET bytes = zeroblob(length(bytes)) WHERE id > @before", new { before }), Ct);

        Assert.Contains("is damaged and was not exported", (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.Export("paper", new(), Ct))).Message);

        Assert.Equal(repomd, await File.ReadAllBytesAsync(Tree("paper", "x86_64", "repodata", "repomd.xml"), Ct));
        Assert.Equal(["one-1-1.x86_64.rpm"], Packages(Tree("paper", "x86_64")));
    }

    [Fact]
    public async Task Without_an_export_folder_it_says_what_to_set()
    {
        await using var site = await KeepingSite.Open();

        Assert.Contains("Skyline:ExportFolder", (await Assert.ThrowsAsync<RefusedException>(() => site.Admin.Export("paper", new(), Ct))).Message);
    }
}
