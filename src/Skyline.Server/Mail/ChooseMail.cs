using System.Data;
using Skyline.Protocol;
using Skyline.Server.Audit;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Told;

namespace Skyline.Server.Mail;

/// <summary>Where somebody is written to, and of what. An address is theirs once they have opened a link that was sent there.</summary>
sealed class ChooseMail(Database database, Bells bells, Links links, SkylineSettings settings, TimeProvider time)
{
    const int AsksOfADay = 5;
    static readonly TimeSpan goodFor = TimeSpan.FromDays(2);

    public MailState State(long person) => database.Read(db =>
    {
        var row = MailAddress.Of(db, person);
        return new MailState(WriteLetters.WhyOff(settings) is null, row?.VerifiedAt is null ? null : row.Address, row?.AskedAddress, row?.RefusedWhy, Chosen(db, person));
    });

    static IReadOnlyList<string> Chosen(IDbConnection db, long person) => db.All<string>("SELECT kind FROM mail_choices WHERE person_id = @person ORDER BY kind", new { person });

    /// <summary>Sends a link to the address; the one before stays theirs until that is opened.</summary>
    public async Task<Refusal?> Ask(long person, string name, string? address, CancellationToken ct)
    {
        if (WriteLetters.WhyOff(settings) is { } off) return new(409, $"This server sends no mail. {off}");
        if (!MailAddress.IsGood(address)) return new(400, "That is no plain e-mail address, such as ann@example.org.");
        var secret = Token.New();
        var refusal = await database.Write<Refusal?>(tx =>
        {
            var (now, today, row) = (time.Stamp(), MailPace.Day(time.Stamp()), MailAddress.Of(tx.Connection!, person));
            if (row?.AsksDay == today && row.Asks >= AsksOfADay) return new(429, $"{AsksOfADay} links were sent today; open the last of them, or try again tomorrow.");
            tx.Execute("""
                INSERT INTO mail_addresses (person_id, asked_address, asked_sha256, asked_at, asks_day, asks) VALUES (@person, @address, @hash, @now, @today, 1)
                ON CONFLICT (person_id) DO UPDATE SET asked_address = @address, asked_sha256 = @hash, asked_at = @now, asks = CASE mail_addresses.asks_day WHEN @today THEN mail_addresses.asks + 1 ELSE 1 END, asks_day = @today
                """, new { person, address, hash = Token.Hash(secret), now, today });
            tx.Note("asked to be written to", $"person {name}", after: new { address }, id: person);
            Outbox.Put(tx, new Letter(address!, "Is this your address?",
                $"'{Letter.OneLine(name)}' at {links.Server} wants to be written to at this address. If that is you, open this within {goodFor.TotalDays:0} days:\n\n{links.To($"/mail/verify/{secret}")}\n\nIf it is not, do nothing: nothing more is sent here.\n", null, now).InTheOutbox(), now);
            return null;
        }, ct);
        bells.Ring(Bells.Deliveries);
        return refusal;
    }

    /// <returns>The address that a link is for, while it is good; null.</returns>
    public string? Asked(string secret) => database.Read(db => Good(MailAddress.BySecret(db, Token.Hash(secret))))?.AskedAddress;

    MailAddress? Good(MailAddress? row) => row?.AskedAt + (long)goodFor.TotalMilliseconds > time.Stamp() ? row : null;

    /// <returns>Whether the link was good.</returns>
    public async Task<bool> Verify(string secret, CancellationToken ct)
    {
        var verified = await database.Write(tx =>
        {
            if (Good(MailAddress.BySecret(tx.Connection!, Token.Hash(secret))) is not { } row) return false;
            // Whoever took the account over does not turn its mail away without a word to where it went.
            if (row is { VerifiedAt: not null, Address: { } before } && before != row.AskedAddress)
                Outbox.Put(tx, new Letter(before, "Your mail goes elsewhere now", $"From now on Skyline at {links.Server} writes to another address of yours than this. If that was not you, sign in and change your password: {links.To("/me")}\n", null, time.Stamp()).InTheOutbox(), time.Stamp());
            tx.Execute("UPDATE mail_addresses SET address = asked_address, verified_at = @now, asked_address = NULL, asked_sha256 = NULL, asked_at = NULL, refused_why = NULL WHERE person_id = @PersonId", new { row.PersonId, now = time.Stamp() });
            // Who was written to before has chosen.
            if (row.Address is null) foreach (var (word, _, _) in MailKinds.All.Where(kind => kind.Usual)) tx.Execute("INSERT INTO mail_choices (person_id, kind) VALUES (@PersonId, @word) ON CONFLICT DO NOTHING", new { row.PersonId, word });
            WantEvents(tx, row.PersonId);
            tx.Note("written to elsewhere", NameOf(tx, row.PersonId), new { address = row.Address }, new { address = row.AskedAddress }, id: row.PersonId);
            return true;
        }, ct);
        bells.Ring(Bells.Deliveries);
        bells.Ring(Bells.Happenings);
        return verified;
    }

    public async Task<Refusal?> Choose(long person, IReadOnlyList<string>? kinds, CancellationToken ct)
    {
        if (kinds?.FirstOrDefault(word => MailKinds.All.All(kind => kind.Word != word)) is not null || kinds is null) return new(400, $"People are written to about {string.Join(", ", MailKinds.All.Select(kind => kind.Word))}.");
        await database.Write(tx =>
        {
            tx.Note("chose mails", NameOf(tx, person), new { kinds = string.Join(' ', Chosen(tx.Connection!, person)) }, new { kinds = string.Join(' ', kinds.Distinct().Order(StringComparer.Ordinal)) }, id: person);
            tx.Execute("DELETE FROM mail_choices WHERE person_id = @person", new { person });
            foreach (var word in kinds.Distinct()) tx.Execute("INSERT INTO mail_choices (person_id, kind) VALUES (@person, @word)", new { person, word });
            WantEvents(tx, person);
        }, ct);
        bells.Ring(Bells.Happenings);
        return null;
    }

    /// <summary>Nobody is written to there any more.</summary>
    public Task Forget(long person, CancellationToken ct) => database.Write(tx =>
    {
        tx.Note("written to no more", NameOf(tx, person), new { address = MailAddress.Of(tx.Connection!, person)?.Address }, new { address = (string?)null }, id: person);
        tx.Execute("UPDATE mail_addresses SET address = NULL, verified_at = NULL, asked_address = NULL, asked_sha256 = NULL, asked_at = NULL, refused_why = NULL WHERE person_id = @person", new { person });
        tx.Execute("DELETE FROM mail_items WHERE person_id = @person", new { person });
        WantEvents(tx, person);
    }, ct);

    static string NameOf(IDbTransaction tx, long person) => "person " + tx.One<string>("SELECT name FROM users WHERE id = @person", new { person });

    /// <summary>What is noted for somebody follows what they chose, and whether they have an address.</summary>
    public static void WantEvents(IDbTransaction tx, long person)
    {
        tx.Execute("DELETE FROM wanted_events WHERE person_id = @person", new { person });
        if (MailAddress.Of(tx.Connection!, person)?.VerifiedAt is null) return;
        foreach (var happened in Chosen(tx.Connection!, person).Select(MailKinds.EventOf).OfType<string>()) tx.Execute("INSERT INTO wanted_events (event, person_id) VALUES (@happened, @person)", new { happened, person });
    }
}
