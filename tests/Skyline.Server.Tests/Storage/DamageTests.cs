using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

using Skyline.Protocol;
using Skyline.Server.Backups;
using Skyline.Server.Health;
using Skyline.Server.Setup;
using Skyline.Server.Storage;

namespace Skyline.Server.Tests.Storage;

/// <summary>A database file that is damaged, or another's, or of no server at all: said in a sentence that names the cure.</summary>
public sealed class DamageTests : IDisposable
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    readonly string data = Directory.CreateTempSubdirectory("skyline-damage-").FullName;

    string File_ => Path.Combine(data, "skyline.db");

    void Fill()
    {
        Database.Open(File_).Dispose();
        using var database = new SqliteConnection($"Data Source={File_};Pooling=False");
        database.Open();
        database.Execute("WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 5000) INSERT INTO builders (name, owner, created_at) SELECT 'builder-' || i, 'owner', 1 FROM n");
        database.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
    }

    /// <summary>As a bad disk does it: whole pages of something else, where the table of builders is.</summary>
    void Damage()
    {
        int page;
        using (var database = new SqliteConnection($"Data Source={File_};Pooling=False"))
        {
            database.Open();
            page = database.ExecuteScalar<int>("SELECT rootpage FROM sqlite_master WHERE name = 'builders'");
        }
        using var file = new FileStream(File_, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.Seek((page - 1) * 4096L, SeekOrigin.Begin);
        file.Write(Enumerable.Repeat((byte)0xA5, 4096).ToArray());
    }

    [Fact]
    public void It_starts_nothing_and_names_the_backup_to_restore()
    {
        Fill();
        LastBackup.Note(data, new("/srv/backups", "2026-12-01T044000Z", new(2026, 12, 1, 4, 40, 0, TimeSpan.Zero), 1, 1, 1, 1, 1, 1, 0, true, 1, [], 0));
        Damage();

        var refused = Assert.Throws<DamagedDatabaseException>(() => Database.Open(File_));

        Assert.Contains(File_, refused.Message);
        Assert.Contains("`skyline-server restore /srv/backups` (the last is of 2026-12-01 04:40 UTC)", refused.Message);
    }

    [Fact]
    public void A_file_that_is_no_database_is_damage_too()
    {
        File.WriteAllText(File_, string.Concat(Enumerable.Repeat("This is a letter to my aunt. ", 500)));

        Assert.Contains("skyline-server restore", Assert.Throws<DamagedDatabaseException>(() => Database.Open(File_)).Message);
    }

    [Fact]
    public async Task Met_while_the_server_runs_nothing_is_written_any_more_and_what_is_whole_is_read()
    {
        Fill();
        using var database = Database.Open(File_);
        await database.Write(tx => tx.Execute("INSERT INTO users (name, role, created_at) VALUES ('ann', 'admin', 1)"), Ct);
        Damage();

        Assert.Throws<SqliteException>(() => database.Read(db => db.One<int>("SELECT count(owner) FROM builders")));
        var refused = await Assert.ThrowsAsync<DamagedDatabaseException>(() => database.Write(tx => tx.Execute("UPDATE users SET name = 'bob'"), Ct));

        Assert.Contains("skyline-server restore", refused.Message);
        Assert.NotNull(database.Damage);
        Assert.Equal("ann", database.Read(db => db.One<string>("SELECT name FROM users WHERE name IN ('ann', 'bob')")));
    }

    [Fact]
    public async Task Two_servers_on_one_folder_the_second_is_told_who_has_it()
    {
        var site = await Site.Open();

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => Site.Open(site.Data));

        Assert.Contains($"in use by skyline-server, process {Environment.ProcessId} on {Environment.MachineName}, since ", refused.Message);
        // The first goes on.
        Assert.Equal("admin", (await site.Admin.WhoAmI(Ct)).Name);
        await site.Stop();
        await using var next = await Site.Open(site.Data);
    }

    [Fact]
    public async Task The_doctor_on_the_host_finds_what_keeps_a_server_from_starting()
    {
        Fill();
        Assert.Equal(0, (await Doctor("--json")).Code);
        Damage();
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(data, "keys")).FullName, "seal.key"), "secret");
        File.SetUnixFileMode(Path.Combine(data, "keys", "seal.key"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();

        var (code, told) = await Doctor($"--urls=http://127.0.0.1:{((System.Net.IPEndPoint)taken.LocalEndpoint).Port}", "--Skyline:Nonsens=1");

        Assert.Equal(7, code);
        foreach (var says in new[] { "FAULT   database: ", "skyline-server restore", "FAULT   key file: ", "chmod 600", "FAULT   port: ", "ss -ltnp", "warning settings: There is no setting Skyline__Nonsens" }) Assert.Contains(says, told);
    }

    async Task<(int Code, string Told)> Doctor(params string[] args)
    {
        var output = new StringWriter();
        var code = await global::Skyline.Server.Health.Doctor.Run([$"--Skyline:Data={data}", .. args.Any(arg => arg.StartsWith("--urls", StringComparison.Ordinal)) ? args : [.. args, "--urls=http://127.0.0.1:0"]], output, output);
        return (code, output.ToString());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_clock_that_is_set_by_a_day_in_a_build_loses_no_run_and_holds_none(int days)
    {
        var clock = new LaterTime();
        await using var site = await Site.Open(change: services => services.AddSingleton<TimeProvider>(clock));
        var (srpm, built) = (Papers.Source("hello", "1", "1.pp1", exclusiveArch: "x86_64"), Papers.Binary("hello", "1", "1.pp1"));
        var build = await site.Admin.Submit(srpm.Open(), srpm.FileName, "paper", scratch: false, Ct);
        var builder = new PaperBuilder(site.LocalBuilder);
        var run = await builder.Lease();
        Assert.Null(await site.Part<WatchClock>().Look());

        clock.Pass(TimeSpan.FromDays(days));

        Assert.Equal(days, (await site.Part<WatchClock>().Look())!.Value.TotalDays, 0.01);
        await site.Part<Skyline.Server.Tasks.ExpireLeases>().Expire(Ct);
        Assert.InRange(site.Part<Database>().Read(db => db.One<long>("SELECT leased_until FROM task_runs")) - clock.Stamp(), 60_000, 90_000);
        await builder.Deliver(run, srpm, built);
        Assert.Equal("admin", (await site.Admin.WhoAmI(Ct)).Name);
        Assert.Single((await site.Admin.Build(build.Id, Ct)).Tasks[0].Runs);
    }

    public void Dispose() => Directory.Delete(data, recursive: true);
}
