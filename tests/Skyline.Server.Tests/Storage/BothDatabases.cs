using Dapper;
using Microsoft.Data.Sqlite;
using Npgsql;
using Skyline.Server.Storage;
using Skyline.Testing;

namespace Skyline.Server.Tests.Storage;

/// <summary>A PostgreSQL for the tests of a class.</summary>
public sealed class OneCluster : IAsyncLifetime
{
    public PostgresqlCluster Cluster { get; private set; } = null!;
    public async ValueTask InitializeAsync() => Cluster = await PostgresqlCluster.Start(isSafe: false, TestContext.Current.CancellationToken);
    public ValueTask DisposeAsync() => Cluster.DisposeAsync();
}

/// <summary>One in SQLite with its tables, and an empty one in PostgreSQL.</summary>
sealed class BothDatabases : IAsyncDisposable
{
    public static string Files => Path.Combine(Checkout.Root, "src/Skyline.Server/Storage/Postgresql");

    readonly string folder = Directory.CreateTempSubdirectory("skyline-both-").FullName;

    public SqliteConnection Here { get; private set; } = null!;
    public NpgsqlConnection There { get; private set; } = null!;

    public static async Task<BothDatabases> Make(OneCluster once, CancellationToken ct)
    {
        var both = new BothDatabases();
        var file = Path.Combine(both.folder, "skyline.db");
        Database.Open(file).Dispose();
        both.Here = new($"Data Source={file};Pooling=false");
        await both.Here.OpenAsync(ct);
        var name = "d" + Guid.NewGuid().ToString("N");
        await using (var first = new NpgsqlConnection(once.Cluster.Connection("postgres")))
        {
            await first.OpenAsync(ct);
            await first.ExecuteAsync($"CREATE DATABASE {name}");
        }
        both.There = new(once.Cluster.Connection(name));
        await both.There.OpenAsync(ct);
        await both.There.ExecuteAsync("CREATE SCHEMA skyline; SET search_path = skyline");
        return both;
    }

    public async Task Fill(CancellationToken ct, string which = "*.sql")
    {
        foreach (var file in Directory.EnumerateFiles(Files, which).Order(StringComparer.Ordinal)) await There.ExecuteAsync(await File.ReadAllTextAsync(file, ct));
    }

    public async ValueTask DisposeAsync()
    {
        await There.DisposeAsync();
        await Here.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
