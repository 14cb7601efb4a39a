using Skyline.Server.Audit;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Externals;

/// <summary>Forgets an external repository and its pinned states; what was fetched of its packages stays in the cache until it is its turn.</summary>
public sealed class RemoveExternal(Database database, PinState states, Bells bells)
{
    /// <returns>Null, or why not.</returns>
    public async Task<Refusal?> Remove(string name, CancellationToken ct)
    {
        var (refusal, blobs) = await database.Write<(Refusal?, IReadOnlyList<string>)>(tx =>
        {
            if (External.Find(tx.Connection!, name) is not { } external) return (NotThere(name), []);
            if (external is { Chroot: { } chroot, Active: true }) return (new(409, $"'{name}' belongs to the chroot {chroot}; remove it from the chroot's definition."), []);
            if (tx.All<(long Id, string Name)>("SELECT t.id, t.name FROM tags t JOIN tag_externals x ON x.tag_id = t.id WHERE x.external_id = @Id AND x.until_event IS NULL ORDER BY t.name", external) is { Count: > 0 } tags)
                return (new(409, $"'{name}' is part of the buildroots of {string.Join(", ", Privacy.Hidden.Names(tx.Connection!, tags))}; remove it from there first (skyline tag external remove TAG {name})."), []);
            if (tx.One<bool>("SELECT EXISTS (SELECT 1 FROM run_externals x JOIN task_runs r ON r.id = x.run_id WHERE x.name = @name AND r.state = 'Running')", new { name }))
                return (new(409, $"A build that is running is made of '{name}'; try again when it has ended."), []);
            if (tx.One<long?>("SELECT min(b.id) FROM builds b JOIN build_externals x ON x.build_id = b.id WHERE x.external_id = @Id AND b.state IN ('Waiting', 'Building')", external) is { } build)
                return (new(409, $"Build {build} asked for '{name}' and is not over; try again when it has ended, or cancel it."), []);
            tx.Execute("DELETE FROM build_externals WHERE external_id = @Id", external);
            tx.Execute("DELETE FROM external_arches WHERE external_id = @Id", external);
            var gone = PinState.Drop(tx, tx.All<long>("SELECT id FROM external_states WHERE external_id = @Id", external));
            tx.Execute("DELETE FROM externals WHERE id = @Id", external);
            tx.Note("removed", $"external {name}", new { external.Url }, null, external.Id);
            return (null, gone);
        }, ct);
        await states.DeleteUnreferenced(blobs);
        bells.Ring(Bells.Externals);
        return refusal;
    }

    public static Refusal NotThere(string name) => new(404, $"There is no external repository '{name}'; see: skyline external list");
}
