using System.Text.RegularExpressions;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Skyline.Server.Tests.Storage;

/// <summary>A row in every table that takes one, whatever its columns: each value is of its column's kind, refers to a row that there is, and is one of those that the column is checked for.</summary>
static class SomeRows
{
    sealed record Column
    {
        public required string Name { get; init; }
        public required string Type { get; init; }
        public long Filled { get; init; }
        public string? Standard { get; init; }
        public long Pk { get; init; }
        public long Hidden { get; init; }
    }

    sealed record Reference
    {
        public required string From { get; init; }
        public required string Parent { get; init; }
        public string? To { get; init; }
    }

    public static void Into(SqliteConnection database)
    {
        // Who refers to others comes after them.
        for (var round = 0; round < 4; round++)
            foreach (var (table, sql) in database.Query<(string, string)>("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND sql NOT LIKE '%VIRTUAL%' ORDER BY name"))
                if (!database.ExecuteScalar<bool>($"SELECT EXISTS (SELECT 1 FROM \"{table}\")")) Try(database, table, sql);
    }

    static void Try(SqliteConnection database, string table, string sql)
    {
        var columns = database.Query<Column>($"SELECT name AS Name, type AS Type, \"notnull\" AS Filled, dflt_value AS Standard, pk AS Pk, hidden AS Hidden FROM pragma_table_xinfo('{table}')").Where(column => column.Hidden == 0).ToList();
        var references = database.Query<Reference>($"SELECT \"from\" AS \"From\", \"table\" AS Parent, \"to\" AS \"To\" FROM pragma_foreign_key_list('{table}')").DistinctBy(one => one.From).ToDictionary(one => one.From, StringComparer.OrdinalIgnoreCase);
        var values = new Dapper.DynamicParameters();
        foreach (var column in columns) values.Add(column.Name, references.TryGetValue(column.Name, out var to) ? Referred(database, to) : column.Standard is not null ? database.ExecuteScalar($"SELECT {column.Standard}") : Value(column, sql));
        try
        {
            database.Execute("PRAGMA foreign_keys=ON");
            database.Execute($"INSERT INTO \"{table}\" ({string.Join(", ", columns.Select(column => $"\"{column.Name}\""))}) VALUES ({string.Join(", ", columns.Select(column => "@" + column.Name))})", values);
        }
        catch (SqliteException)
        {
            // It asks for more than can be guessed: it stays empty.
        }
        finally
        {
            database.Execute("PRAGMA foreign_keys=OFF");
        }
    }

    static object? Referred(SqliteConnection database, Reference to)
    {
        // Early schemas refer to tables that a later one brings.
        if (!database.ExecuteScalar<bool>("SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = @Parent)", to)) return null;
        var key = to.To ?? database.ExecuteScalar<string>($"SELECT name FROM pragma_table_info('{to.Parent}') WHERE pk = 1");
        return database.ExecuteScalar($"SELECT \"{key}\" FROM \"{to.Parent}\" LIMIT 1");
    }

    static object? Value(Column column, string sql) =>
        Regex.Match(sql, $@"\b{Regex.Escape(column.Name)}\b[^,]*?CHECK\s*\(\s*{Regex.Escape(column.Name)}\s+IN\s*\(\s*'?([^',)]+)", RegexOptions.IgnoreCase) is { Success: true } one ? one.Groups[1].Value
        : column.Filled == 0 && column.Pk == 0 ? null
        : column.Type.ToUpperInvariant() switch { "INTEGER" => 41L, "BLOB" => new byte[] { 1, 2, 3 }, _ => $"some {column.Name}" };
}
