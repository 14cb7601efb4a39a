using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Batches;
using Skyline.Server.Builds;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Tests.Batches;

/// <summary>Batches as chains and mass rebuilds make them, and what becomes of them.</summary>
static class BatchSite
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>A batch of source packages; each names, by their places in the list, those that it needs.</summary>
    public static Task<long> Batch(this Site site, params (string Name, int[] Needs)[] members) => site.Batch(new NewBatch(BatchKind.Chain, "a chain", 0, 1), members);

    public static async Task<long> Batch(this Site site, NewBatch like, params (string Name, int[] Needs)[] members)
    {
        var blobs = site.Part<Blobs>();
        var sources = new List<NewMember>();
        foreach (var (name, needs) in members)
        {
            var paper = Papers.Source(name, "1", "1", exclusiveArch: "x86_64");
            var blob = await blobs.Put(paper.Bytes, Ct);
            sources.Add(new(name, new(name + "-1-1", paper.FileName, blob.Sha256, blob.Size), 1 + needs.Select(need => sources[need].Wave).DefaultIfEmpty(0).Max(), needs));
        }
        var database = site.Part<Database>();
        var target = database.Read(db => Target.Find(db, "paper"))!;
        var id = await database.Write(tx => StartBatch.Put(tx, like with { TargetId = target.Id }, sources, site.Part<TimeProvider>().Stamp()), Ct);
        site.Part<Bells>().Ring(Bells.Batches);
        return id;
    }

    /// <summary>Woken by each change, until the batch is as wanted.</summary>
    public static async Task<BatchDetails> UntilBatch(this Site site, long id, Func<BatchDetails, bool> wanted)
    {
        var batch = await site.Admin.Batch(id, Ct);
        while (!wanted(batch)) batch = await site.Admin.WaitBatch(id, batch.Revision, 30, Ct);
        return batch;
    }

    public static async Task<IReadOnlyDictionary<string, BatchMember>> Members(this Site site, long id) =>
        (await site.Admin.BatchMembers(id, Ct)).Members.ToDictionary(member => member.Package);

    /// <summary>What a build of the source package of a batch comes to.</summary>
    public static Paper[] Results(LeasedRun run)
    {
        var name = run.Nvr[..run.Nvr.IndexOf('-', StringComparison.Ordinal)];
        return [Papers.Source(name, "1", "1.pp1"), Papers.Binary(name, "1", "1.pp1")];
    }
}
