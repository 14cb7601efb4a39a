using Skyline.Protocol;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.People;

/// <summary>Makes a person known and gives them their token, shown this once.</summary>
public sealed class AddPerson(Database database, TimeProvider time)
{
    public async Task<(AddedPerson? Person, Refusal? Why)> Add(NewPerson wanted, CancellationToken ct)
    {
        if (!Names.IsGood(wanted.Name)) return (null, new(400, $"A person cannot be called '{wanted.Name}': a name is {Names.Rule}."));
        var token = Token.New();
        return await database.Write<(AddedPerson?, Refusal?)>(tx =>
        {
            var now = time.Stamp();
            if (tx.One<long?>("INSERT INTO users (name, admin, created_at) VALUES (@Name, @Admin, @now) ON CONFLICT DO NOTHING RETURNING id", new { wanted.Name, wanted.Admin, now }) is not { } id)
                return (null, new(409, $"There is somebody called '{wanted.Name}' already."));
            tx.Execute("INSERT INTO tokens (sha256, user_id, created_at) VALUES (@hash, @id, @now)", new { hash = Token.Hash(token), id, now });
            return (new(wanted.Name, token), null);
        }, ct);
    }
}
