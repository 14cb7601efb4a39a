using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace Skyline.Server.Storage.Postgresql;

/// <summary>A statement as the features write it; what is sent is in PostgreSQL's words, and its values are as the tables have them.</summary>
sealed class Command(Statements on, NpgsqlCommand inner) : DbCommand
{
    string text = "";

    NpgsqlCommand Ready()
    {
        on.RefuseIfLost();
        inner.CommandText = Statements.Words(text);
        foreach (NpgsqlParameter parameter in inner.Parameters) Dialect.Fit(parameter);
        RefuseAlike();
        return inner;
    }

    /// <summary>SQLite tells @id from @Id; Npgsql takes the first for both.</summary>
    void RefuseAlike()
    {
        for (var one = 1; one < inner.Parameters.Count; one++)
            for (var other = 0; other < one; other++)
                if (inner.Parameters[one].ParameterName.Equals(inner.Parameters[other].ParameterName, StringComparison.OrdinalIgnoreCase))
                    throw new InvalidOperationException($"Two values differ by the case of their name alone, {inner.Parameters[one].ParameterName}: {text}");
    }

    public override int ExecuteNonQuery()
    {
        var rows = Ready().ExecuteNonQuery();
        on.Changed(rows);
        return rows;
    }

    public override object? ExecuteScalar()
    {
        using var rows = ExecuteReader();
        return rows.Read() && rows.FieldCount > 0 ? rows.GetValue(0) : null;
    }

    /// <summary>(What Dapper asks for beside, one row at a time of large values, the rows of this form need not know.)</summary>
    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => new Rows(on, Ready().ExecuteReader(behavior & ~CommandBehavior.SequentialAccess));

    [AllowNull] public override string CommandText { get => text; set => text = value ?? ""; }
    protected override DbParameter CreateDbParameter() => new NpgsqlParameter();
    protected override DbParameterCollection DbParameterCollection => inner.Parameters;
    protected override DbConnection? DbConnection { get => on; set => throw new NotSupportedException(); }
    protected override DbTransaction? DbTransaction { get; set; }
    public override int CommandTimeout { get => inner.CommandTimeout; set => inner.CommandTimeout = value; }
    public override CommandType CommandType { get; set; } = CommandType.Text;
    public override bool DesignTimeVisible { get; set; }
    public override UpdateRowSource UpdatedRowSource { get; set; }
    public override void Cancel() => inner.Cancel();
    public override void Prepare() { }

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}
