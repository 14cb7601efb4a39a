using System.Globalization;
using Microsoft.AspNetCore.Antiforgery;
using Skyline.Server.Audit;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Chains;

/// <summary>The forms of the page on which a chain is arranged. What the page does over its live connection, these do without one.</summary>
static class DraftForms
{
    public static void MapDraftForms(this IEndpointRouteBuilder routes)
    {
        const string NoChange = "a chain is arranged before it begins; its beginning is noted";
        routes.MapPost("/chains/edit", Make).Needs(Right.Build).LetsInNamed(Access.Build).IsNoChange(NoChange).ExcludeFromDescription();
        // (The page itself would take posts too.)
        routes.MapPost("/chains/edit/{draft:long}", Act).WithOrder(-1).Needs(Right.Build).LetsInNamed(Access.Build).IsNoChange(NoChange).ExcludeFromDescription();
        routes.MapPost("/chains/edit/{draft:long}/sources", Send).Needs(Right.Build).LetsInNamed(Access.Build).IsNoChange(NoChange).ExcludeFromDescription();
        routes.MapPost("/chains/edit/{draft:long}/begin", Begin).Needs(Right.Build).LetsInNamed(Access.Build).ExcludeFromDescription();
    }

    public static string Address(long draft) => string.Create(CultureInfo.InvariantCulture, $"/chains/edit/{draft}");

    /// <summary>What a form that led back here was refused for, shown there once.</summary>
    public static string Said(long draft) => $"chain draft {draft}";

    static async Task<IResult> Make(HttpContext http, IAntiforgery antiforgery, Database database, EditDraft edit, ShownOnce shown)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        var sources = KeptChoice.Picked(database.Read(db => KeptChoice.Of(db, http.User.PersonId())), [.. form["source"].OfType<string>()]);
        var (draft, why) = await edit.Make(new(form["target"].ToString(), sources, Apart: form["apart"] == "true", Scratch: form["scratch"] == "true"), http.User, http.RequestAborted);
        if (draft is not { } id) return why!.AsText();
        if (form["find"] == "true" && await edit.FindOrder(id, http.User, http.RequestAborted) is { } none) shown.Put(http.User.PersonId(), Said(id), none.Sentence);
        return Results.Redirect(Address(id));
    }

    static async Task<IResult> Act(long draft, HttpContext http, IAntiforgery antiforgery, Database database, EditDraft edit, ShownOnce shown)
    {
        if (await http.PostedForm(antiforgery) is not { } form) return SignInEndpoints.NotFromHere.AsText();
        if (database.Read(db => ChainDraft.Find(db, draft, http.User.PersonId())) is not { } known) return new Refusal(404, $"You arrange no chain {draft}.").AsText();
        var (act, of) = form["act"].ToString().Split(' ', 2) is [var first, var rest] ? (first, rest) : (form["act"].ToString(), "");
        var why = act switch
        {
            "set" => await edit.Set(draft, form["target"].ToString(), form["title"], form["scratch"] == "true", form["background"] == "true", http.User, http.RequestAborted),
            "find" => await edit.FindOrder(draft, http.User, http.RequestAborted),
            "remove" => await edit.Remove(draft, http.User, http.RequestAborted),
            "add" => await edit.Do(draft, new Move.In(KeptChoice.Picked(database.Read(db => KeptChoice.Of(db, http.User.PersonId())), [.. form["source"].OfType<string>()]), Apart: false), http.User, http.RequestAborted),
            _ when MoveOf(act, known, of) is { } move => await edit.Do(draft, move, http.User, http.RequestAborted),
            _ => new Refusal(400, "The form says nothing that can be done here; load the page again."),
        };
        if (why is not null) shown.Put(http.User.PersonId(), Said(draft), why.Sentence);
        return Results.Redirect(act == "remove" && why is null ? "/chains" : act is "earlier" or "later" && why is null ? $"{Address(draft)}?moved={Uri.EscapeDataString(of)}" : Address(draft));
    }

    /// <summary>Of a browser without a script: what is sent is in the chain.</summary>
    static async Task<IResult> Send(long draft, HttpContext http, IAntiforgery antiforgery, KeepSource keep, Database database, EditDraft edit, ShownOnce shown)
    {
        var (fields, why) = await SentSources.Take(http, antiforgery, keep);
        if (fields is null) return why!.AsText();
        var sources = KeptChoice.Picked(database.Read(db => KeptChoice.Of(db, http.User.PersonId())), [.. fields.Where(field => field.Key == "source").Select(field => field.Value!)]);
        why = await edit.Do(draft, new Move.In(sources, Apart: false), http.User, http.RequestAborted) ?? why;
        if (why is not null) shown.Put(http.User.PersonId(), Said(draft), why.Sentence);
        return Results.Redirect(Address(draft));
    }

    static Move? MoveOf(string act, ChainDraft draft, string of) => draft.Sources.FirstOrDefault(source => source.Short == of)?.Sha256 is not { } source ? null : act switch
    {
        "earlier" => new Move.Earlier(source),
        "later" => new Move.Later(source),
        "out" => new Move.Out(source),
        _ => null,
    };

    static async Task<IResult> Begin(long draft, HttpContext http, IAntiforgery antiforgery, EditDraft edit, ShownOnce shown)
    {
        if (await http.PostedForm(antiforgery) is null) return SignInEndpoints.NotFromHere.AsText();
        var (batch, why) = await edit.Begin(draft, http.User, http.RequestAborted);
        if (batch is { } id) return Results.Redirect(string.Create(CultureInfo.InvariantCulture, $"/chains/{id}"));
        shown.Put(http.User.PersonId(), Said(draft), why!.Sentence);
        return Results.Redirect(Address(draft));
    }
}
