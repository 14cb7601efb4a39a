using Microsoft.AspNetCore.Antiforgery;
using Skyline.Server.People;

namespace Skyline.Server.Shell;

/// <summary>What the doors of our own pages' forms have in common.</summary>
static class PostedForms
{
    /// <summary>Nothing gets in that a page of this server was not sent with; what got in is read with <see cref="Field"/>.</summary>
    public static RouteHandlerBuilder IsForm(this RouteHandlerBuilder door) => door.ExcludeFromDescription().AddEndpointFilter(async (context, next) =>
        await context.HttpContext.PostedForm(context.HttpContext.RequestServices.GetRequiredService<IAntiforgery>()) is null ? SignInEndpoints.NotFromHere.AsText() : await next(context));

    /// <summary>What a field was sent with, without spaces around it; empty: it was not.</summary>
    public static string Field(this HttpContext http, string name) => http.Request.Form[name].ToString().Trim();

    /// <summary>Null where nothing was written into it.</summary>
    public static string? FieldOrNone(this HttpContext http, string name) => http.Field(name) is { Length: > 0 } text ? text : null;

    /// <summary>All that were chosen of several.</summary>
    public static string[] Fields(this HttpContext http, string name) => [.. http.Request.Form[name].OfType<string>()];

    /// <summary>Null: nothing was written; what is no number is none that anything takes.</summary>
    public static int? Number(this HttpContext http, string name) =>
        http.FieldOrNone(name) is { } text ? int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : int.MinValue : null;

    /// <summary>Leads on to a page, or says why nothing was done.</summary>
    public static IResult OrGoTo(this Refusal? why, string page) => why is null ? Results.Redirect(page) : why.AsText();
}
