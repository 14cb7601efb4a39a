using System.Data;
using System.Security.Claims;
using System.Text.Json;
using Skyline.Protocol;
using Skyline.Server.Audit;
using Skyline.Server.Builds;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Chains;

/// <param name="Sources">SHA-256s of source packages that were sent ahead.</param>
/// <param name="Apart">Each in a link of its own, in that order; otherwise all in one.</param>
sealed record NewDraft(string Target, IReadOnlyList<string> Sources, bool Apart, bool Scratch = false, bool Background = false, BuildOptions? Options = null);

/// <summary>
/// A chain is arranged before it begins: every step is kept at once, and is its maker's alone. Nothing of it is a change that anybody would ask about
/// later: the chain's beginning is.
/// </summary>
sealed class EditDraft(Database database, StartChain start, Bells bells, TimeProvider time)
{
    const int MostOfPerson = 50, LongestTitle = 200;

    static Refusal None(long id) => new(404, $"You have no chain {id} that you arrange: it has begun, you threw it away, or it lay untouched for a week.");

    public Task<(long? Draft, Refusal? Why)> Make(NewDraft wanted, ClaimsPrincipal caller, CancellationToken ct) => database.Write<(long?, Refusal?)>(tx =>
    {
        tx.IsNoChange();
        if (WhyNot(tx, caller) is { } gone) return (null, gone);
        var person = caller.PersonId();
        if (Target.Find(tx.Connection!, wanted.Target) is not { } target) return (null, Target.None(wanted.Target));
        if (wanted.Sources.Count > ChainDraft.MostSources) return (null, TooMany);
        var links = ArrangeLinks.Of([], new Move.In(wanted.Sources, wanted.Apart));
        tx.Execute("DELETE FROM chain_drafts WHERE person_id = @person AND id NOT IN (SELECT id FROM chain_drafts WHERE person_id = @person ORDER BY changed_at DESC LIMIT @most)", new { person, most = MostOfPerson - 1 });
        return (tx.One<long>("INSERT INTO chain_drafts (person_id, target_id, scratch, background, options, links, changed_at) VALUES (@person, @Id, @Scratch, @Background, @options, @links, @now) RETURNING id", new
        {
            person, target.Id, wanted.Scratch, wanted.Background, options = KeptOptions.Text(wanted.Options), links = ChainDraft.Text(links), now = time.Stamp(),
        }), null);
    }, ct);

    /// <summary>What is arranged by hand is found no more.</summary>
    public Task<Refusal?> Do(long id, Move move, ClaimsPrincipal caller, CancellationToken ct) => Changed(id, database.Write<Refusal?>(tx =>
    {
        tx.IsNoChange();
        if (WhyNot(tx, caller) is { } gone) return gone;
        if (tx.One<string>("SELECT links FROM chain_drafts WHERE id = @id AND person_id = @person", new { id, person = caller.PersonId() }) is not { } text) return None(id);
        var links = ArrangeLinks.Of(ChainDraft.Read(text), move);
        if (links.Sum(link => link.Count) > ChainDraft.MostSources) return TooMany;
        tx.Execute("UPDATE chain_drafts SET links = @links, plan = NULL, changed_at = @now WHERE id = @id", new { id, links = ChainDraft.Text(links), now = time.Stamp() });
        return null;
    }, ct));

    /// <summary>For what it is built. What was found for another target is found no more.</summary>
    public Task<Refusal?> Set(long id, string target, string? title, bool scratch, bool background, ClaimsPrincipal caller, CancellationToken ct) => Changed(id, database.Write<Refusal?>(tx =>
    {
        tx.IsNoChange();
        if (WhyNot(tx, caller) is { } gone) return gone;
        if (Target.Find(tx.Connection!, target) is not { } found) return Target.None(target);
        if (title is { Length: > LongestTitle } || title?.Any(char.IsControl) == true) return new(400, $"A chain's title is one line of up to {LongestTitle} letters.");
        return tx.Execute("UPDATE chain_drafts SET plan = CASE WHEN target_id = @built AND scratch = @scratch THEN plan END, target_id = @built, title = @title, scratch = @scratch, background = @background, changed_at = @now WHERE id = @id AND person_id = @person",
            new { id, built = found.Id, title = string.IsNullOrWhiteSpace(title) ? null : title.Trim(), scratch, background, now = time.Stamp(), person = caller.PersonId() }) == 0 ? None(id) : null;
    }, ct));

    /// <summary>The order is found from what each needs and offers; the links become what was found.</summary>
    public async Task<Refusal?> FindOrder(long id, ClaimsPrincipal caller, CancellationToken ct)
    {
        var person = caller.PersonId();
        if (database.Read(db => ChainDraft.Find(db, id, person)) is not { } draft) return None(id);
        switch (await start.Start(draft.Wanted(auto: true), preview: true, person, ct))
        {
            case ChainBegun.Refused refused: return refused.Why;
            case ChainBegun.Planned { Plan: var plan }: return await Changed(id, database.Write<Refusal?>(tx => Found(tx, id, person, plan), ct));
            default: throw new System.Diagnostics.UnreachableException();
        }
    }

    Refusal? Found(IDbTransaction tx, long id, long person, ChainPlan plan)
    {
        tx.IsNoChange();
        // Who is built twice has its place where it is whole.
        var links = plan.Links.Select(link => (IReadOnlyList<string>)[.. link.Members.Where(member => !member.Bootstrap).Select(member => member.Sha256)]).Where(link => link.Count > 0).ToList();
        return tx.Execute("UPDATE chain_drafts SET links = @links, plan = @text, changed_at = @now WHERE id = @id AND person_id = @person",
            new { id, person, links = ChainDraft.Text(links), text = JsonSerializer.Serialize(plan, SkylineJson.Default.ChainPlan), now = time.Stamp() }) == 0 ? None(id) : null;
    }

    /// <summary>Begun as it was shown; or, where what was found is found otherwise by now, kept as that and not begun.</summary>
    public async Task<(long? Batch, Refusal? Why)> Begin(long id, ClaimsPrincipal caller, CancellationToken ct)
    {
        var person = caller.PersonId();
        if (database.Read(db => ChainDraft.Find(db, id, person)) is not { } draft) return (null, None(id));
        if (!draft.Sources.Any()) return (null, new(400, "There is nothing in it yet: add source packages first."));
        if (draft.Plan is { } seen)
        {
            if (await FindOrder(id, caller, ct) is { } whyNot) return (null, whyNot);
            if (database.Read(db => ChainDraft.Find(db, id, person))?.Plan is { } now && ChainForms.DigestOf(now) != ChainForms.DigestOf(seen)) return (null, new(409, "The order is found otherwise by now, for what the tag holds has changed: look at it once more, then start it."));
        }
        switch (await start.Start(draft.Wanted(auto: draft.Plan is not null), preview: false, person, ct))
        {
            case ChainBegun.Refused refused: return (null, refused.Why);
            case ChainBegun.Started started:
                await Remove(id, caller, ct);
                return (started.Batch, null);
            default: throw new System.Diagnostics.UnreachableException();
        }
    }

    public Task<Refusal?> Remove(long id, ClaimsPrincipal caller, CancellationToken ct) => Changed(id, database.Write<Refusal?>(tx =>
    {
        tx.IsNoChange();
        return tx.Execute("DELETE FROM chain_drafts WHERE id = @id AND person_id = @person", new { id, person = caller.PersonId() }) == 0 ? None(id) : null;
    }, ct));

    async Task<Refusal?> Changed(long id, Task<Refusal?> write)
    {
        var why = await write;
        if (why is null) bells.Ring(Bells.ChainDraft(id));
        return why;
    }

    Refusal? WhyNot(IDbTransaction tx, ClaimsPrincipal caller) => caller.WhyNoLonger(tx.Connection!, Right.Build, time, orNamed: true);

    static Refusal TooMany => new(400, $"A chain that is arranged by hand has at most {ChainDraft.MostSources} source packages; `skyline chain --auto` takes more.");
}
