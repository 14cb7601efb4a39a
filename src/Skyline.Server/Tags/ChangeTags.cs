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

/// <summary>Every change to tags: planned, then previewed, or written in the transaction that it was planned in.</summary>
sealed class ChangeTags(Database database, Bells bells, TimeProvider time)
{
    public async Task<IResult> Change(Func<IDbConnection, Planned> plan, bool preview, long person, CancellationToken ct)
    {
        if (preview) return database.Read(db => Answer(plan(db), acts => PreviewActs.Of(db, acts)));
        var planned = await database.Write(tx =>
        {
            var planned = plan(tx.Connection!);
            if (planned is Planned.Acts acts) WriteActs.Write(tx, acts.List, person, time.Stamp());
            return planned;
        }, ct);
        if (planned is Planned.Acts { List.Count: > 0 }) bells.Ring(Bells.Tags);
        return Answer(planned, preview: null);
    }

    static IResult Answer(Planned planned, Func<IReadOnlyList<TagAct>, IReadOnlyList<RepoChanges>>? preview) => planned switch
    {
        Planned.Acts acts => TypedResults.Ok(new TagChanged(preview is not null,
            [.. acts.List.Select(act => $"{act.Tag.Name}: {EventWords.Of(act.Kind, act.Detail)}")], preview?.Invoke(acts.List) ?? [], acts.Notes)),
        Planned.Refused refused => refused.Why.AsResult(),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
