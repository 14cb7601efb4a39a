using System.Data;
using System.Data.Common;
using Skyline.Rpm;

namespace Skyline.Server.Planning;

/// <summary>Tells a plan what kept packages need and offer, straight from their rows: of a whole distribution in well under a second.</summary>
static class ReadPlan
{
    /// <param name="builds">Each with its source package among its packages: each becomes a source of the plan, numbered in this order.</param>
    public static NeedsAndOffers OfPackages(IDbConnection db, IReadOnlyList<long> builds)
    {
        var told = new NeedsAndOffers();
        var sources = new Dictionary<long, int>(builds.Count);
        EachRow(db, $"SELECT r.build_id, r.name, c.asks {OfWanted} WHERE r.repo_class = 'Source' ORDER BY w.key", builds, row =>
        {
            if (!sources.TryAdd(row.GetInt64(0), told.Sources.Count)) return;
            told.Needs(told.Source(row.GetString(1)), (byte[])row.GetValue(2));
        });
        Offers(db, told, builds, build => sources.GetValueOrDefault(build, NeedsAndOffers.Elsewhere));
        return told;
    }

    /// <summary>Packages of some builds, which a plan's source makes anew or which are there beside it. All needs have been told.</summary>
    public static void Offers(IDbConnection db, NeedsAndOffers told, IReadOnlyList<long> builds, Func<long, int> sourceOf) =>
        EachRow(db, $"SELECT r.build_id, r.name, c.offers {OfWanted} WHERE r.repo_class = 'Binary' ORDER BY w.key, r.id", builds,
            row => told.Offers(sourceOf(row.GetInt64(0)), row.GetString(1), (byte[])row.GetValue(2)));

    /// <summary>Too many to be parameters, one a build: they are one text.</summary>
    const string OfWanted = "FROM json_each(@builds) w CROSS JOIN rpms r ON r.build_id = CAST(w.value AS BIGINT) CROSS JOIN package_capabilities c ON c.rpm_id = r.id";

    static void EachRow(IDbConnection db, string sql, IReadOnlyList<long> builds, Action<DbDataReader> take)
    {
        using var select = (DbCommand)db.CreateCommand();
        select.CommandText = sql;
        var wanted = select.CreateParameter();
        (wanted.ParameterName, wanted.Value) = ("@builds", System.Text.Json.JsonSerializer.Serialize(builds));
        select.Parameters.Add(wanted);
        using var rows = select.ExecuteReader();
        while (rows.Read()) take(rows);
    }
}
