using System.Data;
using Skyline.Protocol;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.People;

/// <summary>Makes a link that is good once: for somebody new to choose a name and a password, or for somebody who is here to choose a new password.</summary>
public sealed class Invite(Database database, TimeProvider time)
{
    public static readonly TimeSpan GoodFor = TimeSpan.FromDays(7);

    internal sealed record Made(string Secret, DateTimeOffset ExpiresAt);

    internal async Task<(Made? Made, Refusal? Why)> New(NewInvitation wanted, long by, CancellationToken ct)
    {
        if ((wanted.Role is null) == (wanted.Person is null)) return (null, new(400, "An invitation names a role, for somebody new, or a person, who is to choose a new password; one of the two."));
        if (wanted.Role is not null && !Rights.IsRole(wanted.Role)) return (null, AddPerson.NoRole(wanted.Role));
        return await database.Write<(Made?, Refusal?)>(tx =>
            wanted.Person is null ? (Put(tx, wanted.Role, null, by, time.Stamp(), GoodFor), null)
            : tx.One<long?>("SELECT id FROM users WHERE name = @Person", wanted) is { } person ? (Put(tx, null, person, by, time.Stamp(), GoodFor), null)
            : (null, EditPerson.None(wanted.Person)), ct);
    }

    internal static Made Put(IDbTransaction tx, string? role, long? person, long? by, long now, TimeSpan goodFor)
    {
        var (secret, expires) = (Token.New(), now + (long)goodFor.TotalMilliseconds);
        // Of a person the newest alone is good; what is over for long is told to nobody.
        tx.Execute("DELETE FROM invitations WHERE user_id = @person AND used_at IS NULL OR expires_at < @old", new { person, old = now - 30L * 86_400_000 });
        tx.Execute("INSERT INTO invitations (sha256, role, user_id, made_by, created_at, expires_at) VALUES (@hash, @role, @person, @by, @now, @expires)", new { hash = Token.Hash(secret), role, person, by, now, expires });
        return new(secret, expires.ToTime());
    }
}
