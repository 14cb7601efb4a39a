using System.Data;
using Skyline.Protocol;
using Skyline.Server.Shell;
using Skyline.Server.SideTags;
using Skyline.Server.Storage;

namespace Skyline.Server.Told;

/// <summary>Something that happened, as it was noted; what it was about is read when it is told.</summary>
sealed record Happening(long Id, string Event, long SubjectId, long? At)
{
    /// <summary>For what no trigger notes; noted only where somebody is to be told of it.</summary>
    public static void Put(IDbTransaction tx, string what, long subject, long now) =>
        tx.Execute("INSERT INTO happenings (event, subject_id, at) SELECT @what, @subject, @now WHERE EXISTS (SELECT 1 FROM wanted_events WHERE event = @what)", new { what, subject, now });

    public static IReadOnlyList<Happening> Oldest(IDbConnection db, int most) => db.All<Happening>("SELECT id AS Id, event AS Event, subject_id AS SubjectId, at AS At FROM happenings ORDER BY id LIMIT @most", new { most });

    /// <returns>What is told of it; null where there is nothing to tell any more.</returns>
    public Telling? Read(IDbConnection db, Links links, SkylineSettings settings) => Event switch
    {
        "build.started" => OfBuild(db, links, BuildState.Building),
        "build.finished" => OfBuild(db, links, BuildState.Complete),
        "build.failed" => OfBuild(db, links, BuildState.Failed),
        "build.cancelled" => OfBuild(db, links, BuildState.Cancelled),
        "tag.tagged" or "tag.untagged" => OfTagEvent(db, links),
        "snapshot.published" => OfSnapshot(db, links),
        "batch.ended" => OfBatch(db, links),
        "side-tag.expiring" => OfSideTag(db, links, settings),
        "builder.lost" => OfRun(db, links),
        _ => null,
    };

    Telling? OfBuild(IDbConnection db, Links links, BuildState state) => BuildRow.Find(db, SubjectId) is { } row ? new(new(Build: row.Told(links, state)), row.OwnerId, row.TagId, row.BuildTagId) : null;

    sealed record TagEventRow(long TagId, string Tag, long BuildId, string? By);

    Telling? OfTagEvent(IDbConnection db, Links links)
    {
        if (db.One<TagEventRow>("SELECT e.tag_id AS TagId, t.name AS Tag, e.build_id AS BuildId, u.name AS By FROM tag_events e JOIN tags t ON t.id = e.tag_id LEFT JOIN users u ON u.id = e.by WHERE e.id = @SubjectId", this) is not { } row) return null;
        var build = BuildRow.Find(db, row.BuildId);
        return new(new(Build: build?.Told(links, Enum.Parse<BuildState>(build.State)), Tag: new(row.Tag, links.Tag(row.Tag)), By: row.By), build?.OwnerId, row.TagId);
    }

    sealed record SnapshotRow(long TagId, string Tag, string Hash);

    Telling? OfSnapshot(IDbConnection db, Links links) =>
        db.One<SnapshotRow>("SELECT s.tag_id AS TagId, t.name AS Tag, s.hash AS Hash FROM snapshots s JOIN tags t ON t.id = s.tag_id WHERE s.id = @SubjectId", this) is { } row
            ? new(new(Tag: new(row.Tag, links.Tag(row.Tag)), Snapshot: new(row.Hash, $"{links.Tag(row.Tag)}/snapshots/{row.Hash}")), null, row.TagId) : null;

    sealed record BatchRow
    {
        public required string Kind { get; init; }
        public required string Title { get; init; }
        public required string State { get; init; }
        public long OwnerId { get; init; }
        public required string Owner { get; init; }
        public required string Target { get; init; }
        public long TagId { get; init; }
        public int Done { get; init; }
        public int Members { get; init; }
    }

    Telling? OfBatch(IDbConnection db, Links links) => db.One<BatchRow>("""
        SELECT b.kind AS Kind, b.title AS Title, b.state AS State, b.owner_id AS OwnerId, u.name AS Owner, t.name AS Target, t.destination_tag_id AS TagId,
               (SELECT count(*) FROM batch_members m WHERE m.batch_id = b.id AND m.state = 'Done') AS Done, (SELECT count(*) FROM batch_members m WHERE m.batch_id = b.id) AS Members
        FROM batches b JOIN users u ON u.id = b.owner_id JOIN targets t ON t.id = b.target_id WHERE b.id = @SubjectId AND b.state IN ('Complete', 'Failed', 'Cancelled')
        """, this) is { } row ? new(new(Batch: new(SubjectId, row.Kind, row.Title, row.State, row.Owner, row.Target, row.Done, row.Members, links.To($"/batches/{SubjectId}"))), row.OwnerId, row.TagId) : null;

    Telling? OfSideTag(IDbConnection db, Links links, SkylineSettings settings) =>
        SideTagRow.Find(db, SubjectId) is { } row && SideTagEnd.Of(row, settings) is var end ? new(new(SideTag: new(row.Name, row.Owner, end?.At.ToTime(), end?.Why, links.SideTag(row.Name))), row.OwnerId, row.TagId) : null;

    Telling? OfRun(IDbConnection db, Links links) =>
        db.One<string>("SELECT b.name FROM task_runs r JOIN builders b ON b.id = r.builder_id WHERE r.id = @SubjectId", this) is { } name ? new(new(Builder: new(name, SubjectId, links.To($"/builders/{Uri.EscapeDataString(name)}"))), null, null) : null;
}

/// <param name="OwnerId">Whose it is; null: nobody's.</param>
/// <param name="TagId">What may be read of it is decided by this tag; null: it is of none.</param>
/// <param name="BuildTagId">And by this one, where it was built with another.</param>
sealed record Telling(WebhookData Data, long? OwnerId, long? TagId, long? BuildTagId = null);

sealed record BuildRow(long Id, string Nvr, string State, long Scratch, long OwnerId, string Owner, string? Target, long? TagId, long? BuildTagId, string? Tag, string? Why, long SubmittedAt, long? EndedAt, long? BatchId)
{
    public static BuildRow? Find(IDbConnection db, long id) => db.One<BuildRow>("""
        SELECT b.id AS Id, b.nvr AS Nvr, b.state AS State, b.scratch AS Scratch, b.owner_id AS OwnerId, u.name AS Owner, g.name AS Target, g.destination_tag_id AS TagId, g.build_tag_id AS BuildTagId, t.name AS Tag, b.why AS Why,
               b.submitted_at AS SubmittedAt, b.ended_at AS EndedAt, b.batch_id AS BatchId
        FROM builds b JOIN users u ON u.id = b.owner_id LEFT JOIN targets g ON g.id = b.target_id LEFT JOIN tags t ON t.id = g.destination_tag_id WHERE b.id = @id
        """, new { id });

    public ToldBuild Told(Links links, BuildState state) => new(
        Id, Nvr, state, Scratch == 1, Owner, Target, Tag, state is BuildState.Failed or BuildState.Cancelled ? Why : null, SubmittedAt.ToTime(), state is BuildState.Building ? null : EndedAt.ToTime(), BatchId, links.Build(Id));
}
