using System.Data;
using Skyline.Server.Approvals;
using Skyline.Server.Audit;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Builds;

/// <summary>A draft becomes the real build of its name, version and release, if there is none: where it is tagged it stays, as it is.</summary>
public sealed class PromoteDraft(Database database, Bells bells)
{
    sealed record Row(string Nvr, string State, long Draft, long OwnerId, string Owner, long? PackagesRemovedAt);

    /// <returns>Null, or why not.</returns>
    public async Task<Refusal?> Promote(long build, long person, CancellationToken ct)
    {
        var refusal = await database.Write(tx =>
        {
            if (WhyNot(tx, build, person) is { } why) return why;
            // (What this statement guards is what the indexes of builds and packages hold to.)
            if (tx.Execute("""
                UPDATE builds SET draft = 0, revision = revision + 1 WHERE id = @build AND draft = 1 AND scratch = 0 AND state = 'Complete'
                  AND NOT EXISTS (SELECT 1 FROM builds o WHERE o.nvr = builds.nvr AND o.scratch = 0 AND o.draft = 0 AND o.state IN ('Publishing', 'Complete'))
                  AND NOT EXISTS (SELECT 1 FROM builds o WHERE o.target_id = builds.target_id AND o.srpm_nvr = builds.srpm_nvr AND o.scratch = 0 AND o.draft = 0 AND o.state NOT IN ('Failed', 'Cancelled'))
                  AND NOT EXISTS (SELECT 1 FROM rpms own JOIN rpms o ON o.file_name = own.file_name AND o.draft = 0 WHERE own.build_id = builds.id)
                """, new { build }) == 0) return Taken(tx, build);
            tx.Execute("UPDATE rpms SET draft = 0 WHERE build_id = @build", new { build });
            foreach (var tag in tx.All<long>("SELECT tag_id FROM tag_builds WHERE build_id = @build AND untagged_at IS NULL", new { build })) SecondPerson.Demand(tx, tag, TagEventKind.Content);
            tx.Note("made the real build of its name, version and release", $"build {build}", new { Draft = true }, new { Draft = false }, build);
            return null;
        }, ct);
        bells.Ring(Bells.Build(build));
        bells.Ring(Bells.Builds);
        return refusal;
    }

    static Refusal? WhyNot(IDbTransaction tx, long build, long person) => tx.One<Row>("""
        SELECT b.nvr AS Nvr, b.state AS State, b.draft AS Draft, b.owner_id AS OwnerId, u.name AS Owner, b.packages_removed_at AS PackagesRemovedAt FROM builds b JOIN users u ON u.id = b.owner_id WHERE b.id = @build
        """, new { build }) switch
    {
        null => new(404, $"There is no build {build}."),
        { Draft: 0 } row => new(409, $"Build {build} ({row.Nvr}) is no draft."),
        var row when row.OwnerId != person && !TagRights.Has(tx.Connection!, person, Right.Release) => new(403, $"Build {build} is {row.Owner}'s draft: {row.Owner}, release engineers and administrators alone make it the real {row.Nvr}."),
        { State: not "Complete" } row => new(409, $"Build {build} ({row.Nvr}) is not complete: it is {row.State.ToLowerInvariant()}."),
        { PackagesRemovedAt: not null } row => new(409, $"Retention has removed the packages of build {build} ({row.Nvr}); build it anew."),
        _ => null,
    };

    sealed record Other(long Id, string Nvr, string State);

    static Refusal Taken(IDbTransaction tx, long build) => tx.One<Other>("""
        SELECT o.id AS Id, o.nvr AS Nvr, o.state AS State FROM builds b JOIN builds o ON o.package = b.package AND (o.nvr = b.nvr OR o.srpm_nvr = b.srpm_nvr AND o.target_id = b.target_id) AND o.id <> b.id
        WHERE b.id = @build AND o.scratch = 0 AND o.draft = 0 AND o.state NOT IN ('Failed', 'Cancelled') ORDER BY o.id LIMIT 1
        """, new { build }) is { } other
            ? new(409, $"There is a real {other.Nvr} already: build {other.Id}, which is {other.State.ToLowerInvariant()}. A name, version and release is one build's; raise the release and build again.")
            : new(409, $"A package of build {build} is called as one of another build; raise the release and build again.");
}
