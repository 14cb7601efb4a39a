namespace Skyline.Protocol;

/// <summary>The body of what webhooks are sent. Readers skip what they do not know: there may be more some day.</summary>
/// <param name="Type">The event's name, as "build.failed".</param>
/// <param name="Timestamp">When it happened.</param>
/// <param name="Server">This server's address; none where it is not set (`Skyline__PublicUrl`), and links are paths then.</param>
public sealed record WebhookMessage(string Type, DateTimeOffset Timestamp, string? Server, WebhookData Data);

/// <summary>What the event is about: some of these.</summary>
/// <param name="By">Who did it; none: this server.</param>
public sealed record WebhookData(
    ToldBuild? Build = null, ToldTag? Tag = null, ToldSnapshot? Snapshot = null, ToldBatch? Batch = null, ToldSideTag? SideTag = null, ToldBuilder? Builder = null, string? By = null);

/// <param name="State">As the event says, whatever it has become since.</param>
/// <param name="Why">Of one that failed or was cancelled.</param>
/// <param name="Batch">The batch that it is of.</param>
public sealed record ToldBuild(
    long Id, string Nvr, BuildState State, bool Scratch, string Owner, string? Target, string? Tag, string? Why, DateTimeOffset SubmittedAt, DateTimeOffset? EndedAt, long? Batch, string Link);

public sealed record ToldTag(string Name, string Link);

/// <param name="Hash">The snapshot's name in addresses.</param>
public sealed record ToldSnapshot(string Hash, string Link);

/// <param name="Kind">Chain, MassRebuild or ScheduledRun.</param>
/// <param name="State">Complete, Failed or Cancelled.</param>
/// <param name="Done">How many of its members were built; of how many.</param>
public sealed record ToldBatch(long Id, string Kind, string Title, string State, string Owner, string? Target, int Done, int Members, string Link);

/// <param name="GoesAt">When it is removed, if nothing more happens to it.</param>
/// <param name="Why">As the end of a sentence: "it has been empty for a day".</param>
public sealed record ToldSideTag(string Name, string Owner, DateTimeOffset? GoesAt, string? Why, string Link);

/// <param name="Run">What it ran when it went silent.</param>
public sealed record ToldBuilder(string Name, long? Run, string Link);
