using Skyline.Protocol;
using Skyline.Server.Batches;
using Skyline.Server.Shell;

namespace Skyline.Server.Chains;

/// <summary>A chain that has not begun, as a picture: what each member waits for; or, where that is more than anybody takes in, its links.</summary>
static class PlanPicture
{
    public static (IReadOnlyList<GraphNode> Nodes, IReadOnlyList<GraphEdge> Edges) Of(ChainPlan plan, Words words)
    {
        var nodes = plan.Links.SelectMany(link => link.Members).Select(member => new GraphNode(Id(member.Nvr, member.Bootstrap), member.Nvr, Note: member.Bootstrap ? words["bootstrap"] : null)).DistinctBy(node => node.Id).ToList();
        var edges = plan.Links.SelectMany(link => link.Members).SelectMany(member => member.Needs.Select(need => new GraphEdge(Id(need.Nvr, need.Bootstrap), Id(member.Nvr, member.Bootstrap), need.Requirement))).DistinctBy(edge => (edge.From, edge.To)).ToList();
        return Bounded(nodes, edges, [.. plan.Links.Select(link => link.Members.Count)], words);
    }

    /// <summary>Of one that is arranged by hand: each waits for all of the link before.</summary>
    public static (IReadOnlyList<GraphNode> Nodes, IReadOnlyList<GraphEdge> Edges) Of(IReadOnlyList<IReadOnlyList<DraftSource>> links, Words words)
    {
        var nodes = links.SelectMany(link => link).Select(source => new GraphNode(source.Short, source.Name)).ToList();
        var edges = links.Zip(links.Skip(1), (before, after) => before.SelectMany(one => after.Select(other => new GraphEdge(one.Short, other.Short)))).SelectMany(some => some).Take(BatchPicture.MostEdges + 1).ToList();
        return Bounded(nodes, edges, [.. links.Select(link => link.Count)], words);
    }

    static string Id(string nvr, bool bootstrap) => bootstrap ? nvr + " bootstrap" : nvr;

    static (IReadOnlyList<GraphNode>, IReadOnlyList<GraphEdge>) Bounded(List<GraphNode> nodes, List<GraphEdge> edges, IReadOnlyList<int> links, Words words) =>
        nodes.Count <= BatchPicture.MostMembers && edges.Count <= BatchPicture.MostEdges ? (nodes, edges)
        : ([.. links.Select((members, link) => new GraphNode($"l{link}", words["Link {0}", link + 1], Note: words.Count(members, "{0} package", "{0} packages")))],
            [.. Enumerable.Range(1, Math.Max(0, links.Count - 1)).Select(link => new GraphEdge($"l{link - 1}", $"l{link}"))]);
}
