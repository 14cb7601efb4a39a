using Microsoft.Extensions.DependencyInjection;
using Skyline.Protocol;
using Skyline.Server.Backups;
using Skyline.Server.Keeping;
using Skyline.Server.Repos;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Tests.Backups;

/// <summary>Backups of a server that goes on working, and what is put back from them.</summary>
public sealed class BackupTests : IAsyncDisposable
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    readonly string folder = Directory.CreateTempSubdirectory("skyline-backups-").FullName;
    readonly LaterTime clock = new();

    string Backups => Path.Combine(folder, "backups");

    Task<BackupMade> Make(Site site, bool keys = true, int? keep = null)
    {
        // (A backup is named by its second.)
        clock.Pass(TimeSpan.FromMinutes(1));
        return MakeBackup.Run(site.Data, new(Backups), keys, keep, clock, Ct);
    }

    string Restored(string name = "restored") => Path.Combine(folder, name);

    async Task<Manifest> Restore(string? name = null, string to = "restored")
    {
        var from = new BackupFolder(Backups);
        return await RestoreBackup.Run(from, from.Find(name), Restored(to), TimeProvider.System, Ct);
    }

    static async Task Import(Site site, string name) => await site.Admin.Import(Papers.Binary(name, "1", "1").Open(), "paper", Ct);

    static async Task Publish(Site site) => await site.Part<PublishSnapshot>().BringUpToDate(site.Part<Database>().Read(db => Tag.Find(db, "paper")!.Id), Ct);

    /// <summary>All that a client fetches of the repository, byte for byte.</summary>
    static async Task<SortedDictionary<string, string>> Files(Site site)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var repomd = await Add("repodata/repomd.xml");
        await Add("repodata/repomd.xml.asc");
        foreach (System.Text.RegularExpressions.Match href in System.Text.RegularExpressions.Regex.Matches(System.Text.Encoding.UTF8.GetString(repomd), "href=\"([^\"]+)\"")) await Add(href.Groups[1].Value);
        foreach (var package in await RepositoryReading.Packages(site, "paper", "x86_64")) await Add($"Packages/{package[0]}/{package}");
        return files;

        async Task<byte[]> Add(string path)
        {
            var bytes = await site.Http().GetByteArrayAsync($"repos/paper/x86_64/{path}", Ct);
            files[path] = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));
            return bytes;
        }
    }

    [Fact]
    public async Task What_is_restored_is_the_site_as_it_was_and_goes_on()
    {
        SortedDictionary<string, string> before;
        string token;
        await using (var site = await Site.Open())
        {
            await Import(site, "first");
            await Publish(site);
            token = (await site.Admin.AddPerson(new NewPerson("ann"), Ct)).Token;
            before = await Files(site);
            await Make(site);
            // What comes after the moment of the backup is not in it.
            await Import(site, "late");
        }

        await Restore();
        await using var again = await Site.Open(Restored());

        Assert.Equal(before, await Files(again));
        Assert.Equal("ann", (await new SkylineClient(again.Http(token)).WhoAmI(Ct)).Name);
        Assert.Equal("admin", (await again.Admin.WhoAmI(Ct)).Name);
        var (_, fault) = Skyline.Server.Audit.ReadAudit.Verify(again.Part<Database>(), null);
        Assert.Null(fault);
        await Import(again, "later");
        await Publish(again);
        Assert.Equal(2, (await RepositoryReading.Packages(again, "paper", "x86_64")).Count);
    }

    [Fact]
    public async Task A_second_backup_copies_what_is_new_and_each_is_whole_by_itself()
    {
        await using var site = await Site.Open();
        await Import(site, "one");
        var first = await Make(site);
        await Import(site, "two");
        var second = await Make(site);
        var third = await Make(site);

        Assert.True(first.NewFiles >= 1);
        Assert.Equal((first.Blobs + 1, 1L), (second.Blobs, second.NewFiles));
        Assert.Equal((0L, 0L), (third.NewFiles, third.NewBytes));
        foreach (var one in new[] { first, second, third }) Assert.Empty(VerifyBackup.Run(new(Backups), one.Name, Ct));
    }

    [Fact]
    public async Task Old_ones_go_and_take_along_what_no_other_names()
    {
        await using var site = await Site.Open();
        await Import(site, "one");
        await Make(site);
        var gone = Papers.Binary("one", "1", "1").Sha256;
        await site.Part<Database>().Write(tx => tx.Execute("UPDATE rpms SET blob_sha256 = @other", new { other = new string('a', 64) }), Ct);
        await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(Path.Combine(site.Data, "blobs", "aa")).FullName, new string('a', 62)), "none", Ct);
        var kept = new BackupFolder(Backups);
        Assert.True(File.Exists(kept.PathOf(gone)));

        var second = await Make(site, keep: 1);

        Assert.Equal([second.Name], kept.Names());
        Assert.Equal(1, second.Pruned);
        Assert.False(File.Exists(kept.PathOf(gone)));
        // That blob's bytes are not what its name says: it is told of, and the rest is there.
        Assert.Equal(new string('a', 64), Assert.Single(second.Missing));
        Assert.Contains("missing or damaged already", Assert.Single(VerifyBackup.Run(kept, second.Name, Ct)));
    }

    [Fact]
    public async Task While_one_is_made_no_blob_goes_and_after_it_the_next_collection_finds_it()
    {
        await using var site = await Site.Open(change: services => services.AddSingleton<TimeProvider>(clock));
        var blob = await site.Part<Blobs>().Put("nobody's"u8.ToArray(), Ct);
        clock.Pass(TimeSpan.FromHours(2));

        using (BlobsHeld.Hold(site.Data))
        {
            await site.Part<Database>().Write(tx => site.Part<Blobs>().DeleteUnreferenced(tx, blob.Sha256), Ct);
            Assert.Equal(0, (await site.Part<CollectGarbage>().Run(dryRun: false, Ct)).Blobs);
            Assert.True(site.Part<Blobs>().Has(blob.Sha256));
        }

        Assert.Equal(1, (await site.Part<CollectGarbage>().Run(dryRun: false, Ct)).Blobs);
        Assert.False(site.Part<Blobs>().Has(blob.Sha256));
    }

    [Fact]
    public async Task Without_keys_nothing_in_it_signs_or_signs_in_and_the_key_file_put_back_signs_again()
    {
        string seal;
        await using (var site = await Site.Open())
        {
            await Import(site, "one");
            await Publish(site);
            seal = await File.ReadAllTextAsync(Path.Combine(site.Data, "keys", "seal.key"), Ct);
            await Make(site, keys: false);
            var secrets = new[] { seal.Trim(), site.AdminToken, site.BuilderToken };
            foreach (var file in Directory.EnumerateFiles(Backups, "*", SearchOption.AllDirectories))
                Assert.DoesNotContain(secrets, secret => System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(file)).Contains(secret, StringComparison.Ordinal));
        }
        await Restore();
        Directory.CreateDirectory(Path.Combine(Restored(), "keys"));
        await File.WriteAllTextAsync(Path.Combine(Restored(), "keys", "seal.key"), seal, Ct);
        File.SetUnixFileMode(Path.Combine(Restored(), "keys", "seal.key"), UnixFileMode.UserRead | UnixFileMode.UserWrite);

        await using var again = await Site.Open(Restored());

        Assert.Null(again.Part<Skyline.Server.Signing.SigningKeys>().WhyNot());
        Assert.False(File.Exists(Path.Combine(Restored(), "admin.token")));
    }

    [Fact]
    public async Task A_damaged_backup_is_refused_by_the_name_of_the_file_and_leaves_nothing()
    {
        string damaged;
        await using (var site = await Site.Open())
        {
            await Import(site, "one");
            await Make(site);
        }
        damaged = new BackupFolder(Backups).PathOf(Papers.Binary("one", "1", "1").Sha256);
        var bytes = await File.ReadAllBytesAsync(damaged, Ct);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(damaged, bytes, Ct);

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => Restore());

        Assert.Contains(damaged, refused.Message);
        Assert.Equal(["server.lock"], Directory.EnumerateFileSystemEntries(Restored()).Select(Path.GetFileName));
        Assert.Contains(damaged, Assert.Single(VerifyBackup.Run(new(Backups), new BackupFolder(Backups).Find(null), Ct)));
    }

    [Fact]
    public async Task A_folder_that_has_something_and_a_backup_of_a_newer_version_are_refused()
    {
        await using var site = await Site.Open();
        var made = await Make(site);
        var from = new BackupFolder(Backups);
        Directory.CreateDirectory(Restored("full"));
        await File.WriteAllTextAsync(Path.Combine(Restored("full"), "precious"), "mine", Ct);

        var full = await Assert.ThrowsAsync<InvalidOperationException>(() => Restore(to: "full"));
        var used = await Assert.ThrowsAsync<InvalidOperationException>(() => RestoreBackup.Run(from, made.Name, site.Data, TimeProvider.System, Ct));
        var manifest = Path.Combine(from.Of(made.Name), BackupFolder.ManifestName);
        await File.WriteAllTextAsync(manifest, (await File.ReadAllTextAsync(manifest, Ct)).Replace($"\"schema\": {Migrations.Newest}", "\"schema\": 9999", StringComparison.Ordinal), Ct);
        var newer = await Assert.ThrowsAsync<InvalidOperationException>(() => Restore());

        Assert.Contains("precious is in it", full.Message);
        Assert.Equal("mine", await File.ReadAllTextAsync(Path.Combine(Restored("full"), "precious"), Ct));
        Assert.Contains("in use by skyline-server, process", used.Message);
        Assert.Contains("schema 9999", newer.Message);
        Assert.Contains($"up to {Migrations.Newest}", newer.Message);
    }

    [Fact]
    public async Task A_restore_that_was_cut_short_starts_no_server_and_is_done_again()
    {
        await using (var site = await Site.Open()) await Make(site);
        Directory.CreateDirectory(Restored());
        await File.WriteAllTextAsync(Path.Combine(Restored(), "restore.under-way"), $"{Backups}\n", Ct);
        Directory.CreateDirectory(Path.Combine(Restored(), "blobs"));

        Assert.Contains($"skyline-server restore {Backups}", Assert.Throws<InvalidOperationException>(() => RestoreBackup.RefuseHalfDone(Restored())).Message);
        await Restore();

        RestoreBackup.RefuseHalfDone(Restored());
        await using var again = await Site.Open(Restored());
    }

    [Fact]
    public async Task By_the_clock_it_says_how_it_went_where_health_is_told()
    {
        await using var site = await Site.Open(null, null, $"--Skyline:Backup:Folder={Backups}", "--Skyline:Backup:Keep=2");

        var made = await site.Admin.BackUp(Ct);
        var well = (await site.Admin.Health(Ct)).Findings.Single(finding => finding.Check == "backups");
        File.SetUnixFileMode(Backups, UnixFileMode.UserRead);
        Directory.Move(Backups, Backups + ".away");
        await File.WriteAllTextAsync(Backups, "no folder", Ct);
        var refused = await Assert.ThrowsAsync<RefusedException>(() => site.Admin.BackUp(Ct));
        var ill = (await site.Admin.Health(Ct)).Findings.Single(finding => finding.Check == "backups");

        Assert.Equal((HealthState.Ok, 0), (well.State, made.MissingCount));
        Assert.Contains(Backups, well.Says);
        Assert.Equal(503, refused.Status);
        Assert.Contains("did not come to its end", refused.Message);
        Assert.Equal(HealthState.Fault, ill.State);
        Assert.Contains("did not come to its end", ill.Says);
    }

    [Fact]
    public async Task On_the_host_one_command_makes_and_another_checks_it()
    {
        await using var site = await Site.Open();
        await Import(site, "one");
        var (output, error) = (new StringWriter(), new StringWriter());

        var made = await BackupCommand.Run(["backup", Backups, "--keep", "3", $"--Skyline:Data={site.Data}"], output, error, Ct);
        var verified = await BackupCommand.Run(["backup", "verify", Backups], output, error, Ct);
        var wrong = await BackupCommand.Run(["backup", Backups, "--kep", "3"], output, error, Ct);

        Assert.Equal((0, 0, 2), (made, verified, wrong));
        Assert.Contains("can sign as this server", output.ToString());
        Assert.Contains("is whole", output.ToString());
        Assert.Equal(made == 0 ? Backups : "", LastBackup.Of(site.Data)!.Folder);
    }

    public ValueTask DisposeAsync()
    {
        if (Directory.Exists(Backups + ".away")) File.SetUnixFileMode(Backups + ".away", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
