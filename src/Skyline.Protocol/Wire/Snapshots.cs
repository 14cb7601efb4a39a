namespace Skyline.Protocol;

/// <summary>A state of a tag's repositories: at /repos/TAG/@HASH/ for as long as it is kept.</summary>
/// <param name="Packages">In all its repositories.</param>
/// <param name="Events">What it took in that the one before did not have, newest first; of many the newest.</param>
/// <param name="MoreEvents">How many more it took in.</param>
public sealed record SnapshotSummary(long Id, string Hash, DateTimeOffset CreatedAt, int Packages, IReadOnlyList<TagEventDetails> Events, int MoreEvents);

public sealed record SnapshotPage(IReadOnlyList<SnapshotSummary> Snapshots, long? NextBefore);

/// <param name="Newest">Whether it is what the tag's own address serves.</param>
public sealed record SnapshotDetails(string Tag, SnapshotSummary Snapshot, bool Newest, IReadOnlyList<SnapshotRepo> Repositories);

/// <param name="Address">Path on this server.</param>
public sealed record SnapshotRepo(string Name, int Packages, string Address);

public sealed record SnapshotRef(string Tag, string Hash, DateTimeOffset CreatedAt);

/// <summary>What one snapshot holds that another does not.</summary>
/// <param name="NotShown">How many changes more there are than are listed.</param>
public sealed record SnapshotDiff(SnapshotRef From, SnapshotRef To, IReadOnlyList<PackageChange> Changes, int NotShown);

/// <summary>Whether a tag's newest snapshot holds builds, and if not, why.</summary>
/// <param name="Pending">Whether it will as things are: a snapshot is being written, or a build is on its way.</param>
public sealed record RepoHolds(string Snapshot, bool Holds, bool Pending, string Why);
