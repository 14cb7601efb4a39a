using Microsoft.AspNetCore.Antiforgery;
using Skyline.Protocol;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Told;

/// <summary>The forms of /me/webhooks: plain posts from our own pages.</summary>
static class WebhookForms
{
    public static void MapWebhookForms(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/me/webhooks/add", Add).Needs(Right.Account).ExcludeFromDescription();
        routes.MapPost("/me/webhooks/{id:long}/act", Act).Needs(Right.Account).ExcludeFromDescription();
        routes.MapPost("/me/webhooks/{id:long}/deliveries/{delivery:long}/redeliver", Redeliver).Needs(Right.Account).ExcludeFromDescription();
    }

    static async Task<IResult> Add(HttpContext http, IAntiforgery antiforgery, WriteWebhooks write, ShownOnce shown)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        var (scope, tag) = (form["scope"].ToString(), form["tag"].ToString().Trim());
        var (added, why) = await write.Add(new(form["url"].ToString().Trim(), [.. form["event"].OfType<string>()], scope == "tag" ? tag : null, scope == "instance", form["note"].ToString().Trim() is { Length: > 0 } note ? note : null), http.User.PersonId(), http.RequestAborted);
        return added is null ? why!.AsText() : Shown(http, shown, added);
    }

    static async Task<IResult> Act(long id, HttpContext http, IAntiforgery antiforgery, WriteWebhooks write, ShownOnce shown, Database database, Links links, Bells bells, TimeProvider time)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        var (owner, ct) = (http.User.PersonId(), http.RequestAborted);
        switch (form["act"].ToString())
        {
            case "rotate":
                return await write.Rotate(id, owner, ct) is (var made, var why) && made is null ? why!.AsText() : Shown(http, shown, made!);
            case "test":
                return await WebhookEndpoints.Test(id, http.User, database, links, bells, time, ct) is IStatusCodeHttpResult { StatusCode: 202 } ? Results.Redirect($"/me/webhooks/{id}") : WebhookRow.None(id).AsText();
            case "remove":
                return await write.Remove(id, owner, ct) is { } not ? not.AsText() : Results.Redirect("/me/webhooks");
            case var word when word is "enable" or "disable":
                return await write.Edit(id, new(Disabled: word == "disable"), owner, ct) is { } refused ? refused.AsText() : Results.Redirect($"/me/webhooks/{id}");
            default:
                return new Refusal(400, "The form says nothing that is done to webhooks.").AsText();
        }
    }

    static async Task<IResult> Redeliver(long id, long delivery, HttpContext http, IAntiforgery antiforgery, ShowDeliveries show, Database database)
    {
        if (await http.PostedForm(antiforgery) is null) return SignInEndpoints.NotFromHere.AsText();
        if (database.Read(db => WebhookRow.Find(db, id, http.User.PersonId())) is null) return WebhookRow.None(id).AsText();
        return await show.Again(id, delivery, http.RequestAborted) is { } why ? why.AsText() : Results.Redirect($"/me/webhooks/{id}");
    }

    static IResult Shown(HttpContext http, ShownOnce shown, WebhookSecret secret)
    {
        shown.Put(http.User.PersonId(), $"webhook {secret.Id}", secret.Secret);
        return Results.Redirect($"/me/webhooks/{secret.Id}?secret=true");
    }
}
