using System.Text.Json;
using Skyline.Protocol;
using Skyline.Server.Audit;
using Skyline.Server.Backups;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Keeping;

static class KeepingEndpoints
{
    public static void MapKeeping(this IEndpointRouteBuilder routes)
    {
        var open = routes.MapGroup("/api").WithTags("Keeping");
        open.MapGet("keeping", (KeepingViews views) => TypedResults.Ok(views.State())).Needs(Right.Read).WithSummary("How it stands with what is kept: the last retention, collection, checks and exports, and what the next night would remove");
        open.MapGet("tags/{tag}/retention", (string tag, Database database) => database.Read(db => SetRetention.Of(db, tag)) is { } policy ? Results.Ok(policy) : NoTag(tag).AsResult()).Needs(Right.Read)
            .Produces<TagRetention>().ProducesProblem(404).WithSummary("How many snapshots a tag keeps, and for how long");
        var api = routes.MapGroup("/api").Needs(Right.Administer).WithTags("Keeping");
        open.MapPut("tags/{tag}/retention", async (string tag, TagRetention wanted, SetRetention set, CancellationToken ct) => await set.Set(tag, wanted, ct) is { } refusal ? refusal.AsResult() : Results.Ok(wanted))
            .Needs(Right.Release).InTag(Access.Tag).Produces<TagRetention>().ProducesProblem(400).ProducesProblem(404).WithSummary("Set how many snapshots a tag keeps, and for how long");
        api.MapPost("retention", (bool dryRun, KeepingTurns turns, ApplyRetention retention) => InTurn(turns, "retention", async ct => Results.Ok(await retention.Run(dryRun, ct))))
            .Produces<RetentionReport>().ProducesProblem(409).WithSummary("Remove the snapshots and packages that no rule keeps, or say which would go");
        api.MapPost("gc", (bool dryRun, KeepingTurns turns, CollectGarbage collect) => InTurn(turns, "garbage collection", async ct => Results.Ok(await collect.Run(dryRun, ct))))
            .Produces<CollectedGarbage>().ProducesProblem(409).WithSummary("Remove the files that nothing points at, or count them");
        api.MapPost("backup", (KeepingTurns turns, BackUpNow backup) => backup.IsOn ? InTurn(turns, "backup", async ct => BackedUp(await backup.Try(ct))) : new Refusal(409, BackUpNow.Off).AsResult())
            .Produces<BackupMade>().ProducesProblem(409).ProducesProblem(503).WithSummary("Make a backup into the folder that the settings name, as is done by the clock");
        api.MapPost("verify", Verify).IsNoChange("a check changes nothing; what it found is at /keeping").Produces<VerifyLine>(200, "application/x-ndjson").ProducesProblem(404).ProducesProblem(409)
            .WithSummary("Digest everything anew (of one tag, with ?tag=) and report what is not as it should be: a JSON document a line, as it goes; the last has the result");
        api.MapPost("tags/{tag}/export", (string tag, ExportOrder order, Database database, KeepingTurns turns, ExportTag export) =>
                database.Read(db => Tag.Find(db, tag)) is { } found ? InTurn(turns, "export", async ct => Answer(await export.Run(found, order.Folder ?? "", order.Snapshot, ct))) : NoTag(tag).AsResult())
            .Produces<ExportedTree>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).WithSummary("Write a tag's repositories as a plain directory tree below the server's export folder");
    }

    static PatientAnswer InTurn(KeepingTurns turns, string what, Func<CancellationToken, Task<IResult>> act) => new(async ct =>
    {
        using var turn = turns.TryTake(what);
        return turn is null ? turns.Busy.AsResult() : await act(ct);
    });

    static IResult BackedUp((BackupMade? Made, Refusal? Why) tried) => tried.Why is { } why ? why.AsResult() : Results.Ok(tried.Made);

    static IResult Answer(Exported outcome) => outcome switch
    {
        Exported.Done done => Results.Ok(done.Tree),
        Exported.Refused refused => refused.Why.AsResult(),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    static async Task Verify(string? tag, HttpContext http, Database database, KeepingTurns turns, VerifyStore verify)
    {
        var found = tag is null ? null : database.Read(db => Tag.Find(db, tag));
        using var turn = turns.TryTake("check");
        if (tag is not null && found is null || turn is null)
        {
            await (turn is null ? turns.Busy : NoTag(tag!)).AsResult().ExecuteAsync(http);
            return;
        }
        http.Response.ContentType = "application/x-ndjson";
        await http.Response.StartAsync(http.RequestAborted);
        await verify.Run(found, async line =>
        {
            await JsonSerializer.SerializeAsync(http.Response.Body, line, SkylineJson.Default.VerifyLine, http.RequestAborted);
            await http.Response.Body.WriteAsync("\n"u8.ToArray(), http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
        }, http.RequestAborted);
    }

    static Refusal NoTag(string tag) => new(404, $"There is no tag '{tag}'.");
}
