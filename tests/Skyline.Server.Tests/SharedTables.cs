using System.Collections.Concurrent;
using Npgsql;
using Skyline.Server.Storage;
using Skyline.Testing;

[assembly: AssemblyFixture(typeof(Skyline.Server.Tests.SharedTables))]

namespace Skyline.Server.Tests;

/// <summary>A PostgreSQL for all tests of a process, begun when the first asks; each site has a database of its own in it, copied from one whose tables were made once.</summary>
public sealed class SharedTables : IAsyncDisposable
{
    const string Template = "skyline_template";

    static readonly SemaphoreSlim turn = new(1, 1);
    static readonly ConcurrentDictionary<string, string> ofFolder = new();
    static PostgresqlCluster? cluster;

    /// <summary>Sites that say nothing else are on it: all tests, with SKYLINE_TEST_DATABASE=postgresql.</summary>
    public static bool IsWanted { get; } = Environment.GetEnvironmentVariable("SKYLINE_TEST_DATABASE") == "postgresql";

#pragma warning disable CA2255 // Of a test program, before its first test: that is what it is for.
    [System.Runtime.CompilerServices.ModuleInitializer]
    internal static void Offer() => Site.TablesElsewhere = IsWanted ? Of : null;
#pragma warning restore CA2255

    /// <summary>The same for the same data folder.</summary>
    public static async Task<string> Of(string data)
    {
        var ct = TestContext.Current.CancellationToken;
        await turn.WaitAsync(ct);
        try
        {
            if (ofFolder.TryGetValue(data, out var known)) return known;
            cluster ??= await Begin(ct);
            var name = "d" + Guid.NewGuid().ToString("N");
            await Run(cluster, $"CREATE DATABASE {name} TEMPLATE {Template}", ct);
            return ofFolder[data] = cluster.Connection(name);
        }
        finally
        {
            turn.Release();
        }
    }

    static async Task<PostgresqlCluster> Begin(CancellationToken ct)
    {
        var begun = await PostgresqlCluster.Start(isSafe: false, ct);
        await Run(begun, $"CREATE DATABASE {Template}", ct);
        Database.OpenShared(begun.Connection(Template), TimeProvider.System).Dispose();
        return begun;
    }

    static async Task Run(PostgresqlCluster on, string statement, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(on.Connection("postgres"));
        await connection.OpenAsync(ct);
        await using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync(ct);
    }

    public async ValueTask DisposeAsync()
    {
        if (cluster is { } begun) await begun.DisposeAsync();
        cluster = null;
    }
}
