using System.Globalization;
using System.Security.Claims;
using Skyline.Protocol;
using Skyline.Server.Builds;
using Skyline.Server.Chains;
using Skyline.Server.People;

namespace Skyline.Server.NewBuild;

/// <summary>Begins what the form wants of source packages against which nothing speaks: builds, a batch, or a chain that is arranged first.</summary>
sealed class BeginBuilds(SubmitBuild submit, StartChain chains, EditDraft drafts, ShownOnce shown)
{
    /// <returns>Where it goes on; or what of it is left to be begun, and why.</returns>
    public async Task<(string? Address, NewBuildFields Left, string? Why)> Run(NewBuildFields fields, CheckedBuild found, ClaimsPrincipal caller, CancellationToken ct) =>
        found.Sources.Count == 1 || fields.Together == Together.Apart ? await Apart(fields, found, caller, ct)
        : fields.Together == Together.Batch ? await Batch(fields, found, caller, ct)
        : await Arranged(fields, found, caller, ct);

    async Task<(string?, NewBuildFields, string?)> Apart(NewBuildFields fields, CheckedBuild found, ClaimsPrincipal caller, CancellationToken ct)
    {
        var (begun, rest, whys) = (new List<long>(), new List<string>(), new List<string>());
        foreach (var one in found.Sources)
            switch (await submit.SubmitKept(CheckSources.From(fields, one.Source.Sha256, found.Priority), found.Options, caller, ct))
            {
                case Submitted.Queued queued: begun.Add(queued.BuildId); break;
                case Submitted.Refused refused:
                    rest.Add(one.Source.Short);
                    whys.Add(refused.Why.Sentence);
                    break;
            }
        if (rest.Count > 0) return (null, fields with { Sources = rest }, (begun.Count > 0 ? $"{begun.Count} builds were queued (from {begun[0]} to {begun[^1]}); the rest was not. " : "") + string.Join(' ', whys));
        return (begun.Count == 1 ? $"/builds/{Text(begun[0])}" : "/new?" + string.Join('&', begun.Select(build => $"begun={Text(build)}")), fields, null);
    }

    async Task<(string?, NewBuildFields, string?)> Batch(NewBuildFields fields, CheckedBuild found, ClaimsPrincipal caller, CancellationToken ct) =>
        await chains.Start(new(fields.Target, [[.. found.Sources.Select(one => one.Source.Sha256)]], fields.Scratch, Options: found.Options, Background: IsBackground(found)), preview: false, caller.PersonId(), ct) switch
        {
            ChainBegun.Started started => ($"/chains/{Text(started.Batch)}", fields, null),
            ChainBegun.Refused refused => (null, fields, refused.Why.Sentence),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    async Task<(string?, NewBuildFields, string?)> Arranged(NewBuildFields fields, CheckedBuild found, ClaimsPrincipal caller, CancellationToken ct)
    {
        var (draft, why) = await drafts.Make(new(fields.Target, [.. found.Sources.Select(one => one.Source.Sha256)], Apart: fields.Together == Together.Given, fields.Scratch, IsBackground(found), found.Options), caller, ct);
        if (draft is not { } id) return (null, fields, why!.Sentence);
        // Where no order is found the page says so, and it can be arranged by hand.
        if (fields.Together == Together.Found && await drafts.FindOrder(id, caller, ct) is { } none) shown.Put(caller.PersonId(), DraftForms.Said(id), none.Sentence);
        return (DraftForms.Address(id), fields, null);
    }

    static bool IsBackground(CheckedBuild found) => found.Priority >= Priorities.Background;

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
