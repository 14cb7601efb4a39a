using System.Data;
using System.Data.Common;
using System.Globalization;
using Skyline.Server.Repos;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>What a list of latest builds is read from: all rows of some tags, by the reader itself where they are tens of thousands.</summary>
static class LatestRows
{
    public sealed record Build(string Nvr, long Owner);

    /// <summary>Of all packages: which builds the tags have, and what those are called.</summary>
    public static (IReadOnlyList<EffectiveBuilds.Tagged> Tagged, IReadOnlyDictionary<long, Build> Builds) All(IDbConnection db, IReadOnlyList<long> tags, long? moment)
    {
        using var command = (DbCommand)db.CreateCommand();
        command.CommandText = $"""
            SELECT t.tag_id, t.build_id, t.id, b.package, b.nvr, b.owner_id FROM tag_builds t JOIN builds b ON b.id = t.build_id
            WHERE t.tag_id IN ({string.Join(',', tags.Select(tag => tag.ToString(CultureInfo.InvariantCulture)))}) AND {(moment is null ? "t.untagged_at IS NULL" : AsOf.Counts(moment, "t."))}
            """;
        if (moment is { } then)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.DbType, parameter.Value) = ("@moment", DbType.Int64, then);
            command.Parameters.Add(parameter);
        }
        var (tagged, builds) = (new List<EffectiveBuilds.Tagged>(), new Dictionary<long, Build>());
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            var build = rows.GetInt64(1);
            tagged.Add(new(rows.GetInt64(0), rows.GetString(3), build, rows.GetInt64(2)));
            builds[build] = new(rows.GetString(4), rows.GetInt64(5));
        }
        return (tagged, builds);
    }

    sealed record Row(long Id, string Nvr, long Owner);

    public static IReadOnlyDictionary<long, Build> Some(IDbConnection db, IEnumerable<long> builds) => builds.Chunk(500)
        .SelectMany(some => db.All<Row>("SELECT id AS Id, nvr AS Nvr, owner_id AS Owner FROM builds WHERE id IN @some", new { some })).ToDictionary(row => row.Id, row => new Build(row.Nvr, row.Owner));

    sealed record Listed(long TagId, string Package, long Owner);

    /// <summary>Who looks after packages: as the nearest tag says that lists it.</summary>
    /// <param name="packages">Null: all of them.</param>
    public static IReadOnlyDictionary<string, long> Owners(IDbConnection db, TagOrder order, IReadOnlyCollection<string>? packages, long? moment)
    {
        var rows = db.All<Listed>($"""
            SELECT tag_id AS TagId, package AS Package, owner_id AS Owner FROM tag_packages WHERE tag_id IN @order AND {AsOf.Counts(moment)} {(packages is null ? "" : "AND package IN @packages")}
            """, new { order, packages, moment }).ToLookup(row => row.TagId);
        var owners = new Dictionary<string, long>();
        foreach (var way in order.Ways)
            foreach (var row in rows[way.TagId])
                if (way.Admits(row.Package)) owners.TryAdd(row.Package, row.Owner);
        return owners;
    }

    public static IReadOnlyDictionary<long, string> People(IDbConnection db, IEnumerable<long> people) =>
        people.Distinct().Chunk(500).SelectMany(some => db.All<(long Id, string Name)>("SELECT id, name FROM users WHERE id IN @some", new { some })).ToDictionary(person => person.Id, person => person.Name);
}
