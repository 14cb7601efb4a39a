using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;

namespace Skyline.Server.Storage;

/// <summary>One use of a statement; disposed, it goes back to be used again.</summary>
sealed class KeptCommand(SqliteStatements connection) : DbCommand
{
    /// <summary>Holds the parameters while Dapper adds them, and the text while it writes a list's names into it.</summary>
    readonly SqliteCommand given = new();
    SqliteCommand? rented;
    string text = "";

    SqliteCommand Rented
    {
        get
        {
            if (rented is not null) return rented;
            rented = connection.Rent(text);
            foreach (SqliteParameter parameter in given.Parameters) rented.Parameters.Add(parameter);
            return rented;
        }
    }

    [AllowNull]
    public override string CommandText
    {
        get => text;
        set => text = rented is null ? value ?? "" : throw new NotSupportedException("A command is used once.");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && rented is { } used) connection.Return(text, used);
        rented = null;
        base.Dispose(disposing);
    }

    public override int ExecuteNonQuery() => Rented.ExecuteNonQuery();
    public override object? ExecuteScalar() => Rented.ExecuteScalar();
    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => Rented.ExecuteReader(behavior);
    protected override DbParameter CreateDbParameter() => new SqliteParameter();
    protected override DbParameterCollection DbParameterCollection => given.Parameters;
    protected override DbConnection? DbConnection { get => connection; set => throw new NotSupportedException(); }
    protected override DbTransaction? DbTransaction { get; set; }
    public override int CommandTimeout { get; set; } = 30;
    public override CommandType CommandType { get; set; } = CommandType.Text;
    public override bool DesignTimeVisible { get; set; }
    public override UpdateRowSource UpdatedRowSource { get; set; }
    public override void Cancel() => rented?.Cancel();
    public override void Prepare() { }
}
