using System.Security.Claims;
using Skyline.Protocol;
using Skyline.Server.Builds;
using Skyline.Server.Chains;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.NewBuild;

/// <summary>A source package that was picked, and what speaks against building it so.</summary>
/// <param name="Why">Null: nothing, as things stand.</param>
public sealed record CheckedSource(KeptChoice Source, string? Why);

/// <param name="Why">What speaks against all of them.</param>
public sealed record CheckedBuild(IReadOnlyList<CheckedSource> Sources, BuildOptions? Options, int Priority, string? Why)
{
    public bool MayBegin => Why is null && Sources.Count > 0 && Sources.All(source => source.Why is null);
}

/// <summary>Says of each picked source package, before anything is queued, whether it can be built as the form wants it.</summary>
sealed class CheckSources(Database database, SubmitBuild submit)
{
    public async Task<CheckedBuild> Of(NewBuildFields fields, ClaimsPrincipal caller, CancellationToken ct)
    {
        var kept = database.Read(db => KeptChoice.Of(db, caller.PersonId()));
        var picked = fields.Sources.Select(source => kept.FirstOrDefault(known => known.Short == source)).OfType<KeptChoice>().ToList();
        var (options, bad) = fields.Options();
        var (priority, late) = fields.PriorityOf(caller.May(Right.Release));
        var why = bad ?? late ?? (fields.Target.Length == 0 ? null : submit.Wanted(From(fields, null, priority), options, caller.PersonId()).Why) ?? (fields.Together == Together.Apart ? null : WhyNotTogether(fields));
        var found = new List<CheckedSource>();
        foreach (var one in picked) found.Add(new(one, why is not null || fields.Target.Length == 0 ? null : (await submit.WhyNotKept(From(fields, one.Sha256, priority), options, caller.PersonId(), ct))?.Sentence));
        return new(found, options, priority, why?.Sentence);
    }

    public static BuildFromUrl From(NewBuildFields fields, string? sha256, int priority) =>
        new(null, fields.Target, fields.Scratch, null, fields.Arches.Count > 0 ? fields.Arches : null, priority, fields.Draft, sha256);

    /// <summary>Links of a chain are built of one another, on every architecture.</summary>
    static Refusal? WhyNotTogether(NewBuildFields fields) =>
        fields.Arches.Count > 0 ? new(400, "Builds that belong together are for all architectures of their target, for they are built of one another; choose architectures for builds that are apart.")
        : fields.Draft ? new(400, "Builds that belong together are drafts where they are a scratch chain, which goes into a tag that is thrown away; leave 'draft' out, or choose 'scratch'.")
        : null;
}
