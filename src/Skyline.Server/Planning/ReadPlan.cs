using System.Data;
using System.Data.Common;
using Dapper;
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
        Note(db, builds);
        EachRow(db, "SELECT r.build_id, r.name, c.asks FROM wanted_builds w CROSS JOIN rpms r ON r.build_id = w.id CROSS JOIN package_capabilities c ON c.rpm_id = r.id WHERE r.repo_class = 'Source' ORDER BY w.place", row =>
        {
            if (!sources.TryAdd(row.GetInt64(0), told.Sources.Count)) return;
            told.Needs(told.Source(row.GetString(1)), (byte[])row.GetValue(2));
        });
        Offers(db, told, build => sources.GetValueOrDefault(build, NeedsAndOffers.Elsewhere));
        return told;
    }

    /// <summary>Packages of some builds, which a plan's source makes anew or which are there beside it. All needs have been told.</summary>
    public static void Offers(IDbConnection db, NeedsAndOffers told, IReadOnlyList<long> builds, Func<long, int> sourceOf)
    {
        Note(db, builds);
        Offers(db, told, sourceOf);
    }

    static void Offers(IDbConnection db, NeedsAndOffers told, Func<long, int> sourceOf) =>
        EachRow(db, "SELECT r.build_id, r.name, c.offers FROM wanted_builds w CROSS JOIN rpms r ON r.build_id = w.id CROSS JOIN package_capabilities c ON c.rpm_id = r.id WHERE r.repo_class = 'Binary'",
            row => told.Offers(sourceOf(row.GetInt64(0)), row.GetString(1), (byte[])row.GetValue(2)));

    /// <summary>In a table of this connection alone: too many to be parameters.</summary>
    static void Note(IDbConnection db, IReadOnlyList<long> builds)
    {
        db.Execute("CREATE TEMP TABLE IF NOT EXISTS wanted_builds (place INTEGER PRIMARY KEY, id INTEGER NOT NULL); DELETE FROM wanted_builds");
        db.Execute("INSERT INTO wanted_builds (place, id) SELECT key, CAST(value AS BIGINT) FROM json_each(@builds)", new { builds = System.Text.Json.JsonSerializer.Serialize(builds) });
    }

    static void EachRow(IDbConnection db, string sql, Action<DbDataReader> take)
    {
        using var select = (DbCommand)db.CreateCommand();
        select.CommandText = sql;
        using var rows = select.ExecuteReader();
        while (rows.Read()) take(rows);
    }
}
