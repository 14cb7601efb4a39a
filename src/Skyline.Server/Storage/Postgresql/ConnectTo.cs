using Npgsql;

namespace Skyline.Server.Storage.Postgresql;

/// <summary>Where the PostgreSQL is, as `Skyline:Database` says it, and how it is spoken to. There may be a password in it.</summary>
sealed class ConnectTo(string connection)
{
    readonly string fitted = Fitted(connection);

    /// <summary>A server that is gone without a word holds the turn no longer than a minute.</summary>
    static string Fitted(string given) => new NpgsqlConnectionStringBuilder(given)
    {
        SearchPath = $"{Dialect.Schema}, pg_catalog", ApplicationName = "skyline-server", Pooling = false, MaxAutoPrepare = KeptStatements.MostKept, AutoPrepareMinUsages = 2, IncludeErrorDetail = false, CommandTimeout = 60, Enlist = false,
        Options = "-c client_min_messages=warning -c idle_in_transaction_session_timeout=60000 -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=4",
    }.ToString();

    /// <summary>For Quartz, whose tables are in a schema of their own.</summary>
    public static string ForClock(string given) => new NpgsqlConnectionStringBuilder(given) { SearchPath = $"{Tables.ClockSchema}, pg_catalog", ApplicationName = "skyline-server clock", MaxPoolSize = 10, Enlist = false }.ToString();

    /// <summary>What is wrong with a setting's text; null: nothing.</summary>
    public static string? WhyNot(string text)
    {
        try
        {
            return text.Length == 0 || new NpgsqlConnectionStringBuilder(text) is { Host.Length: > 0, Database.Length: > 0 } ? null : "It says where the PostgreSQL is: Host=db.example.org;Username=skyline;Database=skyline;Passfile=/etc/skyline/pgpass.";
        }
        catch (Exception fault) when (fault is ArgumentException or KeyNotFoundException or FormatException)
        {
            return "It is no connection string of Npgsql's, such as Host=db.example.org;Username=skyline;Database=skyline;Passfile=/etc/skyline/pgpass.";
        }
    }

    public NpgsqlConnection Open()
    {
        var opened = new NpgsqlConnection(fitted);
        try
        {
            opened.Open();
            return opened;
        }
        catch (Exception)
        {
            opened.Dispose();
            throw;
        }
    }
}
