using System.Security.Claims;
using Skyline.Protocol;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Told;

static class WebhookEndpoints
{
    public static void MapWebhooks(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/webhooks").Needs(Right.Account).WithTags("Webhooks");
        api.MapGet("", (bool? all, ClaimsPrincipal caller, Database database, TimeProvider time) => TypedResults.Ok(database.Read(db =>
            (IReadOnlyList<WebhookDetails>)[.. WebhookRow.All(db, all == true ? Whose(caller) : caller.PersonId()).Select(row => row.OnTheWire(db, time.Stamp()))]))).WithSummary("Your webhooks; as an administrator, everybody's");
        api.MapPost("", async (NewWebhook wanted, HttpContext http, WriteWebhooks write) =>
        {
            http.Response.Headers.CacheControl = "no-store";
            var (added, why) = await write.Add(wanted, http.User.PersonId(), http.RequestAborted);
            return added is null ? why!.AsResult() : Results.Created($"/api/webhooks/{added.Id}", added);
        }).Produces<WebhookSecret>(201).ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).WithSummary("Add a webhook; the answer holds its secret, this once");
        api.MapGet("{id:long}", Show).Produces<WebhookDetails>().ProducesProblem(404).WithSummary("One webhook");
        api.MapPatch("{id:long}", async (long id, WebhookEdit edit, ClaimsPrincipal caller, WriteWebhooks write, Database database, TimeProvider time, CancellationToken ct) =>
            await write.Edit(id, edit, Whose(caller), ct) is { } why ? why.AsResult() : Show(id, caller, database, time)).Produces<WebhookDetails>().ProducesProblem(400).ProducesProblem(404).WithSummary("Change where it goes, what it is told of, or whether it is");
        api.MapDelete("{id:long}", async (long id, ClaimsPrincipal caller, WriteWebhooks write, CancellationToken ct) => await write.Remove(id, Whose(caller), ct) is { } why ? why.AsResult() : Results.NoContent())
            .Produces(204).ProducesProblem(404).WithSummary("Remove a webhook, and what waits to be sent to it");
        api.MapPost("{id:long}/rotate", async (long id, HttpContext http, WriteWebhooks write) =>
        {
            http.Response.Headers.CacheControl = "no-store";
            var (made, why) = await write.Rotate(id, Whose(http.User), http.RequestAborted);
            return made is null ? why!.AsResult() : Results.Ok(made);
        }).Produces<WebhookSecret>().ProducesProblem(404).WithSummary("Give it another secret; the one before is good for a day more");
        api.MapPost("{id:long}/test", Test).Produces<DeliveryDetails>(202).ProducesProblem(404).WithSummary("Send it a ping");
        api.MapGet("{id:long}/deliveries", (long id, long? before, int? limit, ClaimsPrincipal caller, Database database) => database.Read(db =>
            WebhookRow.Find(db, id, Whose(caller)) is null ? WebhookRow.None(id).AsResult() : Results.Ok(ShowDeliveries.Page(db, id, before, Math.Clamp(limit ?? 50, 1, 500))))).Produces<DeliveryPage>().ProducesProblem(404).WithSummary("What it was sent within a week, the newest first");
        api.MapGet("{id:long}/deliveries/{delivery:long}", async (long id, long delivery, double? wait, ClaimsPrincipal caller, Database database, ShowDeliveries show, CancellationToken ct) =>
            database.Read(db => WebhookRow.Find(db, id, Whose(caller))) is null ? WebhookRow.None(id).AsResult()
            : await show.Tried(id, delivery, wait, ct) is { } one ? Results.Ok(one) : ShowDeliveries.None(id, delivery).AsResult()).Produces<DeliveryDetails>().ProducesProblem(404).WithSummary("One delivery, once it was tried or the wait is over");
        api.MapPost("{id:long}/deliveries/{delivery:long}/redeliver", async (long id, long delivery, ClaimsPrincipal caller, Database database, ShowDeliveries show, CancellationToken ct) =>
            database.Read(db => WebhookRow.Find(db, id, Whose(caller))) is null ? WebhookRow.None(id).AsResult()
            : await show.Again(id, delivery, ct) is { } why ? why.AsResult() : Results.Accepted((string?)null, database.Read(db => ShowDeliveries.Find(db, id, delivery)))).Produces<DeliveryDetails>(202).ProducesProblem(404).WithSummary("Send it once more, under the same id");
    }

    /// <summary>Of whom it must be that somebody changes; null: of anybody.</summary>
    static long? Whose(ClaimsPrincipal caller) => caller.IsAdmin() ? null : caller.PersonId();

    internal static IResult Show(long id, ClaimsPrincipal caller, Database database, TimeProvider time) =>
        database.Read(db => WebhookRow.Find(db, id, Whose(caller))?.OnTheWire(db, time.Stamp())) is { } one ? Results.Ok(one) : WebhookRow.None(id).AsResult();

    internal static async Task<IResult> Test(long id, ClaimsPrincipal caller, Database database, Links links, Bells bells, TimeProvider time, CancellationToken ct)
    {
        var put = await database.Write(tx => WebhookRow.Find(tx.Connection!, id, Whose(caller)) is { } hook ? ShowDeliveries.Find(tx.Connection!, id, Ping.Put(tx, hook, links, time.Stamp())) : null, ct);
        bells.Ring(Bells.Deliveries);
        return put is null ? WebhookRow.None(id).AsResult() : Results.Accepted((string?)null, put);
    }
}
