using System.Text.Json;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Batches;
using Skyline.Server.Builds;
using Skyline.Server.Shell;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Chains;

/// <summary>What became of a chain that was asked for.</summary>
abstract record ChainBegun
{
    public sealed record Planned(ChainPlan Plan) : ChainBegun;

    public sealed record Started(long Batch) : ChainBegun;

    public sealed record Refused(Refusal Why) : ChainBegun;
}

/// <summary>Begins a chain: its sources are fetched where they are addresses, it is planned, and then, in one transaction, it is a batch that runs.</summary>
sealed class StartChain(Database database, Blobs blobs, KeepSource keep, FetchSource fetch, PlanChain plan, CreateSideTag sideTags, Bells bells, TimeProvider time)
{
    const int LongestTitle = 200, Days = 7;

    /// <param name="preview">Only the plan.</param>
    public async Task<ChainBegun> Start(NewChain asked, bool preview, long owner, CancellationToken ct)
    {
        if (asked.Links is null || asked.Links.Any(link => link is null || link.Any(source => source is null))) return Refuse(400, "A chain has links, and each link has source packages.");
        if (asked.Title is { Length: > LongestTitle } || asked.Title?.Any(char.IsControl) == true) return Refuse(400, $"A chain's title is one line of up to {LongestTitle} letters.");
        if (asked.Links.Sum(link => link.Count) > PlanChain.MostSources) return Refuse(400, $"A chain has at most {PlanChain.MostSources} source packages; a mass rebuild takes more.");
        var (options, wrong) = CheckOptions.Of(asked.Options);
        if (wrong is not null) return new ChainBegun.Refused(wrong);
        var (links, missing) = await Sources(asked.Links, owner, ct);
        if (missing is not null) return new ChainBegun.Refused(missing);
        var wanted = asked with { Options = options };
        var (chain, why) = await plan.Plan(wanted, links, ct);
        if (chain is null) return new ChainBegun.Refused(why!);
        return preview ? new ChainBegun.Planned(chain.Plan) : await Run(wanted, chain, owner, ct);
    }

    async Task<(IReadOnlyList<IReadOnlyList<string>> Links, Refusal? Why)> Sources(IReadOnlyList<IReadOnlyList<string>> asked, long owner, CancellationToken ct)
    {
        var links = new List<IReadOnlyList<string>>();
        foreach (var link in asked)
        {
            var sources = new List<string>();
            foreach (var source in link)
            {
                var (sha256, why) = await Source(source, owner, ct);
                if (sha256 is null) return ([], why);
                sources.Add(sha256);
            }
            links.Add(sources);
        }
        return (links, null);
    }

    /// <param name="source">A SHA-256 of one that was sent ahead, or an address.</param>
    public async Task<(string? Sha256, Refusal? Why)> Source(string source, long owner, CancellationToken ct)
    {
        if (ChainEndpoints.IsSha256(source))
            return (await keep.State(source, owner, ct)).Kept ? (source, null) : (null, KeepSource.NotHere(source));
        if (!source.Contains("://", StringComparison.Ordinal)) return (null, new(400, $"'{source}' is neither the SHA-256 of a source package that was sent ahead nor an http(s) address."));
        try
        {
            var (response, fileName) = await fetch.Open(source, ct);
            using var opened = response;
            return await keep.Take(await response.Content.ReadAsStreamAsync(ct), fileName, owner, null, ct) switch { Kept.Whole whole => (whole.State.Sha256, null), Kept.Refused refused => (null, refused.Why), _ => throw new System.Diagnostics.UnreachableException() };
        }
        catch (Exception fault) when (fault is HttpRequestException or HttpIOException)
        {
            return (null, new(400, $"The source package could not be fetched: {fault.Message}"));
        }
        catch (BadRpmException bad)
        {
            return (null, new(400, bad.Message));
        }
    }

    async Task<ChainBegun> Run(NewChain wanted, PlannedChain chain, long owner, CancellationToken ct)
    {
        // A scratch chain goes to a tag of its own, and so harms nobody's.
        if (database.Read(db => wanted.Scratch ? WhyNotBeside(db, wanted.Target, owner) : WhyNotInto(db, wanted.Target, owner)) is { } notYours) return new ChainBegun.Refused(notYours);
        var title = wanted.Title ?? Title(chain);
        var (side, refusal) = wanted.Scratch ? await sideTags.Create(wanted.Target, owner, new NewSideTag(Note: $"Scratch chain: {title}", Days: Days), ct) : (null, null);
        if (refusal is not null) return new ChainBegun.Refused(refusal);
        var begun = await database.Write<ChainBegun>(tx =>
        {
            if (Target.Find(tx.Connection!, side?.Name ?? wanted.Target) is not { } target) return Refuse(409, $"The target '{wanted.Target}' has just been removed.");
            if (chain.Members.FirstOrDefault(member => !blobs.Has(member.Source.Kept.Sha256)) is { } gone) return Refuse(409, $"{gone.Source.Kept.FileName} is not kept here any more; send it again.");
            var batch = StartBatch.Put(tx, new(BatchKind.Chain, title, target.Id, owner, Draft: wanted.Scratch, Priority: wanted.Background ? Priorities.Background : Priorities.Usual, SideTagId: side?.TagId),
                [.. chain.Members.Select(member => new NewMember(member.Source.Name, member.Source.Kept, member.Link, member.Needs, member.Options))], time.Stamp());
            tx.Execute("INSERT INTO chain_plans (batch_id, plan) VALUES (@batch, @plan)", new { batch, plan = JsonSerializer.Serialize(chain.Plan, SkylineJson.Default.ChainPlan) });
            return new ChainBegun.Started(batch);
        }, ct);
        bells.Ring(Bells.Batches);
        return begun;
    }

    static Refusal? WhyNotBeside(System.Data.IDbConnection db, string name, long owner) =>
        Target.Find(db, name) is { } target ? CheckWanted.WhyNotScratch(db, owner, target.DestinationTagId) : null;

    static Refusal? WhyNotInto(System.Data.IDbConnection db, string name, long owner) => Target.Find(db, name) is not { } target ? null
        : TagRights.WhyNotBuildInto(db, owner, target.DestinationTagId) ?? Tags.WhyNotInto.Locked(Tag.Of(db, target.DestinationTagId), $"Nothing is built for {target.Name}")
        // Its links are built of one another, and what waits for a second person is in no buildroot.
        ?? (Approvals.SecondPerson.Is(db, target.DestinationTagId) ? new(409, $"'{target.DestinationTag}' asks for a second person for whatever goes into it, so a chain would wait at each link. Build it in a side tag (skyline side-tag create {name}), and promote that.") : null);

    static string Title(PlannedChain chain)
    {
        var names = chain.Members.Select(member => member.Source.Name).Distinct().ToList();
        return names.Count <= 4 ? string.Join(", ", names) : $"{string.Join(", ", names.Take(3))} and {names.Count - 3} more";
    }

    static ChainBegun.Refused Refuse(int status, string sentence) => new(new Refusal(status, sentence));
}
