using System.Globalization;
using System.Reflection;
using Dapper;
using Microsoft.Data.Sqlite;
using Skyline.Server.Builders;

namespace Skyline.Server.Storage;

/// <summary>
/// Numbered SQL files, run once each in their order, each in a transaction of its own; `PRAGMA user_version` remembers how far. Killed anywhere, the
/// next start goes on with the file that was not done.
/// </summary>
static class Migrations
{
    const string Folder = "Skyline.Server.Storage.Migrations.";
    const int Full = 13;

    /// <summary>The schema that this program knows.</summary>
    public static int Newest => Numbered().Count;

    /// <param name="data">The data folder, where a copy is made before anything is changed; null: none is.</param>
    public static void Run(SqliteConnection connection, string? data = null)
    {
        var known = Numbered();
        var done = Of(connection);
        if (done > known.Count) throw new InvalidOperationException(TooNew(connection, done));
        if (done == known.Count) return;
        if (done > 0 && data is not null) CopyBeforeUpgrade.Make(connection, data, done, known.Count);
        // A table that others refer to is changed by making it anew, which cannot be done while references are held to.
        connection.Execute("PRAGMA foreign_keys=OFF");
        foreach (var (number, sql) in known.Skip(done)) Apply(connection, number, sql, known.Count);
        connection.Execute("PRAGMA foreign_keys=ON");
        if (data is not null) CopyBeforeUpgrade.ForgetOld(data);
    }

    public static int Of(SqliteConnection connection) => connection.ExecuteScalar<int>("PRAGMA user_version");

    static void Apply(SqliteConnection connection, int number, string sql, int last)
    {
        try
        {
            using var transaction = connection.BeginTransaction();
            connection.Execute(sql, transaction: transaction);
            connection.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version={number}"), transaction: transaction);
            if (number == last)
            {
                HoldReferencesTo(connection, transaction);
                connection.Execute("INSERT OR IGNORE INTO programs (version, schema, at) VALUES (@version, @number, unixepoch() * 1000)", new { version = VersionNotice.Own, number }, transaction);
            }
            transaction.Commit();
        }
        catch (SqliteException full) when (full.SqliteErrorCode == Full)
        {
            throw new IOException($"The disk is full, so the database could not be taken over from schema {number - 1} to {number} (of {last}). It is whole and as it was at schema {number - 1}: free space and start again, and it goes on from there. The earlier program wants the copy in {CopyBeforeUpgrade.Folder}/ of the data folder back in its place.");
        }
    }

    /// <summary>Which program wrote it is told as far as it is known.</summary>
    public static string TooNew(SqliteConnection connection, int schema) =>
        $"The database is of schema {schema}{(WrittenBy(connection) is { } version ? $", written by Skyline {version}" : "")}; this is Skyline {VersionNotice.Own}, which knows schemas up to {Newest}, and a database is never taken back. Start that version or a newer one, or restore a backup that was made before the upgrade.";

    static string? WrittenBy(SqliteConnection connection) =>
        connection.ExecuteScalar<bool>("SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'programs')") ? connection.ExecuteScalar<string?>("SELECT version FROM programs ORDER BY schema DESC, at DESC LIMIT 1") : null;

    static void HoldReferencesTo(SqliteConnection connection, SqliteTransaction transaction)
    {
        var dangling = connection.Query<string>("SELECT DISTINCT \"table\" || ' → ' || parent FROM pragma_foreign_key_check", transaction: transaction).AsList();
        if (dangling.Count > 0)
            throw new InvalidOperationException($"The database was not taken over: it has references that lead nowhere ({string.Join(", ", dangling)}). It is as it was; restore a backup, or report this.");
    }

    internal static List<(int Number, string Sql)> Numbered()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return [.. assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select((name, index) => (index + 1, ReadAll(assembly, name)))];
    }

    static string ReadAll(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
