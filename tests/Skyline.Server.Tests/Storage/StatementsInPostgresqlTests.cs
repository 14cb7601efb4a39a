using System.Data;
using System.Data.Common;
using System.Globalization;
using Dapper;
using Npgsql;
using Skyline.Server.Storage.Postgresql;

namespace Skyline.Server.Tests.Storage;

/// <summary>How the features write their statements means the same in both. (That each of the statements runs there, the tests of the features say when they are run on PostgreSQL.)</summary>
public sealed class StatementsInPostgresqlTests(StatementsInPostgresqlTests.Once once) : IClassFixture<StatementsInPostgresqlTests.Once>
{
    /// <summary>Three tags in each, of which one is hidden.</summary>
    public sealed class Once : IAsyncLifetime
    {
        readonly OneCluster cluster = new();
        internal BothDatabases Both { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            await cluster.InitializeAsync();
            Both = await BothDatabases.Make(cluster, TestContext.Current.CancellationToken);
            await Both.Fill(TestContext.Current.CancellationToken);
            foreach (var each in new IDbConnection[] { Both.Here, Both.There })
            {
                each.Execute("DELETE FROM tags");
                each.Execute("INSERT INTO tags (name, chroot, created_at, removed_at, private) VALUES ('b', 'x', 1, 5, 1), ('C', 'x', 2, NULL, 0), ('é', 'x', 3, 4, 0)");
                each.Execute("CREATE TEMP TABLE hidden_tags (id BIGINT PRIMARY KEY)");
                each.Execute("INSERT INTO hidden_tags (id) SELECT id FROM tags WHERE private = 1");
            }
        }

        public async ValueTask DisposeAsync()
        {
            await Both.DisposeAsync();
            await cluster.DisposeAsync();
        }
    }

    static string Names(string which) => $"SELECT coalesce(group_concat(name, ','), 'none') FROM (SELECT name FROM tags {which}) l";

    public static TheoryData<string, string> Answers => new()
    {
        { Names("ORDER BY name"), "C,b,é" },
        { Names("ORDER BY removed_at NULLS FIRST"), "C,é,b" },
        { Names("ORDER BY removed_at DESC NULLS LAST"), "b,é,C" },
        { Names("WHERE id IN (SELECT @none WHERE 1 = 0)"), "none" },
        { Names("WHERE id NOT IN (SELECT @none WHERE 1 = 0) AND name NOT IN (SELECT @none WHERE 1 = 0) ORDER BY id"), "b,C,é" },
        { Names("WHERE private = @yes"), "b" },
        { Names("WHERE @yes = 1 AND (@since IS NULL OR removed_at > @since) AND (@nobody IS NULL OR name = @nobody) ORDER BY id"), "b,C,é" },
        { "SELECT group_concat(name, ',') FROM (SELECT t.name FROM main.tags t WHERE t.id NOT IN (SELECT id FROM temp.hidden_tags) ORDER BY t.id) l", "C,é" },
        { "SELECT group_concat(said, ',') FROM (SELECT t.name || (h.id - t.id) AS said FROM hidden_tags h CROSS JOIN tags t ON t.id = h.id) l", "b0" },
        { "SELECT CASE WHEN CAST(value ->> '$.comes' AS TEXT) IN ('1', 'true') THEN 'comes' ELSE 'goes' END FROM json_each('[{\"comes\":true}]')", "comes" },
        { "SELECT CASE WHEN CAST(value ->> '$.comes' AS TEXT) IN ('1', 'true') THEN 'comes' ELSE 'goes' END FROM json_each('[{\"comes\":false}]')", "goes" },
        { "SELECT (7 / 2) || ',' || (-7 / 2) || ',' || (-7 % 3)", "3,-3,-1" },
        { "INSERT INTO tags (name, chroot, created_at) VALUES ('b', 'y', 7) ON CONFLICT (name) DO UPDATE SET created_at = tags.created_at + @more RETURNING chroot || created_at", "x8" },
        { "INSERT INTO tags (name, chroot, created_at) VALUES ('b', 'y', 7) ON CONFLICT DO NOTHING RETURNING name", "" },
    };

    [Theory, MemberData(nameof(Answers))]
    public void Both_answer_the_same(string statement, string answer)
    {
        Assert.Equal(answer, Asked(once.Both.Here, statement));
        Assert.Equal(answer, Asked(once.Both.There, Dialect.Of(statement)));
    }

    /// <summary>What it writes is undone.</summary>
    static string Asked(DbConnection connection, string statement)
    {
        using var transaction = connection.BeginTransaction();
        using var command = connection.CreateCommand();
        (command.CommandText, command.Transaction) = (statement, transaction);
        foreach (var (name, type, value) in new (string, DbType, object)[] { ("none", DbType.String, DBNull.Value), ("yes", DbType.Boolean, true), ("since", DbType.Int64, DBNull.Value), ("nobody", DbType.String, DBNull.Value), ("more", DbType.Int32, 7) })
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.DbType, parameter.Value) = (name, type, value);
            if (connection is NpgsqlConnection) Dialect.Fit(parameter);
            command.Parameters.Add(parameter);
        }
        return Convert.ToString(command.ExecuteScalar(), CultureInfo.InvariantCulture) ?? "";
    }
}
