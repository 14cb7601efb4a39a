using Skyline.Protocol;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Told;

/// <summary>The forms of /me/webhooks.</summary>
static class WebhookForms
{
    public static void MapWebhookForms(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/me/webhooks/add", Add).Needs(Right.Account).IsForm();
        routes.MapPost("/me/webhooks/{id:long}/act", Act).Needs(Right.Account).IsForm();
        routes.MapPost("/me/webhooks/{id:long}/edit", Edit).Needs(Right.Account).IsForm();
        routes.MapPost("/me/webhooks/{id:long}/deliveries/{delivery:long}/redeliver", Redeliver).Needs(Right.Account).IsForm();
    }

    static string Page(long webhook) => $"/me/webhooks/{webhook}";

    static async Task<IResult> Add(HttpContext http, WriteWebhooks write, ShownOnce shown)
    {
        var wanted = new NewWebhook(http.Field("url"), http.Fields("event"), http.Field("scope") == "tag" ? http.Field("tag") : null, http.Field("scope") == "instance", http.FieldOrNone("note"));
        return Shown(http, shown, await write.Add(wanted, http.User.PersonId(), http.RequestAborted));
    }

    static async Task<IResult> Edit(long id, HttpContext http, WriteWebhooks write) =>
        (await write.Edit(id, new(http.FieldOrNone("url"), http.Fields("event"), Note: http.Field("note")), http.User.PersonId(), http.RequestAborted)).OrGoTo(Page(id));

    static async Task<IResult> Act(long id, HttpContext http, WriteWebhooks write, ShownOnce shown, Database database, Links links, Bells bells, TimeProvider time)
    {
        var (owner, ct) = (http.User.PersonId(), http.RequestAborted);
        return http.Field("act") switch
        {
            "rotate" => Shown(http, shown, await write.Rotate(id, owner, ct)),
            "test" => await WebhookEndpoints.Test(id, http.User, database, links, bells, time, ct) is IStatusCodeHttpResult { StatusCode: 202 } ? Results.Redirect(Page(id)) : WebhookRow.None(id).AsText(),
            "remove" => (await write.Remove(id, owner, ct)).OrGoTo("/me/webhooks"),
            "enable" => (await write.Edit(id, new(Disabled: false), owner, ct)).OrGoTo(Page(id)),
            "disable" => (await write.Edit(id, new(Disabled: true), owner, ct)).OrGoTo(Page(id)),
            _ => new Refusal(400, "The form says nothing that is done to webhooks.").AsText(),
        };
    }

    static async Task<IResult> Redeliver(long id, long delivery, HttpContext http, ShowDeliveries show, Database database) =>
        (database.Read(db => WebhookRow.Find(db, id, http.User.PersonId())) is null ? WebhookRow.None(id) : await show.Again(id, delivery, http.RequestAborted)).OrGoTo(Page(id));

    static IResult Shown(HttpContext http, ShownOnce shown, (WebhookSecret? Made, Refusal? Why) done)
    {
        if (done.Made is { } made) shown.Put(http.User.PersonId(), $"webhook {made.Id}", made.Secret);
        return done.Why.OrGoTo($"{Page(done.Made?.Id ?? 0)}?secret=true");
    }
}
