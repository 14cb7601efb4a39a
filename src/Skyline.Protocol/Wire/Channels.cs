namespace Skyline.Protocol;

/// <summary>A channel that is to be made.</summary>
/// <param name="Name">Letters, digits and `._-+`, up to 100, beginning with a letter or digit.</param>
public sealed record NewChannel(string Name);

/// <summary>A named set of builders: the builds of a target go to those of its channel.</summary>
/// <param name="Name">As targets and builders say it.</param>
/// <param name="Builders">Names of the builders that work in it.</param>
/// <param name="Targets">Names of the targets whose builds they get.</param>
public sealed record ChannelDetails(string Name, IReadOnlyList<string> Builders, IReadOnlyList<string> Targets);

/// <summary>What is not given stays.</summary>
/// <param name="Channel">Name of the channel whose builders get its builds from now on.</param>
/// <param name="BuildTag">The tag that its buildroots are made of from now on.</param>
/// <param name="DestinationTag">The tag that its results go to from now on.</param>
public sealed record TargetEdit(string? Channel = null, string? BuildTag = null, string? DestinationTag = null);
