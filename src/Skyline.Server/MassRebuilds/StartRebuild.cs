using System.Data;
using System.Text.Json;
using Skyline.Protocol;
using Skyline.Server.Batches;
using Skyline.Server.Builds;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.MassRebuilds;

/// <summary>What of a mass rebuild is not in its plan.</summary>
/// <param name="Bump">Null: nothing is raised.</param>
/// <param name="StopAtFailures">As of <see cref="NewMassRebuild"/>.</param>
sealed record RebuildTerms(ReleaseBump? Bump, int Priority, int Retries, bool StopAtFailures, string Asked, DateTimeOffset? By = null, int? MostBuilders = null)
{
    const string OurAuthor = "Skyline <mass-rebuild@localhost>";
    const int LongestTitle = 300;

    /// <param name="now">The date of every changelog entry: the same, however long it takes.</param>
    public static (RebuildTerms? Terms, Refusal? Why) Of(NewMassRebuild wanted, string title, DateTimeOffset now)
    {
        var bump = wanted.Bump ? new ReleaseBump(wanted.Changelog ?? title, wanted.Author ?? OurAuthor, DateOnly.FromDateTime(now.UtcDateTime)) : null;
        return bump is not null && CheckBump.Why(bump) is { } why ? (null, new(400, why))
            : title.Length is 0 or > LongestTitle || title.Any(char.IsControl) ? (null, new(400, $"A title is one line of up to {LongestTitle} letters."))
            : wanted.Priority is < 0 or > 100 ? (null, new(400, "A priority is between 0 and 100; 20 is usual, 25 is the background."))
            : wanted.Retries is < 0 or > 10 ? (null, new(400, "A build is done again up to 10 times."))
            : Deadline.WhyNot(wanted, now) is { } late ? (null, late)
            : (new(bump, wanted.Priority ?? Priorities.Background, wanted.Retries ?? 2, wanted.StopAtFailures, title, wanted.By, wanted.MostBuilders), null);
    }
}

/// <summary>A library that is replaced first.</summary>
/// <param name="IsThere">The build itself goes into the side tag; otherwise its source package is built there, with those options.</param>
/// <param name="Replaces">The build of the tag that it takes the place of; null: none.</param>
sealed record FirstBuild(KnownBuild Build, KeptSource Source, BuildOptions? Options, bool IsThere, double? Seconds, long? Replaces = null);

/// <summary>
/// A planned mass rebuild begins: a side tag is made for it, then, in one transaction, its batch with all its members. From then on it is the engine's of
/// batches, which goes on exactly where it was when the server is killed. Killed before, there is an empty side tag, which goes by itself.
/// </summary>
public sealed class StartRebuild(Database database, Blobs blobs, CreateSideTag sideTags, Bells bells, TimeProvider time)
{
    internal async Task<(long? Batch, Refusal? Why)> Start(RebuildPlan plan, RebuildTerms terms, FirstBuild? first, long owner, CancellationToken ct)
    {
        var (side, why) = await sideTags.Create(plan.Target.Name, owner, new($"Mass rebuild: {terms.Asked}"), ct);
        if (side is null) return (null, why);
        var (batch, refusal) = await database.Write<(long?, Refusal?)>(tx => Insert(tx, plan, terms, first, side, owner, time.Stamp()), CancellationToken.None);
        if (batch is null) return (null, refusal);
        bells.Ring(Bells.Tags);
        bells.Ring(Bells.Batches);
        return (batch, null);
    }

    (long? Batch, Refusal? Why) Insert(IDbTransaction tx, RebuildPlan plan, RebuildTerms terms, FirstBuild? first, SideTag side, long owner, long now)
    {
        var sources = plan.Members.Select(member => member.Base.Source!).Concat(first is null ? Array.Empty<KeptSource>() : [first.Source]);
        if (sources.FirstOrDefault(source => !blobs.Has(source.Sha256)) is { } gone) return (null, new(409, $"{gone.FileName} is not kept any more; ask again."));
        var members = Members(plan, terms, first);
        var batch = StartBatch.Put(tx, new(BatchKind.MassRebuild, terms.Asked, side.TargetId, owner, Priority: terms.Priority, Retries: terms.Retries, SideTagId: side.TagId), members, now);
        tx.Execute("UPDATE batches SET past_failures = @past WHERE id = @batch", new { batch, past = terms.StopAtFailures ? 0 : 1 });
        tx.Execute("INSERT INTO mass_rebuilds (batch_id, base_target_id, into_tag_id, asked, bump, finish_by, most_builders) VALUES (@batch, @Id, @DestinationTagId, @Asked, @bump, @by, @MostBuilders)", new
        {
            by = terms.By?.ToUnixTimeMilliseconds(), terms.MostBuilders,
            batch, plan.Target.Id, plan.Target.DestinationTagId, terms.Asked, bump = terms.Bump is null ? null : JsonSerializer.Serialize(terms.Bump, SkylineJson.Default.ReleaseBump),
        });
        Note(tx, batch, plan, first);
        if (first is { IsThere: true }) PutFirst(tx, batch, first, side, owner, now);
        return (batch, null);
    }

    /// <summary>A library that is replaced is first, and all need it.</summary>
    static IReadOnlyList<NewMember> Members(RebuildPlan plan, RebuildTerms terms, FirstBuild? first)
    {
        var later = first is null ? 0 : 1;
        var again = plan.Members.Select(member => new NewMember(member.Base.Package, member.Base.Source!, member.Wave + later,
            [.. later == 0 ? Array.Empty<int>() : [0], .. member.Needs.Select(need => need + later)], Bumped(member.Base.Options, terms.Bump)));
        return first is null ? [.. again]
            : [new NewMember(first.Build.Package, first.Source, 1, [], first.Options), .. again];
    }

    static BuildOptions? Bumped(BuildOptions? options, ReleaseBump? bump) =>
        bump is null ? (options is { IsNone: false } ? options : null) : options is null ? BuildOptions.Bumped(bump) : options with { Bump = bump };

    static void Note(IDbTransaction tx, long batch, RebuildPlan plan, FirstBuild? first)
    {
        var ids = tx.All<long>("SELECT id FROM batch_members WHERE batch_id = @batch ORDER BY id", new { batch });
        var bases = plan.Members.Select(member => ((long?)member.Base.Id, member.Seconds));
        foreach (var (member, (before, seconds)) in ids.Zip(first is null ? bases : bases.Prepend((first.Replaces, first.Seconds))))
            tx.Execute("INSERT INTO mass_rebuild_members (member_id, base_build_id, seconds) VALUES (@member, @before, @seconds)", new { member, before, seconds });
        foreach (var left in plan.LeftOut) tx.Execute("INSERT INTO mass_rebuild_left_out (batch_id, package, why) VALUES (@batch, @Package, @Why) ON CONFLICT DO NOTHING", new { batch, left.Package, left.Why });
    }

    /// <summary>It is built already: it goes into the side tag, and what needs it is built once the repository has it.</summary>
    static void PutFirst(IDbTransaction tx, long batch, FirstBuild first, SideTag side, long owner, long now)
    {
        TagBuild.Tag(tx, side.TagId, first.Build.Id, owner, now);
        tx.Execute("""
            UPDATE batch_members SET state = 'Done', build_id = @build, tries = 1, ready_at = @now, ended_at = @now,
              visible_event = (SELECT max(e.id) FROM tag_events e WHERE e.tag_id = @tag AND e.build_id = @build)
            WHERE id = (SELECT min(id) FROM batch_members WHERE batch_id = @batch)
            """, new { batch, build = first.Build.Id, tag = side.TagId, now });
    }
}
