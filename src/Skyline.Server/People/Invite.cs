using System.Data;
using Skyline.Protocol;
using Skyline.Server.Audit;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.People;

/// <summary>Makes a link that is good once: for somebody new to choose a name and a password, or for somebody who is here to choose a new password.</summary>
public sealed class Invite(Database database, Bells bells, TimeProvider time)
{
    public static readonly TimeSpan GoodFor = TimeSpan.FromDays(7);

    internal sealed record Made(string Secret, DateTimeOffset ExpiresAt);

    internal async Task<(Made? Made, Refusal? Why)> New(NewInvitation wanted, long by, CancellationToken ct)
    {
        if ((wanted.Role is null) == (wanted.Person is null)) return (null, new(400, "An invitation names a role, for somebody new, or a person, who is to choose a new password; one of the two."));
        if (wanted.Role is not null && !Rights.IsRole(wanted.Role)) return (null, AddPerson.NoRole(wanted.Role));
        var made = await database.Write<(Made?, Refusal?)>(tx =>
            wanted.Person is null ? (Put(tx, wanted.Role, null, by, time.Stamp(), GoodFor), null)
            : tx.One<long?>("SELECT id FROM users WHERE name = @Person", wanted) is { } person ? (Put(tx, null, person, by, time.Stamp(), GoodFor), null)
            : (null, EditPerson.None(wanted.Person)), ct);
        bells.Ring(Bells.People);
        return made;
    }

    sealed record Row(long Id, string? Role, string? Person, string? By, long CreatedAt, long ExpiresAt);

    /// <summary>Those that are good still, without their links: nobody has those a second time.</summary>
    internal IReadOnlyList<OpenInvitation> Open() => [.. database.Read(db => db.All<Row>("""
        SELECT i.id AS Id, i.role AS Role, u.name AS Person, m.name AS By, i.created_at AS CreatedAt, i.expires_at AS ExpiresAt
        FROM invitations i LEFT JOIN users u ON u.id = i.user_id LEFT JOIN users m ON m.id = i.made_by 
        WHERE i.used_at IS NULL AND i.expires_at > @now AND (i.made_by IS NULL OR m.role = 'admin' AND m.disabled_at IS NULL) ORDER BY i.id
        """, new { now = time.Stamp() })).Select(row => new OpenInvitation(row.Id, row.Role, row.Person, row.By, row.CreatedAt.ToTime(), row.ExpiresAt.ToTime()))];

    public async Task<Refusal?> TakeBack(long id, CancellationToken ct)
    {
        var taken = await database.Write(tx =>
        {
            var gone = tx.Execute("DELETE FROM invitations WHERE id = @id AND used_at IS NULL", new { id });
            if (gone > 0) tx.Note("taken back", $"invitation {id}", id: id);
            return gone;
        }, ct);
        bells.Ring(Bells.People);
        return taken > 0 ? null : new(404, $"There is no invitation {id} that was not used yet; skyline person invitations shows those that there are.");
    }

    internal static Made Put(IDbTransaction tx, string? role, long? person, long? by, long now, TimeSpan goodFor)
    {
        var (secret, expires) = (Token.New(), now + (long)goodFor.TotalMilliseconds);
        // Of a person the newest alone is good; what is over for long is told to nobody.
        tx.Execute("DELETE FROM invitations WHERE user_id = @person AND used_at IS NULL OR expires_at < @old", new { person, old = now - 30L * 86_400_000 });
        tx.Execute("INSERT INTO invitations (sha256, role, user_id, made_by, created_at, expires_at) VALUES (@hash, @role, @person, @by, @now, @expires)", new { hash = Token.Hash(secret), role, person, by, now, expires });
        tx.Note(role is null ? "made, for a new password" : "made", "invitation", after: new { Role = role, Person = tx.One<string>("SELECT name FROM users WHERE id = @person", new { person }), ExpiresAt = expires.ToTime() });
        return new(secret, expires.ToTime());
    }
}
