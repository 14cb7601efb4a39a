namespace Skyline.Protocol;

public sealed record NewChannel(string Name);

/// <summary>A named set of builders: the builds of a target go to those of its channel.</summary>
/// <param name="Targets">Whose builds they get.</param>
public sealed record ChannelDetails(string Name, IReadOnlyList<string> Builders, IReadOnlyList<string> Targets);

/// <summary>What is not given stays.</summary>
public sealed record TargetEdit(string? Channel = null, string? BuildTag = null, string? DestinationTag = null);
