using System.Data;
using Skyline.Protocol;
using Skyline.Server.Audit;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.People;

/// <summary>Gives a person another role, or lets them in no more. It holds from the answer on: what they show is looked up anew.</summary>
public sealed class EditPerson(Database database, KnownCallers callers, Bells bells)
{
    public async Task<Refusal?> Edit(string name, PersonEdit edit, long now, CancellationToken ct)
    {
        if (edit.Role is not null && !Rights.IsRole(edit.Role)) return AddPerson.NoRole(edit.Role);
        var why = await database.Write(tx => Change(tx, name, edit, now), ct);
        callers.ForgetAll();
        bells.Ring(Bells.People);
        return why;
    }

    sealed record Row(long Id, string Role, long? DisabledAt);

    internal static Refusal? Change(IDbTransaction tx, string name, PersonEdit edit, long now)
    {
        if (tx.One<Row>("SELECT id AS Id, role AS Role, disabled_at AS DisabledAt FROM users WHERE name = @name", new { name }) is not { } person) return None(name);
        var (role, disabled) = (edit.Role ?? person.Role, edit.Disabled ?? person.DisabledAt is not null);
        if (person is { Role: "admin", DisabledAt: null } && (role != "admin" || disabled)
            && !tx.One<bool>("SELECT EXISTS (SELECT 1 FROM users WHERE role = 'admin' AND disabled_at IS NULL AND id <> @Id)", person))
            return new(409, $"'{name}' is the last administrator: make somebody else one first (skyline person set NAME --role admin), or nobody could make one any more.");
        if (disabled) Sessions.EndAll(tx, person.Id);
        tx.Execute("UPDATE users SET role = @role, disabled_at = @at WHERE id = @Id", new { role, at = disabled ? person.DisabledAt ?? now : (long?)null, person.Id });
        tx.Note("changed", $"person {name}", new { person.Role, Disabled = person.DisabledAt is not null }, new { Role = role, Disabled = disabled }, person.Id);
        return null;
    }

    internal static Refusal None(string name) => new(404, $"There is nobody called '{(Tags.Names.IsGood(name) ? name : "?")}' here.");
}
