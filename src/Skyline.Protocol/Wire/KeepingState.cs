namespace Skyline.Protocol;

/// <summary>How it stands with what is kept: what would go, what has gone, what was checked, what was exported.</summary>
/// <param name="Now">What the server is at now, such as "retention"; null: nothing of the kind.</param>
/// <param name="Nightly">When retention and collection are done, by the server's clock: "03:20".</param>
/// <param name="Store">How large what is kept is.</param>
/// <param name="Tags">What each tag keeps, and what would go.</param>
/// <param name="Retention">The last time that snapshots and packages were removed by age; null: not once yet.</param>
/// <param name="Collection">The last time that files were removed that nothing points at; null: not once yet.</param>
/// <param name="Checks">The last check of everything, and of each tag that was checked by itself.</param>
/// <param name="Exports">The trees that there are, and those that the settings ask for.</param>
public sealed record KeepingState(
    string? Now, string Nightly, StoreSize Store, IReadOnlyList<TagKeeping> Tags, RetentionRun? Retention, CollectionRun? Collection, IReadOnlyList<CheckRun> Checks, IReadOnlyList<ExportRun> Exports);

/// <summary>How large what is kept is.</summary>
/// <param name="Files">How many files are kept, as of <paramref name="CountedAt"/>: they are counted when garbage is collected. Null: they never were.</param>
/// <param name="Bytes">How many bytes those are; null: they were never counted.</param>
/// <param name="CountedAt">When they were counted, in UTC; null: never.</param>
/// <param name="DatabaseBytes">Size of the database in bytes.</param>
/// <param name="ExternalBytes">Size of the cache of external repositories' packages in bytes.</param>
/// <param name="RoomLeft">Bytes left on the disk, beside the server's reserve.</param>
/// <param name="LockBytes">Bytes of upstreams' packages that are kept because a build was made from them, beside the cache (ExternalBytes).</param>
public sealed record StoreSize(long? Files, long? Bytes, DateTimeOffset? CountedAt, long DatabaseBytes, long ExternalBytes, long RoomLeft, long LockBytes = 0);

/// <summary>What a tag keeps of its past.</summary>
/// <param name="Tag">Name of the tag.</param>
/// <param name="Policy">How much it is to keep.</param>
/// <param name="Snapshots">How many it has.</param>
/// <param name="Going">How many of its snapshots the next night would remove, as of now.</param>
public sealed record TagKeeping(string Tag, TagRetention Policy, int Snapshots, int Going);

/// <summary>How the last try of some work went.</summary>
/// <param name="EndedAt">When it last came to its end, in UTC; null: never.</param>
/// <param name="TriedAt">When it was last tried, in UTC.</param>
/// <param name="Why">Why the last try did not; null: it did.</param>
public sealed record LastTry(DateTimeOffset? EndedAt, DateTimeOffset TriedAt, string? Why);

/// <summary>The last time that snapshots and packages were removed by age.</summary>
/// <param name="Last">How it went.</param>
/// <param name="Removed">What the last that came to its end removed; null: none did.</param>
public sealed record RetentionRun(LastTry Last, RetentionSummary? Removed);

/// <summary>What retention has removed.</summary>
/// <param name="Snapshots">How many snapshots.</param>
/// <param name="Builds">Of how many builds the packages.</param>
/// <param name="Uploads">Of how many runs the uploads.</param>
/// <param name="SignedCopies">How many signed copies of packages.</param>
/// <param name="SomeSnapshots">The snapshots; of more than a hundred the first hundred.</param>
/// <param name="SomeBuilds">The builds; of more than a hundred the first hundred.</param>
public sealed record RetentionSummary(int Snapshots, int Builds, int Uploads, int SignedCopies, IReadOnlyList<SnapshotRef> SomeSnapshots, IReadOnlyList<RemovedBuild> SomeBuilds);

/// <summary>The last time that files were removed that nothing points at.</summary>
/// <param name="Last">How it went.</param>
/// <param name="Removed">What the last that came to its end removed; null: none did.</param>
public sealed record CollectionRun(LastTry Last, CollectedGarbage? Removed);

/// <summary>The last check of everything, or of one tag.</summary>
/// <param name="Tag">The tag; null: everything.</param>
/// <param name="Last">How it went.</param>
/// <param name="Found">What the last that came to its end found; null: none did.</param>
public sealed record CheckRun(string? Tag, LastTry Last, CheckSummary? Found);

/// <summary>What a check has found, with some of it by name.</summary>
/// <param name="Result">How much was checked, and how much is wrong.</param>
/// <param name="SomeFindings">A sentence each; of more than a hundred the first hundred.</param>
public sealed record CheckSummary(VerifyResult Result, IReadOnlyList<string> SomeFindings);

/// <summary>A tree for mirrors, and how its last export went.</summary>
/// <param name="Path">Below the server's export folder; the last part is the tag.</param>
/// <param name="Tag">The tag that is in it.</param>
/// <param name="Scheduled">Whether it is written anew whenever the tag has a new snapshot.</param>
/// <param name="Newest">Whether it has the tag's newest snapshot.</param>
/// <param name="WhyNot">A sentence: why one that is scheduled cannot be done as things are set; null: it can.</param>
/// <param name="Last">Null: it was not begun yet.</param>
/// <param name="Has">What it has; null: nothing was written yet.</param>
public sealed record ExportRun(string Path, string Tag, bool Scheduled, bool Newest, string? WhyNot, LastTry? Last, ExportSummary? Has);

/// <summary>What a tree for mirrors has.</summary>
/// <param name="Snapshot">Hash of the snapshot.</param>
/// <param name="Packages">How many packages.</param>
/// <param name="Written">How many of them its last export wrote; the others are hard links to what was there.</param>
/// <param name="Removed">How many packages left with it, and folders of architectures that the tag has no more.</param>
public sealed record ExportSummary(string Snapshot, int Packages, int Written, int Removed);
