using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;
using Npgsql;
using Skyline.Server.Storage;
using Skyline.Testing;

namespace Skyline.Server.Tests.Storage;

/// <summary>PostgreSQL's tables are what SQLite's migrations come to, and what SQLite's statements call by a name means there what it means here.</summary>
public sealed class PostgresqlSchemaTests(OneCluster once) : IClassFixture<OneCluster>, IAsyncLifetime
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    BothDatabases both = null!;
    SqliteConnection here = null!;
    NpgsqlConnection there = null!;

    public async ValueTask InitializeAsync()
    {
        both = await BothDatabases.Make(once, Ct);
        (here, there) = (both.Here, both.There);
    }

    public ValueTask DisposeAsync() => both.DisposeAsync();

    /// <summary>Whoever adds a migration runs this with SKYLINE_WRITE_POSTGRESQL=1.</summary>
    [Fact]
    public async Task The_tables_are_what_the_migrations_come_to()
    {
        var file = Path.Combine(BothDatabases.Files, "0001-start.sql");
        var made = "-- Made from SQLite's migrations by PostgresqlSchemaTests; what a table is for is said there.\n\n" + InPostgresql.Schema(here.Query<InPostgresql.Made>(
            "SELECT type AS Type, name AS Name, sql AS Sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid").AsList()) + Rows();
        if (Environment.GetEnvironmentVariable("SKYLINE_WRITE_POSTGRESQL") is { Length: > 0 }) await File.WriteAllTextAsync(file, made, Ct);
        Assert.True(made == await File.ReadAllTextAsync(file, Ct), "A migration changed the tables: run this test with SKYLINE_WRITE_POSTGRESQL=1, so that PostgreSQL has the change too.");
        await both.Fill(Ct);

        Assert.Equal(here.Query<Column>(ColumnsHere), there.Query<Column>(ColumnsThere));
        Assert.Equal(here.Query<string>("SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY name"),
            there.Query<string>("SELECT indexname FROM pg_indexes WHERE schemaname = 'skyline' AND indexname NOT LIKE '%_key' AND indexname NOT LIKE '%_pkey' ORDER BY indexname COLLATE \"C\""));
        Assert.Equal(here.Query<string>("""SELECT m.name || '.' || f."from" || ' ' || f."table" || ' ' || f.on_delete FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table' ORDER BY 1"""),
            there.Query<string>("""
                SELECT c.relname || '.' || a.attname || ' ' || p.relname || ' ' || CASE k.confdeltype WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' ELSE 'NO ACTION' END
                FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class p ON p.oid = k.confrelid JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.conkey[1] WHERE k.contype = 'f' ORDER BY 1
                """));
        Assert.Equal(here.Query<string>("SELECT name FROM sqlite_schema WHERE type = 'trigger' ORDER BY name"),
            there.Query<string>("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgname NOT IN ('audit_counts', 'audit_is_not_emptied') AND tgname NOT LIKE 'told_%' ORDER BY tgname COLLATE \"C\""));
    }

    /// <summary>What a new database has in it, and where numbers go on; not what a program writes when it opens one (which it is, and that it can write).</summary>
    string Rows() => string.Concat(here.Query<string>("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT IN ('programs', 'ready') ORDER BY name").AsList().Select(table =>
        string.Concat(here.Query($"SELECT * FROM {table}").Cast<IDictionary<string, object?>>().Select(row =>
            $"INSERT INTO {table} ({string.Join(", ", row.Keys)}) VALUES ({string.Join(", ", row.Values.Select(value => value is string text ? $"'{text}'" : Convert.ToString(value, CultureInfo.InvariantCulture)))});\n"))
        + (here.ExecuteScalar<long>($"SELECT max(coalesce((SELECT max(seq) FROM sqlite_sequence WHERE name = '{table}'), 0), (SELECT coalesce(max(rowid), 0) FROM {Numbered(table)}))") is > 0 and var last && table != "fleet"
            ? $"ALTER TABLE {table} ALTER COLUMN id RESTART WITH {last + 1};\n" : "")));

    string Numbered(string table) => here.ExecuteScalar<long>($"SELECT count(*) FROM pragma_table_list('{table}') WHERE wr = 1") == 0 ? table : "(SELECT NULL AS rowid)";

    sealed record Column
    {
        public string At { get; init; } = "";
        public string Type { get; init; } = "";
        public long IsKey { get; init; }
        public long IsNeeded { get; init; }
    }

    const string ColumnsHere = """
        SELECT m.name || '.' || c.name AS At, CASE c.type WHEN 'INTEGER' THEN 'bigint' WHEN 'TEXT' THEN 'text' WHEN 'BLOB' THEN 'bytea' WHEN 'REAL' THEN 'double precision' ELSE c.type END AS Type, c.pk > 0 AS IsKey, c."notnull" = 1 OR c.pk > 0 AS IsNeeded
        FROM sqlite_schema m JOIN pragma_table_xinfo(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY 1
        """;

    const string ColumnsThere = """
        SELECT c.relname || '.' || a.attname AS At, format_type(a.atttypid, NULL) AS Type, CASE WHEN EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'p' AND a.attnum = ANY (k.conkey)) THEN 1 ELSE 0 END AS IsKey,
          CASE WHEN a.attnotnull THEN 1 ELSE 0 END AS IsNeeded
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE n.nspname = 'skyline' AND c.relkind = 'r' AND c.relname NOT IN ('sqlite_sequence', 'told') AND a.attnum > 0 AND a.attname <> 'rowid' ORDER BY 1
        """;

    [Fact]
    public async Task What_the_triggers_do_is_done_there_too()
    {
        await both.Fill(Ct);
        const string builder = "INSERT INTO builders (name, owner, created_at) VALUES ('b', 'o', 1)", log = """INSERT INTO audit (number, entry, hash) VALUES (7, '{"at":"then","who":"me","thing":"it"}', 'x')""";
        foreach (System.Data.IDbConnection each in new System.Data.IDbConnection[] { here, there })
        {
            each.Execute(builder);
            each.Execute(log);
            Assert.Equal(2, each.ExecuteScalar<long>("SELECT revision FROM fleet"));
            Assert.Equal(("then", "me", "it", 7L), each.QuerySingle<(string, string, string, long)>("SELECT at, who, thing, (SELECT seq FROM sqlite_sequence WHERE name = 'audit') FROM audit"));
            foreach (var change in new[] { "UPDATE audit SET hash = 'y'", "DELETE FROM audit" })
                Assert.Contains("what is in the audit log stays", Assert.ThrowsAny<System.Data.Common.DbException>(() => each.Execute(change)).Message, StringComparison.Ordinal);
        }
        Assert.ThrowsAny<NpgsqlException>(() => there.Execute("TRUNCATE audit"));
        Assert.Equal(1, there.ExecuteScalar<long>("SELECT count(*) FROM audit"));
    }

    static readonly string[] Statements =
    [
        "SELECT group_concat(x, ', ') FROM (SELECT 'b' AS x UNION ALL SELECT NULL UNION ALL SELECT 'a') AS l",
        "SELECT group_concat(id, ',') FROM (SELECT 3 AS id UNION ALL SELECT 1) AS c",
        "SELECT instr('skyline', 'line') || ',' || instr('skyline', 'x')",
        "SELECT coalesce(max(1, NULL), -1) || ',' || max(1, 3, 2) || ',' || max(1, 2) || ',' || min(1, 2)",
        "SELECT ifnull(NULL, 'x') || ifnull('y', 'x')",
        """SELECT json_extract('{"macros":{"dist":".el9"}}', '$.macros.dist')""",
        """SELECT coalesce(json_extract('{"macros":null}', '$.macros.dist'), 'none')""",
        """SELECT CAST(json_extract('{"Size":12}', '$.Size') AS BIGINT) + 1""",
        """SELECT '{"at":"now"}' ->> '$.at'""",
        "SELECT group_concat(key || '=' || value, ';') FROM json_each('[\"a\",\"b\"]')",
        "SELECT count(*) FROM (SELECT 3 AS id UNION ALL SELECT 4) AS c WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each('[1,2,3]'))",
        """SELECT group_concat(value ->> '$.build', ',') FROM json_each('{"builds":[{"build":7},{"build":8}]}', '$.builds')""",
        "SELECT group_concat(x, '') FROM (SELECT x FROM (SELECT 'a' AS x UNION ALL SELECT 'B' UNION ALL SELECT '_' UNION ALL SELECT 'é' UNION ALL SELECT '~' UNION ALL SELECT '1') AS l ORDER BY x COLLATE \"C\") AS o",
        "SELECT length(zeroblob(3))",
        "SELECT CASE WHEN NULL IS NOT DISTINCT FROM NULL THEN 'same' END || CASE WHEN 1 IS DISTINCT FROM NULL THEN ' other' END",
    ];

    [Fact]
    public async Task Words_mean_the_same_in_both()
    {
        await both.Fill(Ct, "0000-words.sql");
        // In SQLite, text is ordered by its bytes wherever nothing else is said.
        var said = Statements.Select(statement => $"{statement}: {Convert.ToString(here.ExecuteScalar(statement.Replace(" COLLATE \"C\"", "", StringComparison.Ordinal)), CultureInfo.InvariantCulture)}").ToList();

        Assert.DoesNotContain(said, one => one.EndsWith(": ", StringComparison.Ordinal));
        Assert.Equal(said, Statements.Select(statement => $"{statement}: {Convert.ToString(there.ExecuteScalar(statement), CultureInfo.InvariantCulture)}"));
    }
}
