using System.Data;
using Skyline.Server.Audit;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Advisories;

/// <summary>Attaches builds to an advisory and detaches them; a row is closed, never removed.</summary>
public sealed class AttachBuilds(Database database, Bells bells, TimeProvider time)
{
    const int MostBuilds = 5_000;

    /// <returns>Null, or why not; then none of them is attached.</returns>
    public Task<Refusal?> Attach(string name, IReadOnlyList<string> nvrs, long person, CancellationToken ct) => Change(name, (tx, row, now) =>
    {
        var (builds, unknown) = Find(tx, nvrs);
        if (unknown is not null) return (0, unknown);
        return (builds.Sum(build => Insert(tx, row.Id, build, person, now)), null);
    }, $"got builds: {string.Join(", ", nvrs)}", person, ct);

    /// <returns>Null, or why not.</returns>
    public Task<Refusal?> Detach(string name, string nvr, long person, CancellationToken ct) => Change(name, (tx, row, now) =>
        tx.Execute("""
            UPDATE advisory_builds SET detached_at = @now, detached_by = @person WHERE advisory_id = @Id AND detached_at IS NULL AND build_id IN (SELECT id FROM builds WHERE nvr = @nvr)
            """, new { now, person, row.Id, nvr }) is > 0 and var gone ? (gone, null) : (0, new Refusal(404, $"Advisory {row.Name} has no build '{nvr}'.")),
        $"lost build {nvr}", person, ct);

    internal static (IReadOnlyList<long> Builds, Refusal? Unknown) Find(IDbTransaction tx, IReadOnlyList<string> nvrs)
    {
        if (nvrs.Count > MostBuilds) return ([], new(400, $"An advisory has up to {MostBuilds} builds."));
        var builds = new List<long>();
        foreach (var nvr in nvrs.Distinct())
        {
            if (tx.One<long?>("SELECT id FROM builds WHERE nvr = @nvr AND scratch = 0 AND state IN ('Publishing', 'Complete')", new { nvr }) is not { } build || Privacy.Hidden.Build(tx.Connection!, build))
                return ([], new(404, $"There is no build '{nvr}' that has come to its end well; an advisory's builds are named as name-version-release."));
            builds.Add(build);
        }
        return (builds, null);
    }

    /// <returns>0 if it is attached already.</returns>
    internal static int Insert(IDbTransaction tx, long advisory, long build, long person, long now) => tx.Execute("""
        INSERT INTO advisory_builds (advisory_id, build_id, attached_at, attached_by) VALUES (@advisory, @build, @now, @person) ON CONFLICT DO NOTHING
        """, new { advisory, build, now, person });

    async Task<Refusal?> Change(string name, Func<IDbTransaction, AdvisoryRow, long, (int Rows, Refusal? Why)> change, string what, long person, CancellationToken ct)
    {
        var (rings, why) = await database.Write<(bool Rings, Refusal? Why)>(tx =>
        {
            if (AdvisoryRow.Find(tx.Connection!, name) is not { } row) return (false, WriteAdvisory.NotFound(name));
            var now = time.Stamp();
            var (rows, refusal) = change(tx, row, now);
            if (rows > 0) tx.Note(what, $"advisory {name}", after: new { Builds = rows }, id: row.Id);
            return (rows > 0 && WriteAdvisory.Changed(tx, row, what, person, now), refusal);
        }, ct);
        if (rings) bells.Ring(Bells.Tags);
        return why;
    }
}
