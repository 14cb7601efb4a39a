using System.Globalization;
using System.Reflection;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Skyline.Server.Storage;

/// <summary>Numbered SQL files, run once each in their order; `PRAGMA user_version` remembers how far.</summary>
static class Migrations
{
    const string Folder = "Skyline.Server.Storage.Migrations.";

    /// <summary>The newest schema that this program knows.</summary>
    public static int Newest => Numbered().Count;

    public static void Run(SqliteConnection connection)
    {
        var known = Numbered();
        var done = connection.ExecuteScalar<int>("PRAGMA user_version");
        if (done > known.Count)
            throw new InvalidOperationException(
                $"The database is of schema {done}, this Skyline knows up to {known.Count}: it was written by a newer version. Start that version, or restore a backup.");
        // A table that others refer to is changed by making it anew, which cannot be done while references are held to.
        connection.Execute("PRAGMA foreign_keys=OFF");
        foreach (var (number, sql) in known.Skip(done))
        {
            using var transaction = connection.BeginTransaction();
            connection.Execute(sql, transaction: transaction);
            connection.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version={number}"), transaction: transaction);
            if (number == known.Count) HoldReferencesTo(connection, transaction);
            transaction.Commit();
        }
        connection.Execute("PRAGMA foreign_keys=ON");
    }

    static void HoldReferencesTo(SqliteConnection connection, SqliteTransaction transaction)
    {
        var dangling = connection.Query<string>("SELECT DISTINCT \"table\" || ' → ' || parent FROM pragma_foreign_key_check", transaction: transaction).AsList();
        if (dangling.Count > 0)
            throw new InvalidOperationException($"The database was not taken over: it has references that lead nowhere ({string.Join(", ", dangling)}). It is as it was; restore a backup, or report this.");
    }

    static List<(int Number, string Sql)> Numbered()
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
