using Skyline.Protocol;
using Skyline.Server.Builders;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

public sealed class CreateTarget(Database database, TimeProvider time)
{
    /// <returns>Null, or why not.</returns>
    public Task<Refusal?> Create(NewTarget wanted, CancellationToken ct) => database.Write<Refusal?>(tx =>
    {
        if (!Names.IsGood(wanted.Name)) return new(400, $"A target cannot be called '{wanted.Name}': a name is {Names.Rule}.");
        if (Target.Find(tx.Connection!, wanted.Name) is not null) return new(409, $"There is a target '{wanted.Name}' already.");
        if (Tag.Find(tx.Connection!, wanted.BuildTag) is not { } build) return new(400, $"There is no tag '{wanted.BuildTag}' to build with; create it first.");
        if (Tag.Find(tx.Connection!, wanted.DestinationTag) is not { } destination) return new(400, $"There is no tag '{wanted.DestinationTag}' to put results in; create it first.");
        if (Channel.Find(tx.Connection!, wanted.Channel ?? Channel.Default) is not { } channel) return Channel.None(wanted.Channel, 400);
        tx.Execute("INSERT INTO targets (name, build_tag_id, destination_tag_id, channel_id, created_at) VALUES (@Name, @build, @destination, @channel, @now)",
            new { wanted.Name, channel = channel.Id, build = build.Id, destination = destination.Id, now = time.Stamp() });
        return null;
    }, ct);
}
