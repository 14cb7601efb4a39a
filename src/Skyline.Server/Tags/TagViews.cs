using System.Data;
using Skyline.Protocol;
using Skyline.Server.Builds;
using Skyline.Server.Externals;
using Skyline.Server.Repos;
using Skyline.Server.Shell;
using Skyline.Server.Signing;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>Tags as the API and the pages show them: as they are, or as they were.</summary>
public sealed class TagViews(Database database, CurrentSnapshots current, SkylineSettings settings)
{
    public IReadOnlyList<TagSummary> All() => database.Read(db => (IReadOnlyList<TagSummary>)[.. Tag.All(db).Select(tag => new TagSummary(
        tag.Name, tag.Chroot, tag.Arches, (int)db.One<long>("SELECT count(*) FROM tag_builds WHERE tag_id = @Id AND untagged_at IS NULL", tag),
        current.Of(tag.Name)?.Hash ?? "", tag.CreatedAt))]);

    public TagDetails? Find(string name, string address) => database.Read(db => Tag.Find(db, name) is { } tag ? Details(db, TagThen.Of(db, tag, null)!, null) with
    {
        Snapshot = current.Of(name)?.Hash ?? "", RepoFile = RepoText.Of(name, address, keys: ServeKeys.ByFingerprint(db, settings, tag)),
    } : null);

    /// <param name="at">A time or a day; with neither this nor an event, now.</param>
    /// <returns>The tag as it was, removed since or not; or why there is none.</returns>
    public (TagDetails? Tag, Refusal? Why) Find(string name, string address, string? at, long? @event)
    {
        if (at is null && @event is null) return Find(name, address) is { } now ? (now, null) : (null, Tag.None(name));
        return database.Read<(TagDetails?, Refusal?)>(db =>
        {
            if (Tag.FindEver(db, name) is not { } tag) return (null, Tag.None(name));
            var (moment, why) = AsOf.Find(db, at, @event);
            if (why is not null) return (null, why);
            return TagThen.Of(db, tag, moment) is { } then ? (Details(db, then, moment) with { Told = moment is { } past ? ToldThen.Of(db, then, past) : null }, null) : (null, NotThen(name));
        });
    }

    internal static Refusal NotThen(string name) => new(404, $"There was no tag '{name}' then; its history (skyline tag history {name}) says when it came and went.");

    static TagDetails Details(IDbConnection db, TagThen then, long? moment)
    {
        var tag = then.Tag;
        var names = then.Order.ToDictionary(one => one, one => db.One<string>("SELECT name FROM tags WHERE id = @one", new { one })!);
        return new TagDetails(tag.Name, tag.Chroot, tag.Arches, "", tag.CreatedAt, ShowBuild.InTag(db, tag.Id, moment), "",
            tag.Compression == Rpm.MetadataCompression.Gzip ? TagCompression.Gzip : TagCompression.Zstd, tag.HoldsAll ? TagHolds.All : TagHolds.Latest,
            [.. then.Parents.Select(OnTheWire)], then.Blocked, tag.Locked, tag.DemandsListed, tag.Description.Length == 0 ? null : tag.Description, tag.InheritsArches,
            [.. Said(then).Select(row => new TagSetting(row.What, row.Key, row.Value, names[row.TagId]))], TagExternals.Of(db, tag.Id, then.Order.Config, moment), moment, tag.RemovedAt, SecondPerson: tag.SecondPerson, Private: tag.Private, Closed: tag.Closed);
    }

    /// <summary>What counts; and what the tag itself hides, so that it can be seen why something does not.</summary>
    static IEnumerable<TagSettingRow> Said(TagThen then) =>
        TagSettingRow.Effective(then.Order.Config, then.Settings).Concat(then.Settings.Where(row => row.TagId == then.Tag.Id && row.Value is null)).OrderBy(row => row.What).ThenBy(row => row.Key, StringComparer.Ordinal);

    /// <summary>What it inherits from directly, first first.</summary>
    internal static IReadOnlyList<TagParent> Parents(IDbConnection db, long tag) => [.. Tag.ParentsOf(db, tag).Select(OnTheWire)];

    internal static TagParent OnTheWire(Parent parent) => new(parent.Name, (int)parent.Priority, parent.MaxDepth, parent.Intransitive, parent.NoConfig, parent.Filter);
}
