using Skyline.Protocol;
using Skyline.Server.Audit;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Builders;

/// <summary>Makes and removes channels, and says which builders are in them and which targets ask for them.</summary>
public sealed class ChangeChannels(Database database, Bells bells, TimeProvider time)
{
    public IReadOnlyList<ChannelDetails> All() => database.Read(db => (IReadOnlyList<ChannelDetails>)[.. db.All<Channel>("SELECT id AS Id, name AS Name FROM channels ORDER BY name").Select(channel => new ChannelDetails(
        channel.Name,
        db.All<string>("SELECT b.name FROM channel_builders m JOIN builders b ON b.id = m.builder_id WHERE m.channel_id = @Id ORDER BY b.name", channel),
        db.All<string>("SELECT name FROM targets WHERE channel_id = @Id AND removed_at IS NULL ORDER BY name", channel)))]);

    public Task<Refusal?> Create(NewChannel wanted, CancellationToken ct) => Change(tx =>
        !Names.IsGood(wanted.Name) ? new(400, $"A channel cannot be called '{wanted.Name}': a name is {Names.Rule}.")
        : tx.Execute("INSERT INTO channels (name, created_at) VALUES (@Name, @now) ON CONFLICT DO NOTHING", new { wanted.Name, now = time.Stamp() }) == 0 ? new(409, $"There is a channel '{wanted.Name}' already.")
        : Noted(tx, "created", wanted.Name), ct);

    public Task<Refusal?> Remove(string name, CancellationToken ct) => Change(tx =>
    {
        if (name == Channel.Default) return new(409, $"The channel '{name}' is the one of whatever names none; it stays.");
        if (Channel.Find(tx.Connection!, name) is not { } channel) return Channel.None(name);
        if (tx.All<string>("SELECT name FROM targets WHERE channel_id = @Id AND removed_at IS NULL ORDER BY name", channel) is { Count: > 0 } targets)
            return new(409, $"Channel '{name}' is that of {string.Join(", ", targets)}; `skyline target edit TARGET --channel {Channel.Default}` gives a target another.");
        if (tx.All<string>("SELECT name FROM pools WHERE channel_id = @Id ORDER BY name", channel) is { Count: > 0 } pools)
            return new(409, $"Channel '{name}' is that of pool {string.Join(", ", pools)}; remove the pool first.");
        tx.Execute("DELETE FROM channel_builders WHERE channel_id = @Id", channel);
        tx.Execute("DELETE FROM channels WHERE id = @Id", channel);
        return Noted(tx, "removed", name);
    }, ct);

    public Task<Refusal?> Add(string name, string builder, CancellationToken ct) => Member(name, builder, "INSERT INTO channel_builders (channel_id, builder_id) VALUES (@channel, @id) ON CONFLICT DO NOTHING", ct);

    public Task<Refusal?> Remove(string name, string builder, CancellationToken ct) => Member(name, builder, "DELETE FROM channel_builders WHERE channel_id = @channel AND builder_id = @id", ct);

    Task<Refusal?> Member(string name, string builder, string sql, CancellationToken ct) => Change(tx =>
    {
        if (Channel.Find(tx.Connection!, name) is not { } channel) return Channel.None(name);
        if (tx.One<long?>("SELECT id FROM builders WHERE name = @builder AND removed_at IS NULL", new { builder }) is not { } id) return SwitchBuilder.None(builder);
        return tx.Execute(sql, new { channel = channel.Id, id }) == 0 ? null : Noted(tx, sql.StartsWith("DELETE", StringComparison.Ordinal) ? $"builder {builder} taken out" : $"builder {builder} put in", name);
    }, ct);

    static Refusal? Noted(System.Data.IDbTransaction tx, string act, string channel)
    {
        tx.Note(act, $"channel {channel}");
        return null;
    }

    async Task<Refusal?> Change(Func<System.Data.IDbTransaction, Refusal?> act, CancellationToken ct)
    {
        var refusal = await database.Write(act, ct);
        bells.Ring(Bells.Work);
        return refusal;
    }
}
