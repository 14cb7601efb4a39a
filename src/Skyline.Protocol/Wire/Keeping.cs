namespace Skyline.Protocol;

/// <summary>What a tag keeps of its past.</summary>
/// <param name="KeepSnapshots">So many of its newest snapshots stay: 1 to 100,000.</param>
/// <param name="KeepDays">All that were its newest at some moment of the last so many days stay as well: 0 to 36,500.</param>
public sealed record TagRetention(int KeepSnapshots, int KeepDays);

/// <summary>What retention removed, or would.</summary>
/// <param name="DryRun">Nothing was removed; this is what would be.</param>
/// <param name="Tags">Each tag's snapshots, and which of them go.</param>
/// <param name="Builds">Whose packages go: in no tag, in no kept snapshot, and not their package's newest.</param>
/// <param name="Uploads">Of how many runs the uploads go: of scratch builds, and of runs that came to nothing.</param>
/// <param name="SignedCopies">How many copies go that are signed by keys that were retired and are in no kept snapshot.</param>
public sealed record RetentionReport(bool DryRun, IReadOnlyList<TagRetentionReport> Tags, IReadOnlyList<RemovedBuild> Builds, int Uploads, int SignedCopies);

/// <summary>What retention does to a tag's snapshots, as of now.</summary>
/// <param name="Tag">Name of the tag.</param>
/// <param name="Policy">How much it keeps.</param>
/// <param name="Snapshots">The newest first.</param>
public sealed record TagRetentionReport(string Tag, TagRetention Policy, IReadOnlyList<SnapshotRetention> Snapshots);

/// <summary>A snapshot, and whether it stays.</summary>
/// <param name="Hash">What it is called in addresses: SHA-256, lower-case hex.</param>
/// <param name="CreatedAt">When it was made, in UTC.</param>
/// <param name="Packages">How many it holds, in all its repositories.</param>
/// <param name="Stays">A sentence: why it stays; null: it goes.</param>
public sealed record SnapshotRetention(string Hash, DateTimeOffset CreatedAt, int Packages, string? Stays);

/// <summary>A build whose packages go; the build itself, its logs and its source package stay.</summary>
/// <param name="Id">Its number: `GET /api/builds/{id}`.</param>
/// <param name="Nvr">Its name, version and release.</param>
public sealed record RemovedBuild(long Id, string Nvr);

/// <summary>What garbage collection removed, or would.</summary>
/// <param name="DryRun">Nothing was removed; this is what would be.</param>
/// <param name="Blobs">How many files go: nothing points at them, and they are more than an hour old.</param>
/// <param name="Bytes">How many bytes those are.</param>
/// <param name="Kept">How many files stay.</param>
/// <param name="KeptBytes">How many bytes stay.</param>
public sealed record CollectedGarbage(bool DryRun, int Blobs, long Bytes, long Kept = 0, long KeptBytes = 0);

/// <summary>One line of the answer to a check, which is told as it goes: a finding, how far it is, or, last, the result.</summary>
/// <param name="Finding">A sentence: what is wrong, and where; null: this line is another.</param>
/// <param name="Progress">How far it is; null: this line is another.</param>
/// <param name="Result">The result, with which the answer ends; null: this line is another.</param>
public sealed record VerifyLine(string? Finding = null, VerifyProgress? Progress = null, VerifyResult? Result = null);

/// <summary>How far a check is.</summary>
/// <param name="Of">What is being checked: "blobs", "frames", "metadata files" or "snapshots".</param>
/// <param name="Done">How many of them were checked so far.</param>
/// <param name="Bytes">How many bytes were read so far, of all that was checked.</param>
public sealed record VerifyProgress(string Of, long Done, long Bytes);

/// <summary>What a check has found.</summary>
/// <param name="Findings">How many things are wrong; 0: all is well.</param>
/// <param name="Blobs">How many kept files were read.</param>
/// <param name="SignedPackages">How many signed packages that are made of them were digested.</param>
/// <param name="Frames">How many pieces of metadata were digested; of a check of one tag none are.</param>
/// <param name="MetadataFiles">How many files of repositories' metadata were digested.</param>
/// <param name="Snapshots">How many snapshots were held against what they list.</param>
/// <param name="Bytes">How many bytes were read.</param>
/// <param name="OrphanBlobs">Files that nothing points at (yet, or any more); garbage collection takes them when they are old enough.</param>
/// <param name="OrphanBytes">How many bytes those are.</param>
/// <param name="Seconds">How long it took, in seconds.</param>
public sealed record VerifyResult(int Findings, long Blobs, long SignedPackages, long Frames, long MetadataFiles, long Snapshots, long Bytes, long OrphanBlobs, long OrphanBytes, double Seconds);

/// <summary>A tag is to be written to the disk, for mirrors.</summary>
/// <param name="Folder">Below the server's export folder; empty: that folder itself.</param>
/// <param name="Snapshot">Its hash; null: the newest.</param>
public sealed record ExportOrder(string Folder = "", string? Snapshot = null);

/// <summary>A tag, as it was written to the disk.</summary>
/// <param name="Path">On the server.</param>
/// <param name="Snapshot">Hash of the snapshot that it has now.</param>
/// <param name="Packages">How many it has.</param>
/// <param name="Written">Packages that no earlier export had; the others are hard links to what it wrote.</param>
/// <param name="Removed">How many packages have left it, and folders of architectures that the tag has no more.</param>
public sealed record ExportedTree(string Path, string Snapshot, int Packages, int Written, int Removed);
