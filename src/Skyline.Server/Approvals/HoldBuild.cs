using System.Data;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Approvals;

/// <summary>A build that was made for a tag that asks for a second person is complete, with all its packages, and in no tag: that it goes there waits like any other change.</summary>
static class HoldBuild
{
    sealed record Row(long Tag, long Owner, long Draft, string Nvr);

    static Row? Of(IDbTransaction tx, long build) => tx.One<Row>("SELECT t.destination_tag_id AS Tag, b.owner_id AS Owner, b.draft AS Draft, b.nvr AS Nvr FROM builds b JOIN targets t ON t.id = b.target_id WHERE b.id = @build", new { build });

    /// <summary>In the transaction that has recorded its packages.</summary>
    public static void Keep(IDbTransaction tx, long build, HeldBack held, long now)
    {
        var row = Of(tx, build)!;
        var tag = Tags.Tag.Of(tx.Connection!, row.Tag).Name;
        var (id, why) = MakeApproval.Put(tx, new(row.Owner, $"{row.Nvr} (build {build}) is to go into '{tag}'", nameof(People.Right.Build), null, build, held), now);
        tx.Execute("UPDATE builds SET state = 'Complete', ended_at = @now, why = @why, revision = revision + 1 WHERE id = @build AND state = 'Publishing'", new
        {
            build, now, why = id is null ? $"Built. It is in no tag: {why!.Sentence}" : $"Built. It goes into '{tag}' when a second person agrees: approval {id}.",
        });
    }

    /// <summary>It goes where it was made to go.</summary>
    public static void Put(IDbTransaction tx, long build, long tag, bool draft, long owner, long now)
    {
        // The real build takes the place of a draft of it.
        if (!draft && Twins.In(tx.Connection!, tag, build) is { } twin) TagBuild.Untag(tx, tag, twin, owner, now);
        TagBuild.Tag(tx, tag, build, owner, now);
    }

    /// <summary>Two people have agreed to it.</summary>
    public static Refusal? Tag(IDbTransaction tx, long build, long now)
    {
        if (Of(tx, build) is not { } row) return new(409, $"Build {build} has no target any more.");
        var tag = Tags.Tag.Of(tx.Connection!, row.Tag);
        if (tag.RemovedAt is not null) return new(409, $"'{tag.Name}' was removed.");
        if (WhyNotInto.Locked(tag, $"{row.Nvr} is not tagged") is { } locked) return locked;
        Put(tx, build, row.Tag, row.Draft == 1, row.Owner, now);
        tx.Execute("UPDATE builds SET why = NULL, revision = revision + 1 WHERE id = @build", new { build });
        return null;
    }

    /// <summary>Of a build whose approval came to nothing.</summary>
    public static void SayWhy(IDbTransaction tx, long approval, string why) => tx.Execute(
        "UPDATE builds SET why = @why, revision = revision + 1 WHERE id = (SELECT build_id FROM approvals WHERE id = @approval) AND state = 'Complete' AND NOT EXISTS (SELECT 1 FROM tag_builds t WHERE t.build_id = builds.id AND t.untagged_at IS NULL)", new { approval, why });
}
