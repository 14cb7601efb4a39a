using System.Data;
using Npgsql;
using Skyline.Server.Storage.Postgresql;

namespace Skyline.Server.Tests.Storage;

/// <summary>What SQLite's statements are in PostgreSQL's words; that both then answer alike is asked of both in <see cref="PostgresqlSchemaTests"/>.</summary>
public sealed class DialectTests
{
    [Theory]
    [InlineData("SELECT id FROM main.tags WHERE id NOT IN (SELECT id FROM temp.hidden_tags)", "SELECT id FROM skyline.tags WHERE id NOT IN (SELECT id FROM pg_temp.hidden_tags)")]
    [InlineData("SELECT 1 FROM builds b CROSS JOIN rpms AS r ON r.build_id = b.id CROSS JOIN notes ON notes.id = 1", "SELECT 1 FROM builds b JOIN rpms AS r ON r.build_id = b.id JOIN notes ON notes.id = 1")]
    [InlineData("SELECT 1 FROM builds b CROSS JOIN\n  rpms r\n  ON r.build_id = b.id", "SELECT 1 FROM builds b JOIN\n  rpms r\n  ON r.build_id = b.id")]
    [InlineData("id IN (SELECT @ids WHERE 1 = 0) AND name NOT IN (SELECT @names WHERE 1 = 0)", "id = ANY ('{}') AND name <> ALL ('{}')")]
    public void What_only_SQLite_understands_is_said_otherwise(string sqlite, string postgresql) => Assert.Equal(postgresql, Dialect.Of(sqlite));

    [Theory]
    [InlineData("SELECT a.id FROM a CROSS JOIN b JOIN c ON c.id = b.id")]
    [InlineData("SELECT a.id FROM a CROSS JOIN json_each(@some) s LEFT JOIN c ON c.id = s.value")]
    [InlineData("INSERT INTO notes (said) VALUES ('it''s in main.tags, CROSS JOIN b ON x, and IN (SELECT @a WHERE 1 = 0)')")]
    [InlineData("SELECT domain.id FROM tags AS domain WHERE id IN (SELECT id FROM tags WHERE 1 = 0)")]
    public void What_both_understand_stays(string statement) => Assert.Equal(statement, Dialect.Of(statement));

    enum Some { One = 1 }

    public static TheoryData<object?, DbType?, object, DbType> Values => new()
    {
        { true, DbType.Boolean, 1L, DbType.Int64 }, { false, DbType.Boolean, 0L, DbType.Int64 }, { 7, DbType.Int32, 7L, DbType.Int64 }, { 7L, null, 7L, DbType.Int64 },
        { Some.One, DbType.Int32, 1L, DbType.Int64 }, { 0.5, DbType.Double, 0.5, DbType.Double }, { "x", DbType.AnsiString, "x", DbType.String }, { new byte[] { 1 }, null, new byte[] { 1 }, DbType.Binary },
        { "a\0b", DbType.String, "a\uFFFDb", DbType.String }, { "a\uD83D", DbType.String, "a\uFFFD", DbType.String }, { "\uD83D\uDE80", DbType.String, "\uD83D\uDE80", DbType.String },
        { null, DbType.Boolean, DBNull.Value, DbType.Int64 }, { DBNull.Value, DbType.Int64, DBNull.Value, DbType.Int64 }, { null, DbType.Double, DBNull.Value, DbType.Double },
        { null, DbType.Binary, DBNull.Value, DbType.Binary }, { null, DbType.String, DBNull.Value, DbType.String }, { null, null, DBNull.Value, DbType.String },
    };

    [Theory, MemberData(nameof(Values), DisableDiscoveryEnumeration = true)]
    public void A_value_is_as_the_tables_have_it(object? given, DbType? declared, object sent, DbType type)
    {
        var parameter = new NpgsqlParameter { ParameterName = "x" };
        if (declared is { } said) parameter.DbType = said;
        parameter.Value = given;

        Dialect.Fit(parameter);

        Assert.Equal(sent, parameter.Value);
        Assert.Equal(type, parameter.DbType);
    }

    [Fact]
    public void A_value_that_no_column_has_is_named()
    {
        var fault = Assert.Throws<NotSupportedException>(() => Dialect.Fit(new NpgsqlParameter { ParameterName = "since", Value = DateTimeOffset.UnixEpoch }));

        Assert.Equal("The value of since is of the type DateTimeOffset, which no column has. Give it as text, a number, bytes or a yes or no.", fault.Message);
    }
}
