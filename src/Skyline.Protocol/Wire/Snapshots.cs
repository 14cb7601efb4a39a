namespace Skyline.Protocol;

/// <summary>A state of a tag's repositories: at /repos/TAG/@HASH/ for as long as it is kept.</summary>
/// <param name="Id">Its number; a page goes on from it.</param>
/// <param name="Hash">What it is called in addresses: SHA-256, lower-case hex; of the same content the same.</param>
/// <param name="CreatedAt">When it was made, in UTC.</param>
/// <param name="Packages">In all its repositories.</param>
/// <param name="Events">What it took in that the one before did not have, newest first; of many the newest.</param>
/// <param name="MoreEvents">How many more it took in.</param>
public sealed record SnapshotSummary(long Id, string Hash, DateTimeOffset CreatedAt, int Packages, IReadOnlyList<TagEventDetails> Events, int MoreEvents);

/// <summary>A tag's snapshots, a page at a time.</summary>
/// <param name="Snapshots">The newest first; those that are kept.</param>
/// <param name="NextBefore">Where the next page begins: ask for `before=` this; null: that was all.</param>
public sealed record SnapshotPage(IReadOnlyList<SnapshotSummary> Snapshots, long? NextBefore);

/// <summary>One snapshot of a tag.</summary>
/// <param name="Tag">Name of the tag.</param>
/// <param name="Snapshot">What lists show of it.</param>
/// <param name="Newest">Whether it is what the tag's own address serves.</param>
/// <param name="Repositories">For each architecture its own and its "-debug", then "src".</param>
public sealed record SnapshotDetails(string Tag, SnapshotSummary Snapshot, bool Newest, IReadOnlyList<SnapshotRepo> Repositories);

/// <summary>A repository of a snapshot.</summary>
/// <param name="Name">The architecture, an architecture's "-debug", or "src".</param>
/// <param name="Packages">How many it has.</param>
/// <param name="Address">Path on this server.</param>
public sealed record SnapshotRepo(string Name, int Packages, string Address);

/// <summary>Which snapshot is meant.</summary>
/// <param name="Tag">Of this tag.</param>
/// <param name="Hash">What it is called in addresses: SHA-256, lower-case hex.</param>
/// <param name="CreatedAt">When it was made, in UTC.</param>
public sealed record SnapshotRef(string Tag, string Hash, DateTimeOffset CreatedAt);

/// <summary>What one snapshot holds that another does not.</summary>
/// <param name="From">The snapshot that is compared with.</param>
/// <param name="To">The snapshot that is compared.</param>
/// <param name="Changes">What leads from the first to the second.</param>
/// <param name="NotShown">How many changes more there are than are listed.</param>
public sealed record SnapshotDiff(SnapshotRef From, SnapshotRef To, IReadOnlyList<PackageChange> Changes, int NotShown);

/// <summary>Whether a tag's newest snapshot holds builds, and if not, why.</summary>
/// <param name="Snapshot">Hash of the newest snapshot; empty: there is none yet.</param>
/// <param name="Holds">Whether it has them all.</param>
/// <param name="Pending">Whether it will as things are: a snapshot is being written, or a build is on its way.</param>
/// <param name="Why">A sentence: since when it has them, what is waited for, or why it will not.</param>
public sealed record RepoHolds(string Snapshot, bool Holds, bool Pending, string Why);
