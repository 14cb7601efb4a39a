using Skyline.Protocol;
using Skyline.Server.Shell;

namespace Skyline.Server.Batches;

/// <summary>A batch as a picture: each member and what it waits for; or, where that is more than anybody takes in, its waves.</summary>
static class BatchPicture
{
    /// <summary>Beyond these it is drawn by wave.</summary>
    public const int MostMembers = 60, MostEdges = 240;

    /// <param name="members">All of them, unless they are more than <see cref="MostMembers"/>.</param>
    public static (IReadOnlyList<GraphNode> Nodes, IReadOnlyList<GraphEdge> Edges) Of(BatchDetails batch, IReadOnlyList<BatchMember> members, Words words)
    {
        if (batch.Counts.All > MostMembers || members.Count != batch.Counts.All) return ByWave(batch, words);
        var nodes = members.Select(member => new GraphNode(Id(member), member.Package, member.Build is { } build ? $"/builds/{build}" : null, member.State.ToString().ToLowerInvariant(), member.Tries > 1 ? words["try {0}", member.Tries] : null)).ToList();
        var edges = members.SelectMany(member => member.Needs.Select(need => Before(members, member, need)).OfType<BatchMember>().DistinctBy(before => before.Id).Select(before => new GraphEdge(Id(before), Id(member)))).ToList();
        return edges.Count > MostEdges ? ByWave(batch, words) : (nodes, edges);
    }

    static string Id(BatchMember member) => $"m{member.Id}";

    /// <summary>Of a package that is built twice, the last one before it.</summary>
    static BatchMember? Before(IReadOnlyList<BatchMember> members, BatchMember member, string need) => members.Where(one => one.Package == need && one.Id != member.Id && one.Wave < member.Wave).MaxBy(one => one.Wave);

    static (IReadOnlyList<GraphNode>, IReadOnlyList<GraphEdge>) ByWave(BatchDetails batch, Words words) =>
    (
        [.. batch.Waves.Select(wave => new GraphNode($"w{wave.Wave}", words[BatchWords.NumberedWaveOf(batch.Kind), wave.Wave], State: StateOf(wave.Counts), Note: words["{0} of {1} built", wave.Counts.Done, wave.Counts.All]))],
        [.. batch.Waves.Zip(batch.Waves.Skip(1), (before, after) => new GraphEdge($"w{before.Wave}", $"w{after.Wave}"))]
    );

    /// <summary>What somebody who watches is to see first.</summary>
    static string StateOf(BatchCounts counts) =>
        counts.Failed > 0 ? "failed" : counts.Building > 0 ? "building" : counts.Done == counts.All ? "done" : counts.Blocked > 0 ? "blocked" : counts.Waiting > 0 ? "waiting" : "cancelled";
}
