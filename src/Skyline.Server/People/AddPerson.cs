using System.Data;
using Skyline.Protocol;
using Skyline.Server.Audit;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.People;

/// <summary>Makes a person known and gives them their token, shown this once.</summary>
public sealed class AddPerson(Database database, Bells bells, TimeProvider time)
{
    public async Task<(AddedPerson? Person, Refusal? Why)> Add(NewPerson wanted, CancellationToken ct)
    {
        var token = Token.New();
        var added = await database.Write<(AddedPerson?, Refusal?)>(tx =>
        {
            var (id, why) = Insert(tx, wanted.Name, wanted.Role ?? "packager", time.Stamp(), ((KeptTransaction)tx).By is { Kind: ActorKind.Person, Id: { } by } ? by : null);
            if (why is not null) return (null, why);
            tx.Execute("INSERT INTO tokens (sha256, user_id, created_at) VALUES (@hash, @id, @now)", new { hash = Token.Hash(token), id, now = time.Stamp() });
            tx.Note("added", $"person {wanted.Name}", after: new { Role = wanted.Role ?? "packager" }, id: id);
            return (new(wanted.Name, token), null);
        }, ct);
        bells.Ring(Bells.People);
        return added;
    }

    internal static (long Id, Refusal? Why) Insert(IDbTransaction tx, string name, string role, long now, long? by)
    {
        if (!Names.IsGood(name)) return (0, new(400, $"A person cannot be called '{name}': a name is {Names.Rule}."));
        if (!Rights.IsRole(role)) return (0, NoRole(role));
        return tx.One<long?>("INSERT INTO users (name, role, created_at, added_by) VALUES (@name, @role, @now, @by) ON CONFLICT DO NOTHING RETURNING id", new { name, role, now, by }) is { } id
            ? (id, null) : (0, new(409, $"There is somebody called '{name}' already."));
    }

    internal static Refusal NoRole(string role) => new(400, $"There is no role '{(Names.IsGood(role) ? role : "?")}'; there are {Rights.RoleWords}.");
}
