namespace Skyline.Protocol;

/// <summary>What a tag keeps of its past.</summary>
/// <param name="KeepSnapshots">So many of its newest snapshots, and</param>
/// <param name="KeepDays">all that were its newest at some moment of so many days.</param>
public sealed record TagRetention(int KeepSnapshots, int KeepDays);

/// <param name="DryRun">Nothing was removed; this is what would be.</param>
/// <param name="Builds">Whose packages go: in no tag, in no kept snapshot, and not their package's newest.</param>
/// <param name="Uploads">Runs whose uploads go: of scratch builds, and of runs that came to nothing.</param>
/// <param name="SignedCopies">By keys that were retired, in no kept snapshot.</param>
public sealed record RetentionReport(bool DryRun, IReadOnlyList<TagRetentionReport> Tags, IReadOnlyList<RemovedBuild> Builds, int Uploads, int SignedCopies);

public sealed record TagRetentionReport(string Tag, TagRetention Policy, IReadOnlyList<SnapshotRetention> Snapshots);

/// <param name="Stays">Why; null: it goes.</param>
public sealed record SnapshotRetention(string Hash, DateTimeOffset CreatedAt, int Packages, string? Stays);

public sealed record RemovedBuild(long Id, string Nvr);

/// <param name="Blobs">Files that nothing points at and that are old enough to be nobody's.</param>
/// <param name="Kept">How many files stay.</param>
public sealed record CollectedGarbage(bool DryRun, int Blobs, long Bytes, long Kept = 0, long KeptBytes = 0);

/// <summary>One line of the answer to a check, which is told as it goes: a finding, how far it is, or, last, the result.</summary>
public sealed record VerifyLine(string? Finding = null, VerifyProgress? Progress = null, VerifyResult? Result = null);

/// <param name="Of">What is being checked: "blobs", "frames" …</param>
public sealed record VerifyProgress(string Of, long Done, long Bytes);

/// <param name="OrphanBlobs">Files that nothing points at (yet, or any more); garbage collection takes them when they are old enough.</param>
public sealed record VerifyResult(int Findings, long Blobs, long SignedPackages, long Frames, long MetadataFiles, long Snapshots, long Bytes, long OrphanBlobs, long OrphanBytes, double Seconds);

/// <param name="Folder">Below the server's export folder; empty: that folder itself.</param>
/// <param name="Snapshot">Null: the newest.</param>
public sealed record ExportOrder(string Folder = "", string? Snapshot = null);

/// <param name="Path">On the server.</param>
/// <param name="Written">Packages that no earlier export had; the others are hard links to what it wrote.</param>
public sealed record ExportedTree(string Path, string Snapshot, int Packages, int Written, int Removed);
