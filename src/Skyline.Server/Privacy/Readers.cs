using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Data;
using Skyline.Server.Storage;

namespace Skyline.Server.Privacy;

/// <summary>
/// Who may read which private tag: its owner, who has any right in it, and administrators; of a side tag, also who may read what it was made
/// of. Nobody reads a tag who may not read each private tag that it inherits from, so whoever loses one loses what was made of it.
/// Kept in memory until something of that is written.
/// </summary>
/// <param name="changes">Grows by one before a commit that changes it, and by one after: it is odd in between.</param>
sealed class Readers(Func<long> changes, Func<Func<IDbConnection, Readers.State>, Readers.State> read)
{
    const int MostKnown = 10_000;

    State? known;

    /// <summary>Ids of tags that do not exist for them.</summary>
    public FrozenSet<long> HiddenFrom(Sight sight) => Now().HiddenFrom(sight);

    /// <summary>Whether there is any private tag, or was.</summary>
    public bool IsAnyPrivate => Now().OfTag.Count > 0;

    public bool IsPrivate(long tag) => Now().OfTag.ContainsKey(tag);

    public bool MayRead(Sight? sight, long tag) => sight is null || !HiddenFrom(sight).Contains(tag);

    State Now()
    {
        var before = changes();
        if (before % 2 == 0 && Volatile.Read(ref known) is { } last && last.Since == before) return last;
        var loaded = read(Load) with { Since = before };
        // Of a moment in which it was being written, nothing is kept.
        if (before % 2 == 0 && changes() == before) Volatile.Write(ref known, loaded);
        return loaded;
    }

    internal sealed record State(FrozenDictionary<long, FrozenSet<long>> OfTag, FrozenSet<long> Admins)
    {
        readonly ConcurrentDictionary<long, FrozenSet<long>> ofPerson = new();

        public long Since { get; init; }

        public FrozenSet<long> HiddenFrom(Sight sight)
        {
            if (OfTag.Count == 0 || sight.Person is { } one && Admins.Contains(one)) return FrozenSet<long>.Empty;
            if (ofPerson.Count > MostKnown) ofPerson.Clear();
            return ofPerson.GetOrAdd(sight.Person ?? 0, person => OfTag.Where(tag => !tag.Value.Contains(person)).Select(tag => tag.Key).ToFrozenSet());
        }
    }

    sealed record TagRow(long Id, long? Owner);

    sealed record Pair
    {
        public long Tag { get; init; }
        public long Other { get; init; }
    }

    static State Load(IDbConnection db)
    {
        var tags = db.All<TagRow>("SELECT id AS Id, owner_id AS Owner FROM tags WHERE private = 1");
        if (tags.Count == 0) return new(FrozenDictionary<long, FrozenSet<long>>.Empty, []);
        var named = db.All<Pair>("""
            SELECT g.tag_id AS Tag, coalesce(g.user_id, m.user_id) AS Other FROM tag_grants g JOIN tags t ON t.id = g.tag_id LEFT JOIN team_members m ON m.team_id = g.team_id
            WHERE t.private = 1 AND g.revoked_at IS NULL AND coalesce(g.user_id, m.user_id) IS NOT NULL
            """).ToLookup(row => row.Tag, row => row.Other);
        var parents = db.All<Pair>("SELECT p.tag_id AS Tag, p.parent_id AS Other FROM tag_parents p JOIN tags t ON t.id = p.tag_id JOIN tags f ON f.id = p.parent_id WHERE t.private = 1 AND f.private = 1 AND p.unset_at IS NULL").ToLookup(row => row.Tag, row => row.Other);
        var madeOf = db.All<Pair>("SELECT s.tag_id AS Tag, f.id AS Other FROM side_tags s JOIN tags t ON t.id = s.tag_id JOIN targets d ON d.id = s.base_target_id JOIN tags f ON f.id IN (d.build_tag_id, d.destination_tag_id) WHERE t.private = 1 AND f.private = 1").ToLookup(row => row.Tag, row => row.Other);
        var (owners, found) = (tags.ToDictionary(tag => tag.Id, tag => tag.Owner), new Dictionary<long, HashSet<long>>());
        return new(tags.ToFrozenDictionary(tag => tag.Id, tag => Of(tag.Id).ToFrozenSet()), db.All<long>("SELECT id FROM users WHERE role = 'admin' AND disabled_at IS NULL").ToFrozenSet());

        HashSet<long> Of(long tag)
        {
            if (found.TryGetValue(tag, out var known)) return known;
            // (Should links ever make a circle, nobody reads it but administrators.)
            found[tag] = [];
            HashSet<long> readers = [.. named[tag], .. madeOf[tag].SelectMany(Of)];
            if (owners[tag] is { } owner) readers.Add(owner);
            foreach (var parent in parents[tag].Concat(madeOf[tag])) readers.IntersectWith(Of(parent));
            return found[tag] = readers;
        }
    }
}
