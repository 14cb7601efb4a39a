using Skyline.Server.Audit;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Builders;

/// <summary>Lets a builder in no more. What it built stays, and its name may be enrolled again.</summary>
public sealed class RemoveBuilder(Database database, KnownCallers callers, GreetBuilder greet, Bells bells, TimeProvider time)
{
    public async Task<Refusal?> Remove(string name, CancellationToken ct)
    {
        var (gone, why) = await database.Write<(long?, Refusal?)>(tx =>
        {
            if (tx.One<long?>("SELECT id FROM builders WHERE name = @name AND removed_at IS NULL", new { name }) is not { } id) return (null, SwitchBuilder.None(name));
            if (tx.One<long>("SELECT count(*) FROM task_runs WHERE builder_id = @id AND state = 'Running'", new { id }) is var running and > 0)
                return (null, new(409, $"Builder '{name}' still builds {running}: drain it (skyline builder drain {name}), and remove it when it has finished."));
            tx.Execute("UPDATE builders SET removed_at = @now, enabled = 0, draining = 0, reason = NULL WHERE id = @id", new { id, now = time.Stamp() });
            tx.Execute("DELETE FROM tokens WHERE builder_id = @id", new { id });
            tx.Execute("DELETE FROM channel_builders WHERE builder_id = @id", new { id });
            tx.Execute("DELETE FROM builder_arches WHERE builder_id = @id", new { id });
            tx.Note("removed", $"builder {name}", id: id);
            return (id, null);
        }, ct);
        if (gone is { } removed) greet.Forget(removed);
        callers.ForgetAll();
        bells.Ring(Bells.Work);
        return why;
    }
}
