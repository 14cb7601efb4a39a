using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Skyline.Server.Storage.Postgresql;

/// <summary>
/// The features' statements are written so that SQLite and PostgreSQL understand them alike; here is what cannot be. A word that PostgreSQL
/// only lacks is made there (0000-words.sql).
/// </summary>
static partial class Dialect
{
    /// <summary>What the tables are in, as `main` is SQLite's.</summary>
    public const string Schema = "skyline";

    public static string Of(string sqlite) => Differences().Replace(sqlite, found => found switch
    {
        _ when found.Groups["cross"].Success => "",
        _ when found.Groups["schema"].Success => found.Value is "temp." ? "pg_temp." : Schema + ".",
        _ when found.Groups["none"].Success => found.Groups["not"].Success ? "<> ALL ('{}')" : "= ANY ('{}')",
        _ => found.Value,
    });

    /// <summary>
    /// A value as the tables have it: numbers are bigint, a yes is 1, and a null is of the type that the feature declared, so that
    /// `@since IS NULL` has one.
    /// </summary>
    public static void Fit(DbParameter parameter)
    {
        var (type, value) = parameter.Value switch
        {
            null or DBNull => (OfNull(parameter.DbType), DBNull.Value),
            string text => (DbType.String, Sound(text)),
            byte[] bytes => (DbType.Binary, bytes),
            double or float => (DbType.Double, Convert.ToDouble(parameter.Value, CultureInfo.InvariantCulture)),
            bool or long or int or short or byte or Enum => (DbType.Int64, (object?)Convert.ToInt64(parameter.Value, CultureInfo.InvariantCulture)),
            var other => throw new NotSupportedException($"The value of {parameter.ParameterName} is of the type {other.GetType().Name}, which no column has. Give it as text, a number, bytes or a yes or no."),
        };
        (parameter.DbType, parameter.Value) = (type, value);
    }

    /// <summary>Where letters are none: SQLite takes half of one, too, and a zero byte within a text.</summary>
    static string Sound(string text) => !text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') && !text.Contains('\0') ? text
        : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace('\0', '\uFFFD');

    static DbType OfNull(DbType declared) => declared switch
    {
        DbType.Boolean or DbType.Byte or DbType.Int16 or DbType.Int32 or DbType.Int64 => DbType.Int64,
        DbType.Single or DbType.Double => DbType.Double,
        DbType.Binary => DbType.Binary,
        _ => DbType.String,
    };

    /// <summary>
    /// What is said is left as it is. SQLite joins tables in their order where it is told CROSS JOIN, and takes a condition with it. For a list with
    /// nothing in it Dapper writes a question without a type.
    /// </summary>
    [GeneratedRegex("""
        '[^']*'
        | (?<cross> \bCROSS\s+ (?= JOIN\s+[\w.]+ (\s+AS)? (\s+\w+)? \s+ON\b) )
        | (?<schema> \b(main|temp)\. )
        | (?<none> \b(?<not>NOT\s+)?IN\s*\(SELECT\ @\w+\ WHERE\ 1\ =\ 0\) )
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture)] private static partial Regex Differences();
}
