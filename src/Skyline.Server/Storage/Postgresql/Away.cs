using Npgsql;

namespace Skyline.Server.Storage.Postgresql;

/// <summary>A PostgreSQL that is not there: it restarts, or another takes its place.</summary>
static class Away
{
    const string ReadOnly = "25006", IdleTooLong = "25P03", TooMany = "53300";

    /// <summary>Whether the connection is lost, or leads to one that nothing can be written to (any more): another connection may be better.</summary>
    public static bool Is(Exception fault) => fault switch
    {
        PostgresException { SqlState: ReadOnly or IdleTooLong or TooMany } => true,
        PostgresException said => said.SqlState.StartsWith("08", StringComparison.Ordinal) || said.SqlState.StartsWith("57P", StringComparison.Ordinal),
        NpgsqlException { InnerException: not null } or NpgsqlException { IsTransient: true } => true,
        _ => false,
    };

    public static string Sentence(Exception fault) => fault.Message.TrimEnd('.') + ".";
}
