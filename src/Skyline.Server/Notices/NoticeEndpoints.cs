using System.Data;
using System.Security.Claims;
using Skyline.Protocol;
using Skyline.Server.Audit;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Notices;

static class NoticeEndpoints
{
    public static void MapNotices(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/notices").Needs(Right.Self).WithTags("Notices");
        api.MapGet("", (bool? unread, long? before, int? limit, ClaimsPrincipal caller, Database database) =>
            TypedResults.Ok(database.Read(db => ReadNotice.Of(db, caller.PersonId(), unread ?? false, before, Math.Clamp(limit ?? 50, 1, 500))))).WithSummary("What you are told, the newest first");
        api.MapPost("read", async (ReadNotices read, ClaimsPrincipal caller, ReadNotice mark, CancellationToken ct) =>
        {
            await mark.Mark(caller.PersonId(), read.UpTo, ct);
            return TypedResults.NoContent();
        }).IsNoChange("who has read what they were told is their own business").WithSummary("Say that you have read them: up to one, or all");
        routes.MapPost("/notices/read", async (HttpContext http, ReadNotice mark) =>
        {
            await mark.Mark(http.User.PersonId(), PageStart.Of(http.Field("upTo")), http.RequestAborted);
            return Results.Redirect("/notices");
        }).Needs(Right.Self).IsNoChange("who has read what they were told is their own business").IsForm();
    }
}

/// <summary>People's notices, and that they were read.</summary>
public sealed class ReadNotice(Database database, Bells bells, TimeProvider time)
{
    sealed record Row(long Id, string Kind, string Sentence, string Link, long At, long? ReadAt);

    internal static NoticePage Of(IDbConnection db, long person, bool unread, long? before, int limit)
    {
        var rows = db.All<Row>($"""
            SELECT id AS Id, kind AS Kind, sentence AS Sentence, link AS Link, at AS At, read_at AS ReadAt FROM notices
            WHERE person_id = @person AND (@before IS NULL OR id < @before) {(unread ? "AND read_at IS NULL" : "")} ORDER BY id DESC LIMIT @limit
            """, new { person, before, limit });
        return new([.. rows.Select(row => new Notice(row.Id, Enum.Parse<NoticeKind>(row.Kind), row.Sentence, row.Link, row.At.ToTime(), row.ReadAt.ToTime()))],
            db.One<int>("SELECT count(*) FROM notices WHERE person_id = @person AND read_at IS NULL", new { person }), rows.Count == limit ? rows[^1].Id : null);
    }

    public async Task Mark(long person, long? upTo, CancellationToken ct)
    {
        await database.Write(tx => tx.Execute("UPDATE notices SET read_at = @now WHERE person_id = @person AND read_at IS NULL AND (@upTo IS NULL OR id <= @upTo)", new { person, upTo, now = time.Stamp() }), ct);
        bells.Ring(Bells.Notices);
    }
}
