using Skyline.Protocol;
using Skyline.Server.Audit;
using Skyline.Server.Builders;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

public sealed class CreateTarget(Database database, TimeProvider time)
{
    /// <returns>Null, or why not.</returns>
    public Task<Refusal?> Create(NewTarget wanted, CancellationToken ct, long? person = null) => database.Write<Refusal?>(tx =>
    {
        if (!Names.IsGood(wanted.Name)) return new(400, $"A target cannot be called '{wanted.Name}': a name is {Names.Rule}.");
        if (tx.One<bool>("SELECT EXISTS (SELECT 1 FROM targets WHERE name = @Name AND removed_at IS NULL)", new { wanted.Name })) return new(409, $"There is a target '{wanted.Name}' already.");
        if (Tag.Find(tx.Connection!, wanted.BuildTag) is not { } build) return new(400, $"There is no tag '{wanted.BuildTag}' to build with; create it first.");
        if (Tag.Find(tx.Connection!, wanted.DestinationTag) is not { } destination) return new(400, $"There is no tag '{wanted.DestinationTag}' to put results in; create it first.");
        if (KeptPrivate.WhyNotBuilt(build, destination, wanted.Name) is { } known) return known;
        if (WhyNotAgain(tx, wanted.Name, build, destination) is { } past) return past;
        if (Channel.Find(tx.Connection!, wanted.Channel ?? Channel.Default) is not { } channel) return Channel.None(wanted.Channel, 400);
        Insert(tx, wanted.Name, build.Id, destination.Id, channel.Id, person, time.Stamp());
        return null;
    }, ct);

    /// <summary>The builds of one that was removed are seen by who sees the tags that it has: they do not become known, or hidden, by its name.</summary>
    static Refusal? WhyNotAgain(System.Data.IDbTransaction tx, string name, Tag build, Tag destination) => tx.One<bool?>("""
        SELECT max(w.private, d.private) FROM targets t JOIN tags w ON w.id = t.build_tag_id JOIN tags d ON d.id = t.destination_tag_id WHERE t.name = @name AND t.removed_at IS NOT NULL
        """, new { name }) is { } before && before != (build.Private || destination.Private) ? new(409, $"A target '{name}' cannot be made of these tags: one of that name was built for before. Give it another name.") : null;

    /// <summary>One of the same name that was removed goes on where it ended.</summary>
    internal static long Insert(System.Data.IDbTransaction tx, string name, long build, long destination, long channel, long? person, long now)
    {
        var target = tx.One<long>("""
            INSERT INTO targets (name, build_tag_id, destination_tag_id, channel_id, created_at) VALUES (@name, @build, @destination, @channel, @now)
            ON CONFLICT (name) DO UPDATE SET build_tag_id = @build, destination_tag_id = @destination, channel_id = @channel, created_at = @now, removed_at = NULL WHERE targets.removed_at IS NOT NULL RETURNING id
            """, new { name, build, destination, channel, now });
        ChangeTarget.Keep(tx, target, person, now);
        var made = Target.Find(tx.Connection!, name)!;
        tx.Note("created", $"target {name}", after: new { made.BuildTag, made.DestinationTag, made.Channel }, id: target);
        return target;
    }
}
