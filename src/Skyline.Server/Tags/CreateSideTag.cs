using System.Data;
using Skyline.Protocol;
using Skyline.Server.Repos;
using Skyline.Server.Shell;
using Skyline.Server.Signing;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>A tag beside another, and the target of the same name that builds into it from it.</summary>
public sealed record SideTag(long TagId, long TargetId, string Name);

/// <summary>
/// Makes a side tag of a target: `TARGET-side-N`, which inherits from what that builds from, is like it in all else, and is there with
/// its repository, ready to be built into.
/// </summary>
public sealed class CreateSideTag(Database database, SigningKeys keys, PublishSnapshot publish, Bells bells, SkylineSettings settings, TimeProvider time)
{
    public const int MostDays = 365, LongestNote = 500;

    public async Task<(SideTag? Tag, Refusal? Why)> Create(string baseTarget, long owner, NewSideTag wanted, CancellationToken ct)
    {
        if (WhyNot(wanted) is { } why) return (null, why);
        // Without a signature its repository could not be served.
        if (keys.WhyNot() is { } fault) return (null, new(503, fault));
        var (tag, refusal) = await database.Write(tx => Insert(tx, baseTarget, owner, wanted, time.Stamp()), ct);
        if (tag is null) return (null, refusal);
        // It is there: its repository follows, whether or not the caller still listens.
        bells.Ring(Bells.Tags);
        await publish.BringUpToDate(tag.TagId, CancellationToken.None);
        return (tag, null);
    }

    internal static Refusal? WhyNot(NewSideTag wanted) =>
        wanted.Days is < 1 or > MostDays ? new(400, $"A side tag stays between 1 and {MostDays} days.")
        : wanted.Note is { Length: > LongestNote } ? new(400, $"A side tag's note has up to {LongestNote} letters.")
        : null;

    (SideTag? Tag, Refusal? Why) Insert(IDbTransaction tx, string baseTarget, long owner, NewSideTag wanted, long now)
    {
        if (Target.Find(tx.Connection!, baseTarget) is not { } target) return (null, new(404, $"There is no target '{baseTarget}' to make a side tag of."));
        if (WhyNoMore(tx, owner) is { } why) return (null, why);
        var build = Tag.Of(tx.Connection!, target.BuildTagId);
        var name = NextName(tx, target);
        if (!Names.IsGood(name)) return (null, new(400, $"A side tag of '{baseTarget}' would be called '{name}', and a name is {Names.Rule}."));
        var tag = OwnedTag.InsertLike(tx, build, name, owner, now, into: Tag.Of(tx.Connection!, target.DestinationTagId));
        var made = OwnedTag.InsertTarget(tx, tag, name, target.Id, owner, now);
        tx.Execute("INSERT INTO side_tags (tag_id, target_id, base_target_id, owner_id, note, created_at, expires_at) VALUES (@tag, @made, @base, @owner, @note, @now, @expires)",
            new { tag, made, @base = target.Id, owner, note = wanted.Note is { Length: > 0 } note ? note : null, now, expires = wanted.Days is { } days ? now + (long)TimeSpan.FromDays(days).TotalMilliseconds : (long?)null });
        return (new(tag, made, name), null);
    }

    Refusal? WhyNoMore(IDbTransaction tx, long owner)
    {
        if (TagRights.IsAdmin(tx.Connection!, owner)) return null;
        return tx.One<long>("SELECT count(*) FROM side_tags WHERE owner_id = @owner AND removed_at IS NULL", new { owner }) >= settings.SideTagsPerPerson
            ? new(409, $"You have {settings.SideTagsPerPerson} side tags, and nobody has more here (Skyline:SideTagsPerPerson); promote or remove one first: skyline side-tag list --mine.")
            : null;
    }

    /// <summary>Numbers count up and are never given again; a name that is taken otherwise is passed over.</summary>
    static string NextName(IDbTransaction tx, Target target)
    {
        for (var number = tx.One<long>("SELECT count(*) FROM side_tags WHERE base_target_id = @Id", target) + 1; ; number++)
        {
            var name = $"{target.Name}-side-{number}";
            if (!tx.One<bool>("SELECT EXISTS (SELECT 1 FROM tags WHERE name = @name UNION ALL SELECT 1 FROM targets WHERE name = @name)", new { name })) return name;
        }
    }
}
