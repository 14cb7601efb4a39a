using System.Text.Json.Serialization;

namespace Skyline.Server.Shell;

/// <param name="Id">Unlike all others of the picture.</param>
/// <param name="State">A word of <see cref="StateBadge"/>'s, drawn as a colour and written beside the label.</param>
/// <param name="Note">A second, smaller line.</param>
public sealed record GraphNode(string Id, string Label, string? Href = null, string? State = null, string? Note = null);

/// <summary>From one node to another, by their ids; one that leads to no node is not drawn.</summary>
public sealed record GraphEdge(string From, string To, string? Label = null);

sealed record GraphPicture(string Direction, IReadOnlyList<GraphNode> Nodes, IReadOnlyList<GraphEdge> Edges);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(GraphPicture))]
sealed partial class GraphJson : JsonSerializerContext;
