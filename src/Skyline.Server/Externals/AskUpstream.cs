using Skyline.Server.Audit;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Externals;

/// <summary>Somebody asks for a newer state of an external repository now, and does not wait for the clock.</summary>
public sealed class AskUpstream(Database database, RefreshExternal refresh)
{
    /// <returns>Null: its upstream is being asked. Otherwise why not.</returns>
    public async Task<Refusal?> Begin(string name, CancellationToken ct)
    {
        if (database.Read(db => External.Find(db, name)) is not { } external) return RemoveExternal.NotThere(name);
        var arches = await database.Write(tx =>
        {
            tx.Note("asked for a newer state", $"external {name}", id: external.Id);
            return AddExternal.WantBuildersArches(tx, external.Id);
        }, ct);
        if (arches.Count == 0) return new(409, $"'{name}' is pinned for no architecture yet, and no builder has told what this server builds for; start a builder first.");
        foreach (var wanted in arches) refresh.Begin(external.Id, wanted.Arch);
        return null;
    }
}
