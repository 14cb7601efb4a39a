using System.Globalization;
using System.Text;
using Skyline.Protocol;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Audit;

static class AuditEndpoints
{
    const int Usual = 100;

    public static void MapAudit(this IEndpointRouteBuilder routes)
    {
        var audit = routes.MapGroup("/api/audit").WithTags("Audit").Needs(Right.Administer);
        audit.MapGet("", (string? who, string? thing, string? act, string? since, string? until, long? before, int? limit, Database database) =>
            limit is < 1 or > ReadAudit.MostAtOnce ? new Refusal(400, $"A limit is from 1 to {ReadAudit.MostAtOnce}.").AsResult()
            : AuditFilter.Of(who, thing, act, since, until) is (var filter, var noTime) && noTime is null ? Results.Ok(database.Read(db => ReadAudit.Page(db, filter, before, limit ?? Usual)))
            : new Refusal(400, $"'{noTime}' is no time; write 2026-11-03 or 2026-11-03T08:00:00Z.").AsResult())
            .Produces<AuditPage>().ProducesProblem(400).WithSummary("Who changed what, the newest first");
        audit.MapGet("head", (Database database) => TypedResults.Ok(database.Read(ReadAudit.Head))).WithSummary("The end of the log: note it elsewhere, and the log can be held against it later");
        audit.MapGet("export", Export).Produces<AuditEntry>(200, "application/jsonl").WithSummary("The whole log, a JSON object a line, from the first on: what can be verified without this server");
    }

    /// <summary>As entries have it.</summary>
    internal static bool Since(string? text, out string? stamp)
    {
        stamp = null;
        if (string.IsNullOrEmpty(text)) return true;
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)) return false;
        stamp = Entry.Stamp(at);
        return true;
    }

    static async Task Export(HttpContext http, Database database)
    {
        http.Response.ContentType = "application/jsonl; charset=utf-8";
        http.Response.Headers.ContentDisposition = "attachment; filename=\"skyline-audit.jsonl\"";
        foreach (var some in ReadAudit.All(database).Chunk(100))
            await http.Response.WriteAsync(string.Concat(some.Select(row => AuditChain.Line(row.Entry, row.Hash) + "\n")), Encoding.UTF8, http.RequestAborted);
    }
}
