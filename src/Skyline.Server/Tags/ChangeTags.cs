using System.Data;
using Skyline.Protocol;
using Skyline.Server.Repos;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>What a change comes to, decided before anything is done.</summary>
abstract record Planned
{
    /// <param name="Notes">What else there is to know of it.</param>
    public sealed record Acts(IReadOnlyList<TagAct> List, params IReadOnlyList<string> Notes) : Planned;

    public sealed record Refused(Refusal Why) : Planned;

    /// <summary>The acts, unless there are problems; then all of the problems at once.</summary>
    public static Planned Of(IReadOnlyList<TagAct> acts, IReadOnlyList<Refusal> problems) =>
        problems.Count == 0 ? new Acts(acts) : new Refused(Refusal.Of(problems));

    public static Planned Refuse(int status, string sentence) => new Refused(new(status, sentence));
}

/// <summary>
/// Every change to tags: planned, then previewed, or written in the transaction that it was planned in. Here, whatever is planned, a locked
/// tag stays as it is, and a tag that takes listed packages only takes no others.
/// </summary>
sealed class ChangeTags(Database database, Bells bells, TimeProvider time)
{
    /// <param name="force">An administrator insists: into a locked tag, or past its list.</param>
    /// <param name="disclose">Builds of a private tag may come to be everybody's to see.</param>
    public async Task<IResult> Change(Func<IDbConnection, Planned> plan, bool preview, long person, CancellationToken ct, bool force = false, bool disclose = false)
    {
        var (changed, why) = preview ? Preview(plan, force, disclose) : Said(await Do(plan, person, ct, force, disclose), preview: null);
        return why is null ? TypedResults.Ok(changed) : why.AsResult();
    }

    /// <summary>What would be done, and what would change for whom installs; or why it would not be done. Nothing is.</summary>
    public (TagChanged? What, Refusal? Why) Preview(Func<IDbConnection, Planned> plan, bool force = false, bool disclose = false) =>
        database.Read(db => Said(Kept(db, force ? plan(db) : Allowed(db, plan(db)), disclose), acts => PreviewActs.Of(db, acts)));

    /// <returns>What was done, or why not.</returns>
    public async Task<Planned> Do(Func<IDbConnection, Planned> plan, long person, CancellationToken ct, bool force = false, bool disclose = false)
    {
        var (planned, ended) = await database.Write(tx =>
        {
            var planned = Kept(tx.Connection!, force ? plan(tx.Connection!) : Allowed(tx.Connection!, plan(tx.Connection!)), disclose);
            return (planned, planned is Planned.Acts acts ? WriteActs.Write(tx, acts.List, person, time.Stamp()) : []);
        }, ct);
        if (planned is Planned.Acts { List.Count: > 0 }) bells.Ring(Bells.Tags);
        bells.Ring(Bells.Work);
        foreach (var build in ended) bells.Ring(Bells.Build(build));
        if (ended.Count > 0) bells.Ring(Bells.Builds);
        return planned;
    }

    /// <summary>Who insists does not by that make known what is private.</summary>
    static Planned Kept(IDbConnection db, Planned planned, bool disclose) =>
        planned is Planned.Acts { List: var acts } && KeptPrivate.WhyNot(db, acts, disclose) is { } why ? new Planned.Refused(why) : planned;

    static Planned Allowed(IDbConnection db, Planned planned)
    {
        if (planned is not Planned.Acts { List: var acts }) return planned;
        if (acts.FirstOrDefault(act => act.Tag.Locked && !act.GoesWhileLocked) is { } held)
            return Planned.Refuse(409, $"The tag '{held.Tag.Name}' is locked: nothing goes into it or out of it. `skyline tag set {held.Tag.Name} --unlock` unlocks it; --force does this all the same.");
        var problems = acts.OfType<TagAct.Put>().Where(put => put.Tag.DemandsListed).DistinctBy(put => (put.Tag.Id, put.Package))
            .Select(put => WhyNotInto.Package(db, put.Tag, put.Package, $"{put.Build.Nvr} is not tagged in '{put.Tag.Name}'")).OfType<Refusal>().ToList();
        return problems.Count > 0 ? new Planned.Refused(Refusal.Of(problems)) : planned;
    }

    /// <param name="preview">Null: it was done.</param>
    public static (TagChanged? What, Refusal? Why) Said(Planned planned, Func<IReadOnlyList<TagAct>, IReadOnlyList<RepoChanges>>? preview) => planned switch
    {
        Planned.Acts acts => (new(preview is not null, [.. acts.List.Select(act => $"{act.Tag.Name}: {EventWords.Of(act.Kind, act.Detail)}")], preview?.Invoke(acts.List) ?? [], acts.Notes), null),
        Planned.Refused refused => (null, refused.Why),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
