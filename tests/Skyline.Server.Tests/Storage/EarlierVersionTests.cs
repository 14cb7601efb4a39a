using System.Net.Http.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Storage;

namespace Skyline.Server.Tests.Storage;

/// <summary>A data folder of the first schema, from before packages were kept unsigned and snapshots were rows, goes on.</summary>
public sealed class EarlierVersionTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_the_first_schema_held_is_published_anew_and_shown()
    {
        var data = Directory.CreateTempSubdirectory("skyline-earlier-").FullName;
        await LeaveAsTheFirstSchema(data, Papers.Binary("kept", "1", "1"));

        await using var site = await Site.Open(data);

        Assert.Equal(["kept-1-1.x86_64.rpm"], await RepositoryReading.Packages(site, "paper", "x86_64"));
        Assert.Contains("taken over from an earlier version", await site.Http().GetStringAsync("tags/paper/history", Ct));
        var builder = (await site.Http().GetFromJsonAsync("api/builders/old", SkylineJson.Default.BuilderDetails, Ct))!;
        Assert.Equal(("default", 10, "overlay"), (Assert.Single(builder.Builder.Channels!), builder.Builder.Weight, Assert.Single(builder.Engines)));
        Assert.Equal("default", Assert.Single(await new SkylineClient(site.Http()).Targets(Ct)).Channel);
        foreach (var path in new[] { "builders/old", "builders", "api/tags/paper/snapshots", "api/tags/paper/events", "tags/paper", "tags/paper/snapshots", "builds/7", "api/builds/7", "" })
            Assert.True((await site.Http().GetAsync(path, Ct)).IsSuccessStatusCode, path);
    }

    static async Task LeaveAsTheFirstSchema(string data, Paper package)
    {
        var folder = Directory.CreateDirectory(Path.Combine(data, "blobs", package.Sha256[..2]));
        await File.WriteAllBytesAsync(Path.Combine(folder.FullName, package.Sha256[2..]), package.Bytes, Ct);
        var hash = (await RpmPackage.Read(package.Open(), Ct)).ContentHash;
        await using var old = new SqliteConnection($"Data Source={Path.Combine(data, "skyline.db")};Pooling=False");
        await old.OpenAsync(Ct);
        await old.ExecuteAsync(await FirstMigration());
        await old.ExecuteAsync($"""
            PRAGMA user_version=1;
            INSERT INTO users VALUES (1, 'admin', 1, 1);
            INSERT INTO builders (id, name, owner, created_at) VALUES (5, 'old', 'admin', 1);
            INSERT INTO tags VALUES (2, 'paper', 'paper-1', 1);
            INSERT INTO tag_arches VALUES (2, 'x86_64', 0);
            INSERT INTO targets VALUES (3, 'paper', 2, 2, 1);
            INSERT INTO builds (id, nvr, target_id, scratch, state, owner_id, srpm_nvr, srpm_file, srpm_sha256, srpm_size, submitted_at, reported_at, ended_at)
            VALUES (7, 'kept-1-1', 3, 0, 'Complete', 1, 'kept-1-1', 'kept-1-1.src.rpm', '{new string('0', 64)}', 1, 1, 2, 3);
            INSERT INTO rpms VALUES (20001, 7, '{package.FileName}', 'Binary', 'kept', 0, '1', '1', 'x86_64', {package.Bytes.Length}, '{package.Sha256}', '{hash}', 'Packages/k/{package.FileName}', 3);
            INSERT INTO rpm_metadata VALUES (20001, x'00', x'00', x'00');
            INSERT INTO tag_builds (tag_id, build_id, tagged_at, tagged_by) VALUES (2, 7, 3, 1);
            INSERT INTO snapshots VALUES (9, 2, '{new string('a', 64)}', 3);
            """);
    }

    static async Task<string> FirstMigration()
    {
        var assembly = typeof(Database).Assembly;
        using var reader = new StreamReader(assembly.GetManifestResourceStream(assembly.GetManifestResourceNames().Single(name => name.Contains("Migrations.0001", StringComparison.Ordinal)))!);
        return await reader.ReadToEndAsync(Ct);
    }
}
