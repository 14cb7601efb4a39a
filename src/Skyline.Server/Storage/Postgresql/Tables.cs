using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Npgsql;
using Skyline.Server.Builders;

namespace Skyline.Server.Storage.Postgresql;

/// <summary>
/// The files of this folder, run once each in their order, each in a transaction of its own, and noted. Of servers that start at once one does it
/// and the others wait for it. (What a database looks like is SQLite's migrations' to say; 0001-start.sql is made of them.)
/// </summary>
static class Tables
{
    const string Folder = "Skyline.Server.Storage.Postgresql.";
    const int LeastVersion = 14;
    /// <summary>Of Quartz, which makes its tables itself.</summary>
    public const string ClockSchema = "skyline_clock";
    /// <summary>Advisory locks are a database's own, and no others take any there.</summary>
    const long Turn = 0x534B594C494E4502;

    sealed record File(string Name, string Sql)
    {
        public string Sha256 { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql)));
    }

    public static void MakeReady(NpgsqlConnection connection)
    {
        if (connection.PostgreSqlVersion is { Major: < LeastVersion } old) throw new InvalidOperationException($"The PostgreSQL that Skyline__Database names is {old}; {LeastVersion} or a newer one is wanted.");
        if (connection.ExecuteScalar<string>("SHOW server_encoding") is not "UTF8" and var encoding) throw new InvalidOperationException($"The database that Skyline__Database names is encoded as {encoding}. Make one with ENCODING 'UTF8'.");
        connection.Execute("SELECT pg_advisory_lock(@Turn)", new { Turn });
        try
        {
            connection.Execute($"CREATE SCHEMA IF NOT EXISTS {Dialect.Schema}; CREATE SCHEMA IF NOT EXISTS {ClockSchema}; CREATE TABLE IF NOT EXISTS {Dialect.Schema}.migrations (name text PRIMARY KEY, sha256 text NOT NULL, at bigint NOT NULL)");
            Run(connection, Files());
        }
        finally
        {
            connection.Execute("SELECT pg_advisory_unlock(@Turn)", new { Turn });
        }
    }

    static void Run(NpgsqlConnection connection, List<File> files)
    {
        var done = connection.Query<(string Name, string Sha256)>($"SELECT name, sha256 FROM {Dialect.Schema}.migrations").ToDictionary(row => row.Name, row => row.Sha256);
        if (done.Keys.Except(files.Select(file => file.Name)).Order(StringComparer.Ordinal).FirstOrDefault() is { } unknown)
            throw new InvalidOperationException($"The database that Skyline__Database names was taken over by a newer Skyline than this ({VersionNotice.Own} does not know its {unknown}), and a database is never taken back. Start that version or a newer one.");
        if (files.FirstOrDefault(file => done.TryGetValue(file.Name, out var sha256) && sha256 != file.Sha256) is { } other)
            throw new InvalidOperationException($"The tables of the database that Skyline__Database names were made by another state of this Skyline ({other.Name} is not what it was). Give it an empty database.");
        var wanted = files.Where(file => !done.ContainsKey(file.Name)).ToList();
        foreach (var file in wanted) Apply(connection, file);
        if (wanted.Count == 0) return;
        connection.Execute("INSERT INTO ready (id, at) VALUES (1, 0) ON CONFLICT DO NOTHING");
        connection.Execute($"INSERT INTO programs (version, schema, at) VALUES (@Own, @Newest, {Now}) ON CONFLICT DO NOTHING", new { VersionNotice.Own, Migrations.Newest });
    }

    static void Apply(NpgsqlConnection connection, File file)
    {
        using var transaction = connection.BeginTransaction();
        connection.Execute(file.Sql, transaction: transaction);
        connection.Execute($"INSERT INTO {Dialect.Schema}.migrations (name, sha256, at) VALUES (@Name, @Sha256, {Now})", file, transaction);
        transaction.Commit();
    }

    static string Now => string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.Stamp()}");

    static List<File> Files()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return [.. assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(name =>
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            return new File(name[Folder.Length..], reader.ReadToEnd());
        })];
    }
}
