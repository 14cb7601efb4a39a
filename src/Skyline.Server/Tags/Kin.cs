using System.Data;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>Whom tags inherit from, as <see cref="Inheritance"/> finds it, in rows: for questions that are asked of many tags at once, in SQL.</summary>
static class Kin
{
    /// <summary>Written anew for all tags, at every start.</summary>
    public static Task Note(Database database) => database.Write(tx =>
    {
        tx.Execute("DELETE FROM tag_kin");
        var links = Inheritance.All(tx.Connection!).ToLookup(link => link.TagId);
        foreach (var tag in links) Insert(tx, tag.Key, links);
    });

    /// <summary>After a link of the tag has come or gone: for it, and for all that inherit from it.</summary>
    public static void Renew(IDbTransaction tx, long tag)
    {
        var all = Inheritance.All(tx.Connection!);
        var links = all.ToLookup(link => link.TagId);
        foreach (var heir in Inheritance.Heirs(tag, all))
        {
            tx.Execute("DELETE FROM tag_kin WHERE tag_id = @heir", new { heir });
            Insert(tx, heir, links);
        }
    }

    static void Insert(IDbTransaction tx, long tag, ILookup<long, Inheritance.Link> links)
    {
        var order = Inheritance.Order(tag, links);
        var config = order.Config.Select((from, at) => (from, at)).ToDictionary(pair => pair.from, pair => pair.at);
        for (var position = 1; position < order.Count; position++)
            tx.Execute("INSERT INTO tag_kin (tag_id, from_id, position, config_position) VALUES (@tag, @from, @position, @config)",
                new { tag, from = order[position], position, config = config.TryGetValue(order[position], out var at) ? at : (int?)null });
    }

    /// <summary>The tag and those whose settings it takes, the nearest first.</summary>
    public static IReadOnlyList<long> Config(IDbConnection db, long tag) =>
        [tag, .. db.All<long>("SELECT from_id FROM tag_kin WHERE tag_id = @tag AND config_position IS NOT NULL ORDER BY config_position", new { tag })];
}
