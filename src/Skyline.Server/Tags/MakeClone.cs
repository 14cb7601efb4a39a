using System.Data;
using Skyline.Protocol;
using Skyline.Server.Repos;
using Skyline.Server.Shell;
using Skyline.Server.Signing;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>
/// A tag is made that is as another is, or was: its settings, what it inherits from, its packages and their owners, its blocks, external
/// repositories and builds; all in one transaction. Its repository follows.
/// </summary>
public sealed class MakeClone(Database database, Chroots chroots, SigningKeys keys, PublishSnapshot publish, Bells bells, TimeProvider time)
{
    const int MostNamed = 20;

    /// <returns>What could not be taken along, or why nothing was done.</returns>
    public async Task<(IReadOnlyList<string> Notes, Refusal? Why)> Clone(string name, CloneTag wanted, long person, CancellationToken ct)
    {
        if (!Names.IsGood(wanted.Name)) return ([], new(400, $"A tag cannot be called '{wanted.Name}': a name is {Names.Rule}."));
        if (keys.WhyNot() is { } fault) return ([], new(503, fault));
        var (id, notes, why) = await database.Write(tx => Write(tx, name, wanted, person), ct);
        if (why is not null) return ([], why);
        // The tag is there: its repository follows, whether or not the caller still listens, and whether or not this try succeeds.
        bells.Ring(Bells.Tags);
        await publish.BringUpToDate(id, CancellationToken.None);
        return (notes, null);
    }

    (long Id, IReadOnlyList<string> Notes, Refusal? Why) Write(IDbTransaction tx, string name, CloneTag wanted, long person)
    {
        var db = tx.Connection!;
        if (Tag.FindEver(db, name) is not { } tag || tag.RemovedAt is not null && wanted is { At: null, Event: null }) return (0, [], Tag.None(name));
        var (moment, why) = AsOf.Find(db, wanted.At, wanted.Event);
        if (why is not null) return (0, [], why);
        if (TagThen.Of(db, tag, moment) is not { } then) return (0, [], TagViews.NotThen(name));
        if (CreateTag.IsTaken(tx, wanted.Name)) return (0, [], new(409, $"There is a tag '{wanted.Name}' already."));
        if (chroots.Find(then.Tag.Chroot) is null) return (0, [], new(409, $"'{name}' is built from the chroot {then.Tag.Chroot}, which this server does not know any more."));
        if (KeptPrivate.WhyNotFrom(db, then.Tag, then.Parents.Select(parent => parent.Id)) is { } known) return (0, [], known);
        var gone = then.Parents.Where(parent => Tag.Of(db, parent.Id).RemovedAt is not null).ToList();
        if (gone.Count > 0) return (0, [], new(409, $"'{name}' inherited from {string.Join(", ", gone.Select(parent => parent.Name))} then, which {(gone.Count == 1 ? "was" : "were")} removed since."));
        var now = time.Stamp();
        var id = Insert(tx, then, wanted, moment, person, now);
        List<string> notes = [.. wanted.NoBuilds ? [] : Builds(tx, then.Tag, id, moment, person, now), .. Externals(tx, then.Tag, id, moment), .. moment is null ? Tells(tx, then.Tag, id, now) : Untold(db, then.Tag)];
        TagEvent.Record(tx, id, TagEventKind.Create, null, $"{wanted.Name}, cloned from {name}{(moment is null ? "" : $" as of event {moment}")}{(wanted.NoBuilds ? " without its builds" : "")}", now, person, after: new { Of = name, wanted.At, wanted.Event, wanted.NoBuilds });
        return (id, notes, null);
    }

    static long Insert(IDbTransaction tx, TagThen then, CloneTag wanted, long? moment, long person, long now)
    {
        var tag = then.Tag;
        var id = CreateTag.Insert(tx, new(wanted.Name, tag.Chroot, null, Enum.Parse<TagCompression>(tag.Compression.ToString()), tag.HoldsAll ? TagHolds.All : TagHolds.Latest, tag.Description), then.OwnArches, now);
        // Not locked: a copy that nothing can be done to is no use, and the lock was the other's.
        tx.Execute("UPDATE tags SET demands_listed = @DemandsListed, inherits_arches = @InheritsArches WHERE id = @id", new { id, tag.DemandsListed, tag.InheritsArches });
        if (tag.Private || tag.Closed) CreateTag.Restrict(tx, id, tag.Private, tag.Closed, person, now);
        TagConfig.Keep(tx, id);
        WriteActs.Inherit(tx, id, then.Parents, person, now);
        foreach (var row in then.Settings.Where(row => row.TagId == tag.Id)) WriteActs.Say(tx, id, row.Kind, row.Key, row.Value);
        var args = new { id, from = tag.Id, moment, person, now };
        tx.Execute($"INSERT INTO tag_packages (tag_id, package, owner_id, listed_at, listed_by, since_event) SELECT @id, package, owner_id, @now, @person, {TagEvent.Next} FROM tag_packages WHERE tag_id = @from AND {AsOf.Counts(moment)} ORDER BY id", args);
        foreach (var package in then.Blocked)
            tx.Execute($"INSERT INTO tag_blocks (tag_id, package, blocked_at, blocked_by, since_event) VALUES (@id, @package, @now, @person, {TagEvent.Next})", new { id, package, now, person });
        return id;
    }

    /// <summary>In the order in which they were tagged, so that the latest is the latest there too.</summary>
    static IEnumerable<string> Builds(IDbTransaction tx, Tag tag, long id, long? moment, long person, long now)
    {
        var builds = EffectiveBuilds.ReadTagged(tx.Connection!, [tag.Id], packages: null, moment).OrderBy(build => build.Order).ToList();
        var lost = NamedBuilds.WithoutPackages(tx.Connection!, builds.Select(build => build.BuildId)).ToDictionary(build => build.Id);
        foreach (var build in builds.Where(build => !lost.ContainsKey(build.BuildId))) TagBuild.Put(tx, id, build.BuildId, person, now);
        return lost.Count == 0 ? [] : [$"Left out, for retention has removed their packages: {string.Join(", ", lost.Values.Take(MostNamed).Select(build => build.Nvr))}{(lost.Count > MostNamed ? $" and {lost.Count - MostNamed} more" : "")}."];
    }

    sealed record External(long Id, string Name, long? Priority, long? There);

    static IEnumerable<string> Externals(IDbTransaction tx, Tag tag, long id, long? moment)
    {
        var externals = tx.All<External>($"SELECT x.external_id AS Id, x.name AS Name, x.priority AS Priority, e.id AS There FROM tag_externals x LEFT JOIN externals e ON e.id = x.external_id WHERE x.tag_id = @Id AND {AsOf.Counts(moment, "x.")} ORDER BY x.id", new { tag.Id, moment });
        foreach (var one in externals.Where(one => one.There is not null)) Skyline.Server.Externals.TagExternals.Insert(tx, id, one.Id, one.Name, (int?)one.Priority);
        return externals.Where(one => one.There is null).Select(one => $"Left out: the external repository {one.Name}, which was removed since.");
    }

    /// <summary>Groups and modules, which its repositories tell of.</summary>
    static IEnumerable<string> Tells(IDbTransaction tx, Tag tag, long id, long now)
    {
        var args = new { id, from = tag.Id, now };
        // (An event of its own, which these rows refer to.)
        if (tx.One<bool>("SELECT EXISTS (SELECT 1 FROM tag_groups WHERE tag_id = @from) OR EXISTS (SELECT 1 FROM tag_modules WHERE tag_id = @from)", args))
        {
            var happened = TagEvent.Insert(tx, id, TagEventKind.Content, null, $"groups and modules are those of {tag.Name}", now, null, null);
            tx.Execute("INSERT INTO tag_groups (tag_id, comps_xml, event_id, changed_at) SELECT @id, comps_xml, @happened, @now FROM tag_groups WHERE tag_id = @from", new { id, from = tag.Id, happened, now });
            tx.Execute("INSERT INTO tag_modules (tag_id, position, key, yaml, event_id, changed_at) SELECT @id, position, key, yaml, @happened, @now FROM tag_modules WHERE tag_id = @from", new { id, from = tag.Id, happened, now });
        }
        return [];
    }

    static IEnumerable<string> Untold(IDbConnection db, Tag tag) =>
        db.One<bool>("SELECT EXISTS (SELECT 1 FROM tag_groups WHERE tag_id = @Id) OR EXISTS (SELECT 1 FROM tag_modules WHERE tag_id = @Id)", new { tag.Id })
            ? [$"The comps groups and modules of '{tag.Name}' were not taken along: what they were then is in its snapshots alone."] : [];
}
