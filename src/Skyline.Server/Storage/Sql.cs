using System.Data;
using Dapper;

namespace Skyline.Server.Storage;

/// <summary>
/// Dapper on a transaction, so that no statement forgets which one it belongs to. A row with a computed column (a count, a
/// subquery) is a record with properties: SQLite does not know such a column's type before there is a row, and a constructor
/// would have to.
/// </summary>
public static class Sql
{
    /// <returns>How many rows changed: 0 is a conflict where the statement is guarded.</returns>
    public static int Execute(this IDbTransaction transaction, string sql, object? args = null) =>
        transaction.Connection!.Execute(sql, args, transaction);

    public static T? One<T>(this IDbTransaction transaction, string sql, object? args = null) =>
        transaction.Connection!.QueryFirstOrDefault<T>(sql, args, transaction);

    public static IReadOnlyList<T> All<T>(this IDbTransaction transaction, string sql, object? args = null) =>
        transaction.Connection!.Query<T>(sql, args, transaction).AsList();

    /// <summary>What is kept at hand of what this writes is shown just before others see it written, so nobody sees the one without the other; it is taken back where the commit fails, and not shown where the write is undone.</summary>
    public static void WithCommit(this IDbTransaction transaction, Action show, Action undo) => ((KeptTransaction)transaction).Shown.Add((show, undo));

    public static T? One<T>(this IDbConnection connection, string sql, object? args = null) =>
        connection.QueryFirstOrDefault<T>(sql, args);

    public static IReadOnlyList<T> All<T>(this IDbConnection connection, string sql, object? args = null) =>
        connection.Query<T>(sql, args).AsList();

    /// <summary>Times are stored as milliseconds since 1970, UTC.</summary>
    public static long Stamp(this TimeProvider time) => time.GetUtcNow().ToUnixTimeMilliseconds();

    public static DateTimeOffset ToTime(this long stamp) => DateTimeOffset.FromUnixTimeMilliseconds(stamp);

    public static DateTimeOffset? ToTime(this long? stamp) => stamp?.ToTime();
}
