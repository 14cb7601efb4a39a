using Dapper;
using Microsoft.Data.Sqlite;
using Skyline.Server.Storage;
using Skyline.Testing;

namespace Skyline.Server.Tests.Storage;

/// <summary>A database of every schema there was, with rows in its tables, is taken over to the newest; killed or out of room at any step, nothing is lost.</summary>
public sealed class UpgradeTests : IDisposable
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    readonly string folder = Directory.CreateTempSubdirectory("skyline-upgrade-").FullName;

    string At(string name) => Path.Combine(folder, name);

    static SqliteConnection Connect(string file)
    {
        var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        return connection;
    }

    /// <summary>As the program left it that knew so many files.</summary>
    static void Make(SqliteConnection database, int schema)
    {
        database.Execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA foreign_keys=OFF");
        foreach (var (number, sql) in Migrations.Numbered().Take(schema))
        {
            database.Execute(sql);
            if (number == 1) database.Execute(FirstRows);
            database.Execute($"PRAGMA user_version={number}");
        }
        SomeRows.Into(database);
    }

    /// <summary>What a server of the first day had.</summary>
    const string FirstRows = """
        INSERT INTO users VALUES (1, 'admin', 1, 1);
        INSERT INTO builders (id, name, owner, created_at) VALUES (5, 'old', 'admin', 1);
        INSERT INTO tags VALUES (2, 'paper', 'paper-1', 1);
        INSERT INTO tag_arches VALUES (2, 'x86_64', 0);
        INSERT INTO targets VALUES (3, 'paper', 2, 2, 1);
        INSERT INTO builds (id, nvr, target_id, scratch, state, owner_id, srpm_nvr, srpm_file, srpm_sha256, srpm_size, submitted_at, reported_at, ended_at)
          VALUES (7, 'kept-1-1', 3, 0, 'Complete', 1, 'kept-1-1', 'kept-1-1.src.rpm', '0000000000000000000000000000000000000000000000000000000000000000', 1, 1, 2, 3);
        """;

    /// <summary>Tables of the first day, and what must be in them for ever.</summary>
    static readonly string[] kept =
    [
        "SELECT group_concat(id || name) FROM users", "SELECT group_concat(id || name || owner) FROM builders", "SELECT group_concat(id || name) FROM tags",
        "SELECT group_concat(id || name || build_tag_id || destination_tag_id) FROM targets", "SELECT group_concat(id || nvr || state || srpm_sha256) FROM builds",
    ];

    static IReadOnlyList<string?> Kept(SqliteConnection database) => [.. kept.Select(question => database.ExecuteScalar<string?>(question))];

    static Dictionary<string, long> Counts(SqliteConnection database) => database.Query<string>("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND sql NOT LIKE '%VIRTUAL%'").ToDictionary(table => table, table => database.ExecuteScalar<long>($"SELECT count(*) FROM \"{table}\""));

    /// <summary>Tables whose rows a later schema leaves behind on purpose, and by which.</summary>
    static readonly HashSet<string> leftBehind = ["snapshots", "snapshot_files", "rpm_metadata"];

    static void IsWhole(SqliteConnection database, IReadOnlyList<string?> before, Dictionary<string, long> counts, int from)
    {
        Assert.Equal(Migrations.Newest, Migrations.Of(database));
        Assert.Equal(before, Kept(database));
        Assert.Equal(["ok"], database.Query<string>("PRAGMA integrity_check"));
        Assert.Empty(database.Query<string>("SELECT DISTINCT \"table\" FROM pragma_foreign_key_check"));
        var after = Counts(database);
        foreach (var (table, rows) in counts.Where(one => !leftBehind.Contains(one.Key)))
            Assert.True(after.GetValueOrDefault(table, -1) >= rows, $"From schema {from}: {table} had {rows} rows, and has {after.GetValueOrDefault(table, -1)}.");
    }

    [Fact]
    public void Every_schema_there_was_is_taken_over_with_its_rows()
    {
        var filled = 0;
        for (var schema = 1; schema < Migrations.Newest; schema++)
        {
            var file = At($"{schema}.db");
            using var database = Connect(file);
            Make(database, schema);
            var (before, counts) = (Kept(database), Counts(database));
            filled = counts.Values.Count(rows => rows > 0);

            Migrations.Run(database, folder);

            IsWhole(database, before, counts, schema);
        }
        Assert.True(filled > 60, $"Only {filled} tables had rows: this proves little.");
    }

    /// <summary>Once a version is released its schema is a file here, written by SKYLINE_WRITE_SCHEMA=VERSION with this test (CONTRIBUTING.md), and never changed.</summary>
    [Fact]
    public async Task Every_released_schema_is_taken_over()
    {
        var fixtures = Path.Combine(Checkout.Root, "tests", "Skyline.Server.Tests", "Storage", "Schemas");
        if (Environment.GetEnvironmentVariable("SKYLINE_WRITE_SCHEMA") is { Length: > 0 } version)
        {
            using var now = Connect(At("now.db"));
            Make(now, Migrations.Newest);
            Directory.CreateDirectory(fixtures);
            await File.WriteAllTextAsync(Path.Combine(fixtures, version + ".sql"), (await Tool.Run("sqlite3", [At("now.db"), ".dump"], Ct)).Ok("sqlite3") + $"PRAGMA user_version={Migrations.Newest};\n", Ct);
        }
        var released = Directory.Exists(fixtures) ? Directory.GetFiles(fixtures, "*.sql") : [];
        Assert.SkipWhen(released.Length == 0, "No version has been released yet: 0.1.0's schema will be the first here.");
        foreach (var file in released)
        {
            using var database = Connect(At(Path.GetFileName(file) + ".db"));
            database.Execute(await File.ReadAllTextAsync(file, Ct));
            var (before, counts) = (Kept(database), Counts(database));
            Migrations.Run(database, folder);
            IsWhole(database, before, counts, 0);
        }
    }

    [Fact]
    public void Killed_before_any_commit_of_an_upgrade_it_goes_on_from_there()
    {
        var file = At("skyline.db");
        var crashes = 0;
        IReadOnlyList<string?> before;
        Dictionary<string, long> counts;
        using (var database = Connect(file))
        {
            Make(database, 1);
            (before, counts) = (Kept(database), Counts(database));
            // What the disk has when the process is gone: the pages that were written into the log, and no commit of them.
            SQLitePCL.raw.sqlite3_commit_hook(database.Handle, _ =>
            {
                var crash = Directory.CreateDirectory(At($"crash-{++crashes}")).FullName;
                foreach (var part in Directory.GetFiles(folder, "skyline.db*")) Copy(part, Path.Combine(crash, Path.GetFileName(part)));
                return 0;
            }, null);
            Migrations.Run(database);
        }
        Assert.True(crashes >= Migrations.Newest - 1);

        for (var crash = 1; crash <= crashes; crash++)
        {
            var left = Path.Combine(At($"crash-{crash}"), "skyline.db");
            using (var opened = Connect(left)) Assert.Equal(before, Kept(opened));
            using (Database.Open(left)) { }
            using var database = Connect(left);
            IsWhole(database, before, counts, 1);
        }
    }

    /// <summary>Without a lock of .NET's: SQLite has the file open.</summary>
    static void Copy(string from, string to)
    {
        using var read = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var write = File.Create(to);
        read.CopyTo(write);
    }

    [Fact]
    public async Task A_disk_that_is_full_loses_nothing_and_room_made_it_goes_on()
    {
        Assert.SkipUnless(Environment.UserName == "root", "Only root can mount the small file system that this fills.");
        var small = Directory.CreateDirectory(At("small")).FullName;
        (await Tool.Run("mount", ["-t", "tmpfs", "-o", "size=9m", "tmpfs", small], Ct)).Ok("mount");
        try
        {
            var file = Path.Combine(small, "skyline.db");
            IReadOnlyList<string?> before;
            Dictionary<string, long> counts;
            using (var database = Connect(file))
            {
                Make(database, 2);
                // A table that a later schema makes anew, large.
                database.Execute("WITH RECURSIVE n(i) AS (VALUES (10000) UNION ALL SELECT i + 1 FROM n WHERE i < 34000) INSERT INTO builders (id, name, owner, created_at) SELECT i, 'builder-' || i || '-of-a-great-fleet', 'owner', 1 FROM n");
                database.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
                (before, counts) = (Kept(database), Counts(database));
            }
            var ballast = Path.Combine(small, "ballast");
            await File.WriteAllBytesAsync(ballast, new byte[new DriveInfo(small).AvailableFreeSpace - (600 << 10)], Ct);

            var noCopy = Assert.ThrowsAny<Exception>(() => Database.Open(file));
            using var held = FolderLock.Take(small, "a test", TimeProvider.System);
            var full = Assert.ThrowsAny<Exception>(() => Database.OpenOwn(file, held, copy: false, TimeProvider.System));
            using (var opened = Connect(file))
            {
                Assert.Equal(before, Kept(opened));
                Assert.InRange(Migrations.Of(opened), 2, Migrations.Newest - 1);
            }
            File.Delete(ballast);
            Database.OpenOwn(file, held, copy: false, TimeProvider.System).Dispose();

            Assert.Contains("Nothing has been changed", noCopy.Message);
            Assert.Contains("disk is full", full.Message);
            using var after = Connect(file);
            IsWhole(after, before, counts, 2);
        }
        finally
        {
            (await Tool.Run("umount", [small], CancellationToken.None)).Ok("umount");
        }
    }

    [Fact]
    public void It_is_copied_before_once_for_an_upgrade_and_the_two_newest_copies_stay()
    {
        var data = Directory.CreateDirectory(At("data")).FullName;
        var file = Path.Combine(data, "skyline.db");
        using (var database = Connect(file)) Make(database, 5);

        Database.Open(file).Dispose();
        var copy = Assert.Single(Directory.GetFiles(Path.Combine(data, CopyBeforeUpgrade.Folder)));
        using (var made = Connect(copy)) Assert.Equal(5, Migrations.Of(made));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(copy));
        // As an upgrade that was interrupted goes on: the copy of its beginning is the one to go back to.
        using (var database = Connect(file)) CopyBeforeUpgrade.Make(database, data, Migrations.Newest - 1, Migrations.Newest);
        Assert.Equal([copy], Directory.GetFiles(Path.Combine(data, CopyBeforeUpgrade.Folder)));
        foreach (var to in new[] { 2, 3, 4 }) File.Copy(copy, Path.Combine(data, CopyBeforeUpgrade.Folder, $"schema-{to - 1}-to-{to}.db"));
        CopyBeforeUpgrade.ForgetOld(data);

        Assert.Equal(["schema-3-to-4.db", Path.GetFileName(copy)], Directory.GetFiles(Path.Combine(data, CopyBeforeUpgrade.Folder)).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_database_of_a_newer_program_is_refused_and_both_are_named()
    {
        var file = At("skyline.db");
        Database.Open(file).Dispose();
        using (var database = Connect(file)) database.Execute("PRAGMA user_version=9999; INSERT INTO programs VALUES ('7.8.9', 9999, 1)");

        var refused = Assert.Throws<InvalidOperationException>(() => Database.Open(file));

        Assert.Contains("schema 9999, written by Skyline 7.8.9; this is Skyline ", refused.Message);
        Assert.Contains($"up to {Migrations.Newest}", refused.Message);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
