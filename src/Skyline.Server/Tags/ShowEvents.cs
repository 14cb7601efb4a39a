using System.Data;
using Skyline.Protocol;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>What happened to tags, newest first.</summary>
static class ShowEvents
{
    sealed record Row(long Id, string Tag, string Kind, string? Package, long? BuildId, string Detail, long At, string? Person);

    const string Select = """
        SELECT e.id AS Id, t.name AS Tag, e.kind AS Kind, e.package AS Package, e.build_id AS BuildId, e.detail AS Detail, e.at AS At, u.name AS Person
        FROM tag_events e JOIN tags t ON t.id = e.tag_id LEFT JOIN users u ON u.id = e.by
        """;

    public static TagEventPage List(IDbConnection db, long tag, long? before, int limit)
    {
        var events = db.All<Row>(Select + " WHERE e.tag_id = @tag AND (@before IS NULL OR e.id < @before) ORDER BY e.id DESC LIMIT @limit", new { tag, before, limit });
        return new([.. events.Select(OnTheWire)], events.Count == limit ? events[^1].Id : null);
    }

    /// <param name="after">The event after which to begin.</param>
    /// <param name="to">The last one.</param>
    public static IReadOnlyList<TagEventDetails> Between(IDbConnection db, IReadOnlyList<long> tags, long after, long to, int most) =>
        [.. db.All<Row>(Select + " WHERE e.tag_id IN @tags AND e.id > @after AND e.id <= @to ORDER BY e.id DESC LIMIT @most", new { tags, after, to, most }).Select(OnTheWire)];

    /// <summary>What happened after an event that a roll back to it does not undo, to the tag and to what it inherits from; of much the newest.</summary>
    public static IReadOnlyList<TagEventDetails> LeftAlone(IDbConnection db, Tag tag, long after) => [.. db.All<Row>(Select + """
         WHERE e.tag_id IN @order AND e.id > @after AND (e.tag_id <> @Id OR e.kind IN ('Inherit', 'Key', 'Settings', 'Import', 'Content')) ORDER BY e.id DESC LIMIT 20
        """, new { order = Inheritance.Order(db, tag.Id), after, tag.Id }).Select(OnTheWire)];

    static TagEventDetails OnTheWire(Row row) =>
        new(row.Id, row.Tag, row.Kind, EventWords.Of(Enum.Parse<TagEventKind>(row.Kind), row.Detail), row.Package, row.BuildId, row.At.ToTime(), row.Person);
}
