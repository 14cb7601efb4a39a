using System.Data;
using Skyline.Server.Tags;

namespace Skyline.Server.Imports;

/// <summary>The tags that somebody may import into.</summary>
static class ImportInto
{
    /// <summary>Of more all are offered, and one that is not theirs is refused.</summary>
    const int MostAsked = 200;

    public static IReadOnlyList<string> Names(IDbConnection db, long person) =>
        ListTags.Names(db) is var all && all.Count > MostAsked ? all : [.. all.Where(name => Tag.Find(db, name) is { } tag && TagRights.May(db, Access.Tag, person, tag.Id))];
}
