using System.Data;
using System.Net;
using Skyline.Protocol;
using Skyline.Server.Audit;
using Skyline.Server.Privacy;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Told;

/// <summary>Webhooks are added, changed, given another secret and removed.</summary>
sealed class WriteWebhooks(Database database, SealedSecrets secrets, Bells bells, SkylineSettings settings, TimeProvider time)
{
    const int MostOfOne = 20, LongestUrl = 2000, LongestNote = 200;
    const long Overlap = 86_400_000;

    public async Task<(WebhookSecret? Added, Refusal? Why)> Add(NewWebhook wanted, long person, CancellationToken ct)
    {
        var scope = wanted.Tag is not null ? WebhookScope.Tag : wanted.Instance ? WebhookScope.Instance : WebhookScope.Mine;
        if (wanted is { Tag: not null, Instance: true }) return (null, new(400, "A webhook is of a tag or of the instance, not of both."));
        if ((WhyBadUrl(wanted.Url) ?? WhyBadEvents(wanted.Events, scope) ?? WhyBadNote(wanted.Note)) is { } bad) return (null, bad);
        var secret = StandardSignature.NewSecret();
        var kept = secrets.Seal(secret);
        var added = await database.Write<(WebhookSecret?, Refusal?)>(tx =>
        {
            var tag = wanted.Tag is null ? null : Tag.Find(tx.Connection!, wanted.Tag);
            // Of what somebody may not see they do not learn that it is there.
            if (tag is not null && Hidden.TagFrom(tx.Connection!, new(person, null), tag.Id)) tag = null;
            if (wanted.Tag is not null && tag is null) return (null, new(404, $"There is no tag '{(Names.IsGood(wanted.Tag) ? wanted.Tag : "?")}'; skyline tag list shows those that there are."));
            if (MayBeTold.WhyNot(tx.Connection!, person, scope, tag?.Id, tag?.Name) is { } why) return (null, why);
            if (tx.One<int>("SELECT count(*) FROM webhooks WHERE owner_id = @person", new { person }) >= MostOfOne) return (null, new(409, $"You have {MostOfOne} webhooks, and nobody has more; remove those that are not used: skyline webhook list."));
            var now = time.Stamp();
            var id = tx.One<long>("INSERT INTO webhooks (owner_id, scope, tag_id, url, note, secret_id, created_at) VALUES (@person, @scope, @tag, @Url, @Note, @secret, @now) RETURNING id",
                new { person, scope = scope.ToString(), tag = tag?.Id, wanted.Url, wanted.Note, secret = SealedSecrets.Keep(tx, kept, now), now });
            Want(tx, id, wanted.Events, scope);
            tx.Note("added", $"webhook {id}", after: new { host = Host(wanted.Url), scope = scope.ToString(), tag = wanted.Tag, events = string.Join(' ', wanted.Events) }, id: id);
            return (new(id, secret), null);
        }, ct);
        bells.Ring(Bells.Happenings);
        return added;
    }

    /// <param name="owner">Whose it must be; null: anybody's.</param>
    public async Task<Refusal?> Edit(long id, WebhookEdit edit, long? owner, CancellationToken ct)
    {
        if ((edit.Url is null ? null : WhyBadUrl(edit.Url)) is { } bad) return bad;
        if (WhyBadNote(edit.Note) is { } long_) return long_;
        var refusal = await database.Write<Refusal?>(tx =>
        {
            if (WebhookRow.Find(tx.Connection!, id, owner) is not { } row) return WebhookRow.None(id);
            var scope = Enum.Parse<WebhookScope>(row.Scope);
            if (edit.Events is not null && WhyBadEvents(edit.Events, scope) is { } why) return why;
            tx.Execute("UPDATE webhooks SET url = coalesce(@Url, url), note = coalesce(@Note, note) WHERE id = @id", new { id, edit.Url, edit.Note });
            if (edit.Disabled == true) Disable(tx, id, "its owner, or an administrator, disabled it.", time.Stamp());
            if (edit.Disabled == false) tx.Execute("UPDATE webhooks SET disabled_at = NULL, disabled_why = NULL, failing_since = NULL WHERE id = @id", new { id });
            if (edit.Events is not null) Want(tx, id, edit.Events, scope);
            tx.Note("changed", $"webhook {id}", new { host = Host(row.Url), disabled = row.DisabledAt is not null }, new { host = Host(edit.Url ?? row.Url), disabled = edit.Disabled ?? row.DisabledAt is not null, events = edit.Events is null ? null : string.Join(' ', edit.Events) }, id: id);
            return null;
        }, ct);
        bells.Ring(Bells.Happenings);
        return refusal;
    }

    /// <summary>With all that waits to be sent, and all that was.</summary>
    public async Task<Refusal?> Remove(long id, long? owner, CancellationToken ct)
    {
        var refusal = await database.Write<Refusal?>(tx =>
        {
            if (WebhookRow.Find(tx.Connection!, id, owner) is not { } row) return WebhookRow.None(id);
            tx.Execute("DELETE FROM webhooks WHERE id = @id", new { id });
            SealedSecrets.Remove(tx, row.SecretId);
            if (row.OldSecretId is { } old) SealedSecrets.Remove(tx, old);
            tx.Note("removed", $"webhook {id}", new { host = Host(row.Url), row.Scope, row.Tag }, id: id);
            return null;
        }, ct);
        bells.Ring(Bells.Happenings);
        return refusal;
    }

    public async Task<(WebhookSecret? Made, Refusal? Why)> Rotate(long id, long? owner, CancellationToken ct)
    {
        var secret = StandardSignature.NewSecret();
        var kept = secrets.Seal(secret);
        return await database.Write<(WebhookSecret?, Refusal?)>(tx =>
        {
            if (WebhookRow.Find(tx.Connection!, id, owner) is not { } row) return (null, WebhookRow.None(id));
            var (now, until) = (time.Stamp(), time.Stamp() + Overlap);
            tx.Execute("UPDATE webhooks SET secret_id = @next, old_secret_id = secret_id, old_until = @until WHERE id = @id", new { id, next = SealedSecrets.Keep(tx, kept, now), until });
            if (row.OldSecretId is { } older) SealedSecrets.Remove(tx, older);
            tx.Note("given another secret", $"webhook {id}", id: id);
            return (new(id, secret, until.ToTime()), null);
        }, ct);
    }

    /// <summary>It is sent nothing any more, also not what waits.</summary>
    public static void Disable(IDbTransaction tx, long id, string why, long now)
    {
        if (tx.Execute("UPDATE webhooks SET disabled_at = @now, disabled_why = @why WHERE id = @id AND disabled_at IS NULL", new { id, why, now }) == 0) return;
        tx.Execute("UPDATE deliveries SET state = 'GivenUp', next_at = NULL, ended_at = @now WHERE webhook_id = @id AND state = 'Waiting'", new { id, now });
    }

    /// <summary>What stands behind it is a secret of many receivers.</summary>
    static string Host(string url) => new Uri(url).Authority;

    static void Want(IDbTransaction tx, long id, IReadOnlyList<string> events, WebhookScope scope)
    {
        tx.Execute("DELETE FROM wanted_events WHERE webhook_id = @id", new { id });
        foreach (var one in events is ["all"] ? EventNames.Of(scope) : events.Distinct()) tx.Execute("INSERT INTO wanted_events (event, webhook_id) VALUES (@one, @id)", new { one, id });
    }

    Refusal? WhyBadUrl(string? url) =>
        url is not { Length: > 0 and <= LongestUrl } || url.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)) || Visible.Text(url) != url || !Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https")
            ? new(400, $"A webhook's address is http or https, up to {LongestUrl} letters, without blanks.")
        : address.UserInfo.Length > 0 ? new(400, "A webhook's address holds no name and no password; what it is sent is signed, which tells that it is from here.")
        : address.Fragment.Length > 0 ? new(400, "What stands behind a # is never sent; leave it out of the address.")
        // A name's addresses are judged when they are connected to.
        : IPAddress.TryParse(address.IdnHost, out var literal) && SendOverHttp.WhyNot(settings, literal) is { } near ? new(400, near)
        : null;

    static Refusal? WhyBadEvents(IReadOnlyList<string>? events, WebhookScope scope) =>
        events is not { Count: > 0 and <= 50 } ? new(400, $"What is it told of? Of {string.Join(", ", EventNames.Of(scope))}; or of all.")
        : events is not ["all"] && events.FirstOrDefault(name => !EventNames.Fits(name ?? "", scope)) is var unfit && unfit is not null
            ? new(400, $"'{(Names.IsGood(unfit) ? unfit : "?")}' is nothing that {scope switch { WebhookScope.Mine => "a webhook of your own things", WebhookScope.Tag => "a webhook of a tag", _ => "a webhook" }} is told of: {string.Join(", ", EventNames.Of(scope))}; or all.")
        : null;

    static Refusal? WhyBadNote(string? note) => note is { Length: > LongestNote } || note?.Any(char.IsControl) == true ? new(400, $"A note is one line of up to {LongestNote} letters.") : null;
}
