namespace Skyline.Protocol;

/// <summary>How it stands with what is kept: what would go, what has gone, what was checked, what was exported.</summary>
/// <param name="Now">What the server is at now, such as "retention"; null: nothing of the kind.</param>
/// <param name="Nightly">When retention and collection are done, by the server's clock.</param>
/// <param name="Retention">Null: not once yet, as with the others.</param>
public sealed record KeepingState(
    string? Now, string Nightly, StoreSize Store, IReadOnlyList<TagKeeping> Tags, RetentionRun? Retention, CollectionRun? Collection, IReadOnlyList<CheckRun> Checks, IReadOnlyList<ExportRun> Exports);

/// <param name="Files">As of <paramref name="CountedAt"/>: they are counted when garbage is collected.</param>
/// <param name="LockBytes">Packages of upstreams that are kept because a build was made from them, beside the cache (ExternalBytes).</param>
/// <param name="RoomLeft">On the disk, beside the server's reserve.</param>
public sealed record StoreSize(long? Files, long? Bytes, DateTimeOffset? CountedAt, long DatabaseBytes, long ExternalBytes, long RoomLeft, long LockBytes = 0);

/// <param name="Going">How many of its snapshots the next night would remove, as of now.</param>
public sealed record TagKeeping(string Tag, TagRetention Policy, int Snapshots, int Going);

/// <param name="EndedAt">When it last came to its end; null: never.</param>
/// <param name="Why">Why the last try did not; null: it did.</param>
public sealed record LastTry(DateTimeOffset? EndedAt, DateTimeOffset TriedAt, string? Why);

public sealed record RetentionRun(LastTry Last, RetentionSummary? Removed);

/// <param name="SomeSnapshots">Of many the first.</param>
public sealed record RetentionSummary(int Snapshots, int Builds, int Uploads, int SignedCopies, IReadOnlyList<SnapshotRef> SomeSnapshots, IReadOnlyList<RemovedBuild> SomeBuilds);

public sealed record CollectionRun(LastTry Last, CollectedGarbage? Removed);

/// <param name="Tag">Null: everything.</param>
public sealed record CheckRun(string? Tag, LastTry Last, CheckSummary? Found);

/// <param name="SomeFindings">Of many the first.</param>
public sealed record CheckSummary(VerifyResult Result, IReadOnlyList<string> SomeFindings);

/// <param name="Path">Below the server's export folder; the last part is the tag.</param>
/// <param name="Scheduled">Whether it is written anew whenever the tag has a new snapshot.</param>
/// <param name="Newest">Whether it has the tag's newest snapshot.</param>
/// <param name="WhyNot">Why one that is scheduled cannot be done as things are set.</param>
/// <param name="Last">Null: it was not begun yet.</param>
public sealed record ExportRun(string Path, string Tag, bool Scheduled, bool Newest, string? WhyNot, LastTry? Last, ExportSummary? Has);

public sealed record ExportSummary(string Snapshot, int Packages, int Written, int Removed);
