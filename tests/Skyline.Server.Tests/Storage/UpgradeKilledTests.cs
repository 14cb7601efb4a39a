using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;
using Skyline.Server.Storage;
using Skyline.Testing;

namespace Skyline.Server.Tests.Storage;

/// <summary>SIGKILL of a server that takes a database of an early schema over, again and again, wherever it is then: in the end all is there.</summary>
public sealed class UpgradeKilledTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    const int Builds = 20_000;

    [Fact(Timeout = 600_000)]
    public async Task Killed_at_any_moment_of_an_upgrade_the_next_start_goes_on()
    {
        var kills = int.Parse(Environment.GetEnvironmentVariable("SKYLINE_UPGRADE_KILLS") ?? "2", CultureInfo.InvariantCulture);
        var folder = Directory.CreateTempSubdirectory("skyline-upgrade-killed-").FullName;
        var chroots = Directory.CreateDirectory(Path.Combine(folder, "chroots")).FullName;
        var random = new Random(2012);
        var reached = new SortedSet<int>();
        for (var killed = 0; killed < kills;)
        {
            var data = Directory.CreateDirectory(Path.Combine(folder, $"{killed}")).FullName;
            Make(Path.Combine(data, "skyline.db"));
            for (var lives = 0; ; lives++)
            {
                await using var server = ProgramProcess.Start(Checkout.Program("Skyline.Server", "skyline-server"), ["--urls=http://127.0.0.1:0", $"--Skyline:Data={data}", $"--Skyline:Chroots={chroots}"], new Dictionary<string, string>());
                var up = server.Line("Now listening on: ");
                // (A server that is up is asked for nothing more; it is killed all the same.)
                if (await Task.WhenAny(up, Task.Delay(TimeSpan.FromMilliseconds(lives > 3 ? 60_000 : 200 + random.Next(1500)), TimeProvider.System, Ct)) == up)
                {
                    await up;
                    await server.Kill();
                    break;
                }
                await server.Kill();
                killed++;
                reached.Add(Schema(Path.Combine(data, "skyline.db")));
            }
            using var database = new SqliteConnection($"Data Source={Path.Combine(data, "skyline.db")};Pooling=False");
            database.Open();
            Assert.Equal((Migrations.Newest, Builds), (Migrations.Of(database), database.ExecuteScalar<int>("SELECT count(*) FROM builds")));
            Assert.Equal("ok", database.ExecuteScalar<string>("PRAGMA integrity_check"));
            Assert.InRange(Directory.GetFiles(Path.Combine(data, CopyBeforeUpgrade.Folder), "*.db").Length, 1, 1);
        }
        TestContext.Current.SendDiagnosticMessage($"Killed {kills} times, at schemas {string.Join(", ", reached)}");
        Directory.Delete(folder, recursive: true);
    }

    static int Schema(string file)
    {
        using var database = new SqliteConnection($"Data Source={file};Pooling=False");
        database.Open();
        return Migrations.Of(database);
    }

    static void Make(string file)
    {
        using var database = new SqliteConnection($"Data Source={file};Pooling=False");
        database.Open();
        database.Execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF");
        database.Execute(Migrations.Numbered()[0].Sql);
        database.Execute($"""
            PRAGMA user_version=1;
            INSERT INTO users VALUES (1, 'admin', 1, 1);
            INSERT INTO tags VALUES (2, 'testos', 'testos-1', 1);
            INSERT INTO tag_arches VALUES (2, 'x86_64', 0);
            INSERT INTO targets VALUES (3, 'testos', 2, 2, 1);
            WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < {Builds})
            INSERT INTO builds (id, nvr, target_id, scratch, state, owner_id, srpm_nvr, srpm_file, srpm_sha256, srpm_size, submitted_at, reported_at, ended_at, why)
              SELECT i, 'p' || i || '-1-1', 3, 0, 'Failed', 1, 'p' || i || '-1-1', 'p' || i || '-1-1.src.rpm', '{new string('0', 64)}', 1, 1, 2, 3, 'It did not build.' FROM n;
            """);
    }
}
