using Skyline.Server.Storage;

namespace Skyline.Server.Finding;

/// <summary>Names that a form offers; others can be typed.</summary>
public sealed record NamedChoices(IReadOnlyList<string> Targets, IReadOnlyList<string> Tags, IReadOnlyList<string> Arches)
{
    public static NamedChoices None { get; } = new([], [], []);
}

sealed class ShowChoices(Database database)
{
    const int Most = 100;

    public NamedChoices Read() => database.Read(db => new NamedChoices(
        db.All<string>("SELECT name FROM targets WHERE removed_at IS NULL ORDER BY name LIMIT @Most", new { Most }), db.All<string>("SELECT name FROM tags WHERE removed_at IS NULL ORDER BY name LIMIT @Most", new { Most }),
        db.All<string>("SELECT arch FROM tag_arches UNION SELECT 'noarch' ORDER BY 1 LIMIT @Most", new { Most })));
}
