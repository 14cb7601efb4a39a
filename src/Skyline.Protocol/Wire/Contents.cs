using Skyline.Rpm;

namespace Skyline.Protocol;

/// <summary>What a package that a build made says of itself. Its files are had a page at a time, beside this.</summary>
/// <param name="Build">Number of the build.</param>
/// <param name="FileName">"hello-2.12-1.x86_64.rpm".</param>
/// <param name="Nevra">"hello-2.12-1.x86_64"; an epoch other than 0 stands before the version.</param>
/// <param name="Facts">What its header says in single words and sentences.</param>
/// <param name="SignedBy">The keys that it is served with, the newest last; empty: it is not signed (a scratch build's).</param>
/// <param name="FileCount">How many files it holds or owns.</param>
/// <param name="Scripts">What it has run when it, or what it watches, comes or goes; up to 100, each cut after 65,536 characters.</param>
/// <param name="Dependencies">By kind, in the order of a spec file; kinds that it has none of are left out.</param>
/// <param name="Changelog">The newest first, up to 200, each cut after 16,384 characters.</param>
/// <param name="MoreChangelog">How many entries there are beside those.</param>
public sealed record BuiltPackage(
    long Build, string FileName, string Nevra, StatedFacts Facts, IReadOnlyList<PackageSignature> SignedBy, int FileCount, IReadOnlyList<PackageScript> Scripts,
    IReadOnlyList<DependencyGroup> Dependencies, IReadOnlyList<ChangelogEntry> Changelog, int MoreChangelog);

/// <summary>What a package's header says of it. Texts are as the packager wrote them, cut after 16,384 characters; what is not said is empty.</summary>
/// <param name="Summary">In one line.</param>
/// <param name="Description">In several.</param>
/// <param name="License">An SPDX expression, or what the packager took for one.</param>
/// <param name="Url">Where what is packaged comes from, as the packager wrote it: not checked to be an address.</param>
/// <param name="Group">Of old specs.</param>
/// <param name="Vendor">Who distributes it.</param>
/// <param name="Packager">Who packaged it.</param>
/// <param name="BuildHost">The machine that it says to be from.</param>
/// <param name="BuiltAt">The time that it says to be from, in UTC; null: it says none.</param>
/// <param name="SourceRpm">File name of the source package that it was built from; null: it is one.</param>
/// <param name="InstalledBytes">What its files take.</param>
/// <param name="PayloadCompressor">"zstd", "xz", "gzip", …</param>
/// <param name="RpmVersion">The rpm that made it.</param>
/// <param name="Format">Version of the package format: 3, 4 or 6.</param>
/// <param name="ContentHash">L0: SHA-256, lower-case hex, of the package without its signatures.</param>
public sealed record StatedFacts(
    string Summary, string Description, string License, string Url, string Group, string Vendor, string Packager, string BuildHost, DateTimeOffset? BuiltAt, string? SourceRpm,
    long InstalledBytes, string PayloadCompressor, string RpmVersion, int Format, string ContentHash);

/// <summary>A key that a package is served signed with.</summary>
/// <param name="Fingerprint">In upper-case hex.</param>
/// <param name="SignedAt">In UTC.</param>
public sealed record PackageSignature(string Fingerprint, DateTimeOffset SignedAt);

/// <summary>What a package says of others, of one kind.</summary>
/// <param name="Kind">As a spec file calls it: provides, requires, conflicts, obsoletes, recommends, suggests, supplements, enhances.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Entries">As a spec file writes them ("glibc >= 2.34"), in the header's order, up to 2,000.</param>
public sealed record DependencyGroup(string Kind, int Count, IReadOnlyList<string> Entries);

/// <summary>Files of a package, a page at a time, by path.</summary>
/// <param name="Count">How many the package has altogether.</param>
/// <param name="Matching">How many of them have what was asked for in their path.</param>
/// <param name="Files">Those from Start on.</param>
/// <param name="Start">How many that match come before these.</param>
/// <param name="Next">Where the next page begins: ask for `start=` this; null: that was all.</param>
public sealed record PackageFiles(int Count, int Matching, IReadOnlyList<PackedFile> Files, int Start, int? Next);

/// <summary>A file of a package.</summary>
/// <param name="Path">Absolute; a plain name in a source package.</param>
/// <param name="Mode">As `ls -l` writes it: "-rwxr-xr-x".</param>
/// <param name="Size">In bytes; 0 of what is no regular file.</param>
/// <param name="Owner">Name of the user that it belongs to.</param>
/// <param name="Group">Name of the group that it belongs to.</param>
/// <param name="LinkTarget">Of a symbolic link; null: it is none.</param>
/// <param name="Digest">Hex; null of what is no regular file.</param>
/// <param name="Kinds">What it is to the package: "config", "config(noreplace)", "doc", "license", "ghost", "spec".</param>
public sealed record PackedFile(string Path, string Mode, long Size, string Owner, string Group, string? LinkTarget, string? Digest, IReadOnlyList<string> Kinds);
