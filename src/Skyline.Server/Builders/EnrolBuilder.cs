using Skyline.Protocol;
using Skyline.Server.Audit;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Builders;

/// <summary>Makes a builder known and gives it its token, shown this once.</summary>
public sealed class EnrolBuilder(Database database, TimeProvider time)
{
    public Task<(EnrolledBuilder? Builder, Refusal? Why)> Enrol(NewBuilder wanted, CancellationToken ct) => Enrol(wanted, Token.New(), ct);

    /// <param name="token">A new one, which the caller has put where it is wanted: it cannot be read again afterwards.</param>
    public async Task<(EnrolledBuilder? Builder, Refusal? Why)> Enrol(NewBuilder wanted, string token, CancellationToken ct)
    {
        if (!Names.IsGood(wanted.Name)) return (null, new(400, $"A builder cannot be called '{wanted.Name}': a name is {Names.Rule}."));
        return await database.Write<(EnrolledBuilder?, Refusal?)>(tx =>
        {
            var now = time.Stamp();
            if (Channel.Find(tx.Connection!, wanted.Channel ?? Channel.Default) is not { } channel) return (null, Channel.None(wanted.Channel, 400));
            // One that was removed comes back with what it built, and is known of nothing else.
            if (tx.One<long?>("""
                INSERT INTO builders (name, owner, created_at) VALUES (@Name, @Owner, @now) ON CONFLICT (name) DO UPDATE
                SET owner = @Owner, created_at = @now, removed_at = NULL, enabled = 1, last_seen_at = NULL, no_work = NULL, report = NULL, pool_id = NULL, leaving = 0 WHERE builders.removed_at IS NOT NULL RETURNING id
                """, new { wanted.Name, Owner = wanted.Owner ?? wanted.Name, now }) is not { } id)
                return (null, new(409, $"There is a builder '{wanted.Name}' already."));
            tx.Execute("INSERT INTO channel_builders (channel_id, builder_id) VALUES (@channel, @id)", new { channel = channel.Id, id });
            tx.Execute("INSERT INTO tokens (sha256, builder_id, created_at) VALUES (@hash, @id, @now)", new { hash = Token.Hash(token), id, now });
            tx.Note("enrolled", $"builder {wanted.Name}", after: new { Owner = wanted.Owner ?? wanted.Name, Channel = channel.Name }, id: id);
            return (new(wanted.Name, token), null);
        }, ct);
    }
}
