namespace Skyline.Protocol;

/// <summary>The body of what webhooks are sent. Readers skip what they do not know: there may be more some day.</summary>
/// <param name="Type">The event's name, as "build.failed".</param>
/// <param name="Timestamp">When it happened, in UTC.</param>
/// <param name="Server">This server's address; null where it is not set (`Skyline__PublicUrl`), and links are paths then.</param>
/// <param name="Data">What it is about.</param>
public sealed record WebhookMessage(string Type, DateTimeOffset Timestamp, string? Server, WebhookData Data);

/// <summary>What the event is about: some of these.</summary>
/// <param name="Build">A build was begun, or ended.</param>
/// <param name="Tag">The tag that something came into, or left, or that has a new state.</param>
/// <param name="Snapshot">The tag's new state.</param>
/// <param name="Batch">A chain, a mass rebuild or a run by the clock is over.</param>
/// <param name="SideTag">A side tag is about to go.</param>
/// <param name="Builder">A builder went silent.</param>
/// <param name="By">Who did it; null: this server.</param>
public sealed record WebhookData(
    ToldBuild? Build = null, ToldTag? Tag = null, ToldSnapshot? Snapshot = null, ToldBatch? Batch = null, ToldSideTag? SideTag = null, ToldBuilder? Builder = null, string? By = null);

/// <summary>A build that an event is about.</summary>
/// <param name="Id">Its number: `GET /api/builds/{id}`.</param>
/// <param name="Nvr">Its name, version and release.</param>
/// <param name="State">As the event says, whatever it has become since.</param>
/// <param name="Scratch">It goes into no tag.</param>
/// <param name="Owner">Who submitted it.</param>
/// <param name="Target">The target that it is for; null: its packages were imported.</param>
/// <param name="Tag">The target's destination; null: it has none.</param>
/// <param name="Why">A sentence, of one that failed or was cancelled; null: it did not, or was not.</param>
/// <param name="SubmittedAt">When it was submitted, in UTC.</param>
/// <param name="EndedAt">When it ended, in UTC; null: it has not.</param>
/// <param name="Batch">Number of the batch that it is of; null: of none.</param>
/// <param name="Link">Its page.</param>
public sealed record ToldBuild(
    long Id, string Nvr, BuildState State, bool Scratch, string Owner, string? Target, string? Tag, string? Why, DateTimeOffset SubmittedAt, DateTimeOffset? EndedAt, long? Batch, string Link);

/// <summary>A tag that an event is about.</summary>
/// <param name="Name">As it was made.</param>
/// <param name="Link">Its page.</param>
public sealed record ToldTag(string Name, string Link);

/// <summary>A tag's new state.</summary>
/// <param name="Hash">What it is called in addresses: SHA-256, lower-case hex.</param>
/// <param name="Link">Its page.</param>
public sealed record ToldSnapshot(string Hash, string Link);

/// <summary>A chain, a mass rebuild or a run by the clock that is over.</summary>
/// <param name="Id">Its number: `GET /api/batches/{id}`.</param>
/// <param name="Kind">Chain, MassRebuild or ScheduledRun.</param>
/// <param name="Title">What people call it.</param>
/// <param name="State">Complete, Failed or Cancelled.</param>
/// <param name="Owner">Who began it.</param>
/// <param name="Target">The target that its builds are for.</param>
/// <param name="Done">How many of its members were built.</param>
/// <param name="Members">How many it has.</param>
/// <param name="Link">Its page.</param>
public sealed record ToldBatch(long Id, string Kind, string Title, string State, string Owner, string? Target, int Done, int Members, string Link);

/// <summary>A side tag that is about to go.</summary>
/// <param name="Name">TARGET-side-NUMBER.</param>
/// <param name="Owner">Who made it.</param>
/// <param name="GoesAt">When it is removed, if nothing more happens to it, in UTC; null: it is not any more.</param>
/// <param name="Why">As the end of a sentence: "it has been empty for a day"; null: it does not go any more.</param>
/// <param name="Link">Its page.</param>
public sealed record ToldSideTag(string Name, string Owner, DateTimeOffset? GoesAt, string? Why, string Link);

/// <summary>A builder that went silent while it built.</summary>
/// <param name="Name">As it was enrolled.</param>
/// <param name="Run">Number of the run that it had when it went silent.</param>
/// <param name="Link">Its page.</param>
public sealed record ToldBuilder(string Name, long? Run, string Link);
