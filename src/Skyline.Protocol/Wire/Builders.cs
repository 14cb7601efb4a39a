namespace Skyline.Protocol;

public sealed record NewBuilder(string Name, string Owner);

/// <param name="Token">Shown this once; the server keeps its hash only.</param>
public sealed record EnrolledBuilder(string Name, string Token);

public sealed record BuilderSummary(
    string Name, string Owner, bool Enabled, IReadOnlyList<string> Arches, string? Version, string? Isolation,
    DateTimeOffset? LastSeenAt, int Running);
