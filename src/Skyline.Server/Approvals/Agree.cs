using System.Data;
using Skyline.Server.Audit;
using Skyline.Server.Builds;
using Skyline.Server.People;
using Skyline.Server.Privacy;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Approvals;

/// <summary>
/// A second person agrees, to exactly what they saw: it is carried out at once, on behalf of who asked for it, in one transaction with the word that two
/// agreed. Whatever has changed since makes it stale; of two who agree at once one does; killed anywhere, it waits still or is done.
/// </summary>
sealed class Agree(Database database, CarryOut carryOut, Bells bells, TimeProvider time)
{
    /// <param name="seen">The digest of what they saw.</param>
    /// <returns>Null, or why not.</returns>
    public async Task<Refusal?> Run(long id, string? seen, HttpContext http)
    {
        var (caller, now) = ((CallerIdentity)http.User.Identity!, time.Stamp());
        var (row, why) = database.Read(db => ApprovalRow.Find(db, id) is { } found ? (found, found.WhyOver(now) ?? WhoMayAgree.WhyNot(db, found, caller, now)) : (null, ApprovalRow.None(id)));
        if (why is not null) return why;
        if (seen != row!.Digest) return new(409, $"Say what you saw: approval {id} has the digest {row.Digest}, which `skyline approval show {id}` and its page tell, and you agreed to another.");
        var (maker, no) = database.Read(db => Maker(db, row));
        try
        {
            if (maker is null) throw new StaleException(no!);
            var agreed = new Agreed(id, row.Digest, row.MadeBy, caller.PersonId!.Value, row.WaivedAt is not null && caller.PersonId == row.MadeBy, db => WhyNoMore(db, id, caller));
            if (await Carry(row, maker, caller, agreed, http) is { } refused) return refused.Status >= 500 ? refused : await Stale(id, caller, refused.Sentence);
            if (!agreed.IsTaken) return await Stale(id, caller, "there is nothing left of it to do.");
        }
        catch (StaleException stale)
        {
            return await Stale(id, caller, stale.Message + ".");
        }
        catch (DecidedException decided)
        {
            return new(409, decided.Message);
        }
        Ring(row);
        return null;
    }

    async Task<Refusal?> Carry(ApprovalRow row, CallerIdentity maker, CallerIdentity second, Agreed agreed, HttpContext http)
    {
        // It is the maker who does it, and who must still see what it is about.
        Sight.Set(new(row.MadeBy, null));
        Actor.Current = Actor.Of(http).For(maker, $"approval {row.Id}, agreed to by {second.Name}", agreed);
        return row.BuildId is { } build ? await database.Write(tx => HoldBuild.Tag(tx, build, time.Stamp())) : await carryOut.Run(row, maker, http);
    }

    sealed record Person(string Name, string Role, long? DisabledAt);

    /// <summary>With the role that they have now, whatever they had when they asked.</summary>
    static (CallerIdentity? Maker, string? Why) Maker(IDbConnection db, ApprovalRow row)
    {
        var person = db.One<Person>("SELECT name AS Name, role AS Role, disabled_at AS DisabledAt FROM users WHERE id = @MadeBy", row)!;
        if (person.DisabledAt is not null) return (null, $"{person.Name}, who asked for it, may sign in no more");
        if (row.Revoked) return (null, $"the token that {person.Name} asked for it with was revoked");
        var maker = CallerIdentity.OfPerson(row.MadeBy, person.Name, person.Role, row.Scopes, null, null);
        return WhoMayAgree.MayStill(db, row, maker) ? (maker, null) : (null, $"{person.Name}, who asked for it, may not do it any more");
    }

    /// <summary>Asked once more in the transaction that does it.</summary>
    string? WhyNoMore(IDbConnection db, long id, CallerIdentity second) => ApprovalRow.Find(db, id) is not { } row ? null
        : Maker(db, row).Why ?? WhoMayAgree.WhyNot(db, row, second, time.Stamp())?.Sentence.TrimEnd('.');

    async Task<Refusal> Stale(long id, CallerIdentity by, string why)
    {
        await database.Write(tx =>
        {
            if (tx.Execute("UPDATE approvals SET state = 'Stale', decided_by = @PersonId, decided_at = @now, reason = @why, revision = revision + 1 WHERE id = @id AND state = 'Waiting'", new { id, by.PersonId, now = time.Stamp(), why }) > 0)
                tx.Note("found stale", $"approval {id}", null, new { why }, id);
            HoldBuild.SayWhy(tx, id, $"Built. It is in no tag: approval {id} was stale, for {why}");
        });
        bells.Ring(Bells.Approvals);
        return new(409, $"Approval {id} is stale, and nothing was changed: {why} Ask for it anew.");
    }

    void Ring(ApprovalRow row)
    {
        bells.Ring(Bells.Approvals);
        bells.Ring(Bells.Tags);
        if (row.BuildId is not { } build) return;
        bells.Ring(Bells.Build(build));
        bells.Ring(Bells.Builds);
    }
}
