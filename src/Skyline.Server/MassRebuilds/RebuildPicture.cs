using Skyline.Protocol;
using Skyline.Server.Batches;
using Skyline.Server.Shell;

namespace Skyline.Server.MassRebuilds;

/// <summary>A mass rebuild that has not begun, as a picture: which package is built after which; or, where that is more than anybody takes in, its waves.</summary>
static class RebuildPicture
{
    public static (IReadOnlyList<GraphNode> Nodes, IReadOnlyList<GraphEdge> Edges) Of(IReadOnlyList<PlannedRebuild> packages, Words words)
    {
        if (packages.Count <= BatchPicture.MostMembers && packages.Sum(package => package.After.Count) <= BatchPicture.MostEdges)
            return ([.. packages.Select(package => new GraphNode(package.Package, package.Package))], [.. packages.SelectMany(package => package.After.Select(before => new GraphEdge(before, package.Package)))]);
        var waves = packages.GroupBy(package => package.Wave).OrderBy(wave => wave.Key).ToList();
        return ([.. waves.Select(wave => new GraphNode($"w{wave.Key}", words["Wave {0}", wave.Key], Note: words.Count(wave.Count(), "{0} package", "{0} packages")))],
            [.. waves.Zip(waves.Skip(1), (before, after) => new GraphEdge($"w{before.Key}", $"w{after.Key}"))]);
    }
}
