using Microsoft.AspNetCore.Mvc;
using Skyline.Protocol;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Repos;

/// <summary>A tag's snapshots and history; open to all who can read its repositories.</summary>
static class SnapshotEndpoints
{
    public static void MapSnapshots(this IEndpointRouteBuilder routes)
    {
        var tag = routes.MapGroup("/api/tags/{tag}").WithTags("Tags");
        tag.MapGet("events", (string tag, long? before, int? limit, Database database) => database.Read(db => Tag.FindEver(db, tag) is { } known
            ? TypedResults.Ok(ShowEvents.List(db, known.Id, before, Math.Clamp(limit ?? 50, 1, 500))) : Tag.None(tag).AsResult())).Needs(Right.Read)
            .Produces<TagEventPage>().ProducesProblem(404).WithSummary("What happened to a tag, newest first, a page at a time");
        tag.MapGet("snapshots", (string tag, long? before, int? limit, Database database) => database.Read(db => Tag.Find(db, tag) is { } known
            ? TypedResults.Ok(ShowSnapshots.List(db, known, before, Math.Clamp(limit ?? 50, 1, 200))) : Tag.None(tag).AsResult())).Needs(Right.Read)
            .Produces<SnapshotPage>().ProducesProblem(404).WithSummary("A tag's snapshots, newest first, a page at a time");
        tag.MapGet("snapshots/{hash}", (string tag, string hash, Database database) => database.Read(db => ShowSnapshots.Find(db, tag, hash)) switch
            {
                ({ } details, _) => TypedResults.Ok(details),
                (_, { } why) => why.AsResult(),
                _ => throw new System.Diagnostics.UnreachableException(),
            }).Needs(Right.Read)
            .Produces<SnapshotDetails>().ProducesProblem(404).ProducesProblem(409).WithSummary("One snapshot; the beginning of its hash does");
        tag.MapGet("diff", (string tag, string? from, string? to, string? toTag, Database database) => database.Read(db => CompareSnapshots.Of(db, tag, from, to, toTag)) switch
            {
                ({ } diff, _) => TypedResults.Ok(diff),
                (_, { } why) => why.AsResult(),
                _ => throw new System.Diagnostics.UnreachableException(),
            }).Needs(Right.Read)
            .Produces<SnapshotDiff>().ProducesProblem(404).ProducesProblem(409).WithSummary("What one snapshot holds that another does not");
        tag.MapGet("repo", (string tag, [FromQuery] string[]? holds, double? wait, WaitRepo repo, CancellationToken ct) => repo.Wait(tag, holds, wait, ct)).Needs(Right.Read)
            .Produces<RepoHolds>().ProducesProblem(400).ProducesProblem(404).WithSummary("Whether the newest snapshot holds builds; with wait, as soon as it does");
    }
}
