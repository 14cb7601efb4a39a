using System.Security.Claims;
using Skyline.Protocol;
using Skyline.Server.Audit;
using Skyline.Server.People;
using Skyline.Server.Repos;
using Skyline.Server.Shell;

namespace Skyline.Server.Hooks;

static class HookEndpoints
{
    public static void MapHooks(this IEndpointRouteBuilder routes)
    {
        // Its right is the signature: anybody may knock.
        routes.MapPost("/hooks/{key}", (string key, HttpContext http, ReceiveDelivery receive) => receive.Receive(key, http)).Needs(Right.Enter).DisableAntiforgery().ExcludeFromDescription()
            .IsNoChange("what came is in the hook's own log, and what is built of it is noted as its owner's");
        var api = routes.MapGroup("/api/hooks").WithTags("Hooks").Needs(Right.Build);
        api.MapGet("", (HttpContext http, ShowHooks show, SkylineSettings settings) => TypedResults.Ok(show.All(Whose(http.User), settings.AddressFor(http)))).WithSummary("Your hooks; an administrator's: all");
        api.MapPost("", Add).Produces<AddedHook>(201).ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).WithSummary("Make a hook; the answer holds its secret, this once");
        api.MapGet("{name}", (string name, HttpContext http, ShowHooks show, SkylineSettings settings) => Shown(name, http, show, settings)).Produces<HookDetails>().ProducesProblem(404).WithSummary("One hook");
        api.MapPatch("{name}", async (string name, HookEdit edit, HttpContext http, WriteHook write, ShowHooks show, SkylineSettings settings) =>
            await write.Edit(name, edit, Whose(http.User), http.RequestAborted) is { } why ? why.AsResult() : Shown(name, http, show, settings))
            .Produces<HookDetails>().ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).WithSummary("Change a hook's rules, its target or its forge's token; what is not given stays");
        api.MapPost("{name}/rotate", Rotate).Produces<AddedHook>().ProducesProblem(400).ProducesProblem(404).WithSummary("Give a hook another secret; the one before is good for seven days more, unless it is to end at once");
        api.MapDelete("{name}", async (string name, HttpContext http, WriteHook write) => await write.Remove(name, Whose(http.User), http.RequestAborted) is { } why ? why.AsResult() : Results.NoContent())
            .Produces(204).ProducesProblem(404).WithSummary("Remove a hook; its builds stay");
        api.MapGet("{name}/deliveries", (string name, long? before, int? limit, HttpContext http, ShowHooks show) =>
            show.Deliveries(name, Whose(http.User), before, Math.Clamp(limit ?? 50, 1, 500)) is { } page ? Results.Ok(page) : Hook.None(name).AsResult())
            .Produces<HookDeliveryPage>().ProducesProblem(404).WithSummary("What came to a hook, the newest first, and what was made of it");
        api.MapPost("{name}/deliveries/{delivery:long}/build", async (string name, long delivery, HttpContext http, TakeEvent take, ShowHooks show) =>
            await take.ByHand(name, delivery, Whose(http.User), http.RequestAborted) is { } why ? why.AsResult() : Results.Ok(show.Deliveries(name, Whose(http.User), delivery + 1, 1)!.Deliveries[0]))
            .Produces<HookDelivery>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).WithSummary("Build what a delivery told of, whatever the rules say");
    }

    /// <summary>One's own; null: anybody's.</summary>
    internal static long? Whose(ClaimsPrincipal caller) => caller.IsAdmin() ? null : caller.PersonId();

    static IResult Shown(string name, HttpContext http, ShowHooks show, SkylineSettings settings) =>
        show.Find(name, Whose(http.User), settings.AddressFor(http)) is { } hook ? Results.Ok(hook) : Hook.None(name).AsResult();

    static async Task<IResult> Add(NewHook wanted, HttpContext http, WriteHook write, ShowHooks show, SkylineSettings settings)
    {
        // It holds a secret: it is kept nowhere.
        http.Response.Headers.CacheControl = "no-store";
        var server = settings.AddressFor(http);
        var (secret, why) = await write.Add(wanted, http.User.PersonId(), server, http.RequestAborted);
        return why is not null ? why.AsResult() : Results.Created($"/api/hooks/{wanted.Name}", new AddedHook(show.Find(wanted.Name, http.User.PersonId(), server)!, secret));
    }

    static async Task<IResult> Rotate(string name, RotateHook rotate, HttpContext http, WriteHook write, ShowHooks show, SkylineSettings settings)
    {
        http.Response.Headers.CacheControl = "no-store";
        var (secret, why) = await write.Rotate(name, rotate, Whose(http.User), http.RequestAborted);
        return why is not null ? why.AsResult() : Results.Ok(new AddedHook(show.Find(name, Whose(http.User), settings.AddressFor(http))!, secret));
    }
}
