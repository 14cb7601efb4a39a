using System.Data;
using Skyline.Protocol;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Repos;

/// <summary>Waits until a tag's newest snapshot holds builds. Whoever waits is woken by the snapshot, or by what becomes of a build that it is to hold.</summary>
sealed class WaitRepo(Database database, CurrentSnapshots current, Bells bells, TimeProvider time)
{
    const int Most = 100;
    static readonly TimeSpan longestWait = TimeSpan.FromSeconds(60);

    public async Task<IResult> Wait(string name, string[]? holds, double? wait, CancellationToken ct)
    {
        if (holds is not { Length: > 0 and <= Most }) return new Refusal(400, $"holds names the builds to wait for by NVR, one or several, up to {Most}.").AsResult();
        if (database.Read(db => Tag.Find(db, name)) is not { } tag) return Tag.None(name).AsResult();
        var until = time.GetUtcNow() + TimeSpan.FromSeconds(Math.Clamp(wait ?? 0, 0, longestWait.TotalSeconds));
        var wanted = holds.Distinct().ToList();
        var answer = Look(tag.Id, wanted);
        if (answer is null) return Tag.None(name).AsResult();
        while (answer.Pending && !bells.IsClosing && until - time.GetUtcNow() is var left && left > TimeSpan.Zero)
        {
            var builds = database.Read(db => wanted.Select(nvr => NamedBuilds.Find(db, nvr)).OfType<KnownBuild>().ToList());
            Task[] rings = [bells.Next(Bells.Tag(tag.Id)), .. builds.Select(build => bells.Next(Bells.Build(build.Id)))];
            answer = Look(tag.Id, wanted);
            if (answer is { Pending: true } && await bells.Hold(rings, left, ct)) answer = Look(tag.Id, wanted);
            // It was removed meanwhile, or is hidden from who asks.
            if (answer is null) return Tag.None(name).AsResult();
        }
        return TypedResults.Ok(answer);
    }

    RepoHolds? Look(long id, IReadOnlyList<string> nvrs)
    {
        var (tag, newest, answer) = database.Read(db => Tag.Of(db, id) is { } there ? (there, NamedSnapshot.Newest(db, id), Look(db, id, nvrs)) : default);
        // Its rows are there a moment before readers are given it.
        return answer is { Holds: true } && !(current.Of(tag.Name)?.Id >= newest!.Id)
            ? answer with { Holds = false, Pending = true, Why = $"The snapshot of '{tag.Name}' that holds it is being put in its place." }
            : answer;
    }

    static RepoHolds Look(IDbConnection db, long id, IReadOnlyList<string> nvrs)
    {
        var tag = Tag.Of(db, id);
        var all = nvrs.Select(nvr => WhetherHeld.Of(db, tag, nvr)).ToList();
        // What will not come ends the wait, whatever else is still to come.
        var missing = all.Find(one => one is { Holds: false, Pending: false }) ?? all.Find(one => !one.Holds);
        return new(NamedSnapshot.Newest(db, id)?.Hash ?? "", missing is null, missing?.Pending ?? false, missing?.Why ?? string.Join(' ', all.Select(one => one.Why)));
    }
}
