using System.Data;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Builds;
using Skyline.Server.Planning;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Sources;

/// <summary>The source package that a run made, read by the server itself from the file that it keeps.</summary>
public sealed record MadeSource(RpmPackage Package, Blob Blob);

/// <summary>A source package that a builder made of a tree becomes its build's source, and the architectures' tasks are queued: as if it had been submitted, in the transaction that takes the report.</summary>
public sealed class SourceMade(Database database, Blobs blobs, Chroots chroots, HeaderBudget headers)
{
    sealed record FileRow(string FileName, string Sha256, long Size);

    /// <summary>Its digests were checked when it was uploaded.</summary>
    /// <returns>Null where the run left not one source package.</returns>
    public async Task<MadeSource?> Read(long run, CancellationToken ct)
    {
        var files = database.Read(db => db.All<FileRow>("SELECT file_name AS FileName, sha256 AS Sha256, size AS Size FROM run_files WHERE run_id = @run AND source_rpm IS NULL LIMIT 2", new { run }));
        if (files is not [var file]) return null;
        using var room = headers.Enter();
        await using var stream = blobs.Open(file.Sha256);
        return new(await RpmPackage.Read(stream, file.FileName, room, ct), new(file.Sha256, file.Size));
    }

    sealed record BuildRow
    {
        public long TargetId { get; init; }
        public required string Target { get; init; }
        public long BuildTagId { get; init; }
        public bool Scratch { get; init; }
        public bool Draft { get; init; }
        public long Owner { get; init; }
        public int Priority { get; init; }
        public string? Options { get; init; }
        public string? Arches { get; init; }
    }

    /// <returns>Null; or a sentence that says why it cannot be built, and then nothing was changed.</returns>
    public string? Take(IDbTransaction tx, long build, MadeSource made, long now)
    {
        var row = tx.One<BuildRow>("""
            SELECT b.target_id AS TargetId, t.name AS Target, t.build_tag_id AS BuildTagId, b.scratch AS Scratch, b.draft AS Draft, b.owner_id AS Owner, b.priority AS Priority, b.options AS Options, s.arches AS Arches
            FROM builds b JOIN targets t ON t.id = b.target_id JOIN build_sources s ON s.build_id = b.id WHERE b.id = @build
            """, new { build })!;
        var (package, blob) = made;
        if (SubmitBuild.WhyNotThisSource(package, "") is { } wrong) return wrong;
        var tag = Tag.Of(tx.Connection!, row.BuildTagId);
        if (chroots.Find(tag.Chroot) is not { } chroot) return $"Target '{row.Target}' is built from a chroot that this server does not know any more; it knows {chroots.Names}.";
        var arches = row.Arches?.Split(',');
        var plan = SubmitBuild.Plan(package, arches is null ? tag : tag with { Arches = [.. tag.Arches.Intersect(arches)] }, chroot);
        if (plan.Count == 0) return SubmitBuild.BuildsForNone(package, tag, arches);
        var source = SubmitBuild.SourceOf(package, blob);
        if (QueueBuild.WhyNot(tx.Connection!, new(source, row.TargetId, row.Target, row.Scratch, row.Owner, KeptOptions.Read(row.Options), row.Priority, row.Draft), plan) is { } refusal) return refusal.Sentence;
        tx.Execute("UPDATE builds SET nvr = @Nvr, srpm_nvr = @Nvr, srpm_file = @FileName, srpm_sha256 = @Sha256, srpm_size = @Size WHERE id = @build", new { build, source.Nvr, source.FileName, source.Sha256, source.Size });
        KeptCapabilities.PutSource(tx, blob.Sha256, package);
        QueueBuild.PutTasks(tx, build, plan, now);
        return null;
    }
}
