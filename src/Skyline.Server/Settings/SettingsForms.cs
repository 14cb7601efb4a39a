using Microsoft.AspNetCore.Antiforgery;
using Skyline.Server.People;
using Skyline.Server.Shell;

namespace Skyline.Server.Settings;

/// <summary>The forms of /settings: one setting at a time, which leads back to it.</summary>
static class SettingsForms
{
    public static void MapSettings(this IEndpointRouteBuilder routes) => routes.MapPost("/settings", Change).WithOrder(-1).Needs(Right.Administer).ExcludeFromDescription();

    static async Task<IResult> Change(HttpContext http, IAntiforgery antiforgery, PageSettings settings)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        var name = form["name"].ToString();
        // Of several boxes each that is ticked comes.
        var text = form["act"] == "usual" ? null : string.Join(' ', form["value"].OfType<string>());
        if (await settings.Change(name, text, http.User.PersonId(), http.RequestAborted) is { } why)
            return why.Status == 404 ? why.AsText() : Results.Redirect($"/settings?refused={Uri.EscapeDataString(name)}&value={Uri.EscapeDataString((text ?? "")[..Math.Min(200, text?.Length ?? 0)])}#{Uri.EscapeDataString(name)}");
        return Results.Redirect($"/settings?changed={Uri.EscapeDataString(name)}#{Uri.EscapeDataString(name)}");
    }
}
