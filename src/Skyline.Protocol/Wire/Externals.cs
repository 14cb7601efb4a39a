using System.Text.Json.Serialization;

namespace Skyline.Protocol;

/// <summary>What the address of an external repository is, in dnf's words.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ExternalKind>))]
public enum ExternalKind
{
    /// <summary>The repository itself: `repodata/repomd.xml` is below it.</summary>
    BaseUrl,
    /// <summary>A metalink (XML): mirrors, and which `repomd.xml` is the right one.</summary>
    Metalink,
    /// <summary>A list of mirrors, an address a line.</summary>
    MirrorList,
}

/// <summary>An upstream repository that is to be pinned and cached here.</summary>
/// <param name="Name">Letters, digits and `._-+`, up to 100, beginning with a letter or digit.</param>
/// <param name="Kind">What the address is.</param>
/// <param name="Url">http or https, with dnf's variables $basearch, $arch and $releasever in it.</param>
/// <param name="Keys">Armored OpenPGP public keys, up to 256 KiB: packages must be signed by one, and so must the metadata where it is signed at all. Null: nothing is checked against keys.</param>
/// <param name="SignedMetadata">The metadata must be signed (dnf's repo_gpgcheck).</param>
/// <param name="Priority">1 to 9999; a lower one wins, as in dnf.</param>
/// <param name="ReleaseVersion">What $releasever stands for; needed only where the address has it. Null: nothing.</param>
/// <param name="Arches">Architectures to pin at once; null: those that this server's builders build for.</param>
public sealed record NewExternal(
    string Name, ExternalKind Kind, string Url, string? Keys = null, bool SignedMetadata = false, int Priority = 99,
    string? ReleaseVersion = null, IReadOnlyList<string>? Arches = null);

/// <summary>An external repository, as it stands for one architecture.</summary>
/// <param name="Arch">As rpm calls it: "x86_64".</param>
/// <param name="State">SHA-256, lower-case hex, of the newest pinned state's repomd.xml; null while there is none.</param>
/// <param name="Packages">How many that state has; 0 while there is none.</param>
/// <param name="PinnedAt">When that state was pinned, in UTC; null while there is none.</param>
/// <param name="TriedAt">When its upstream was last asked, in UTC; null: never.</param>
/// <param name="Fault">Why the last try to refresh it failed; the pinned state is served all the same. Null: it did not fail.</param>
/// <param name="Refreshing">Its upstream is being asked right now.</param>
/// <param name="Path">Where this server serves the newest state.</param>
public sealed record ExternalArch(
    string Arch, string? State, int Packages, DateTimeOffset? PinnedAt, DateTimeOffset? TriedAt, string? Fault, bool Refreshing, string Path);

/// <summary>An external repository as lists show it.</summary>
/// <param name="Name">As tags say it; of one that a chroot definition names, CHROOT-REPO.</param>
/// <param name="Kind">What the address is.</param>
/// <param name="Url">As given, with dnf's variables in it.</param>
/// <param name="Priority">A lower one wins, as in dnf.</param>
/// <param name="Chroot">The chroot whose definition names it; null for one that was added.</param>
/// <param name="Arches">How it stands for each architecture; empty: no build has needed it yet.</param>
public sealed record ExternalSummary(string Name, ExternalKind Kind, string Url, int Priority, string? Chroot, IReadOnlyList<ExternalArch> Arches);

/// <summary>A state of an external repository that is kept: it never changes.</summary>
/// <param name="Arch">As rpm calls it: "x86_64".</param>
/// <param name="Hash">SHA-256, lower-case hex, of its repomd.xml.</param>
/// <param name="PinnedAt">When it was pinned, in UTC.</param>
/// <param name="Packages">How many it has.</param>
/// <param name="Bytes">Size of its metadata in bytes.</param>
/// <param name="SignedBy">Fingerprint of the key that signed this state's metadata, in upper-case hex; null: it was not checked against keys.</param>
/// <param name="Path">Where this server serves this very state.</param>
public sealed record PinnedState(string Arch, string Hash, DateTimeOffset PinnedAt, int Packages, long Bytes, string? SignedBy, string Path);

/// <summary>An external repository, and the states that are kept of it.</summary>
/// <param name="Name">As tags say it; of one that a chroot definition names, CHROOT-REPO.</param>
/// <param name="Kind">What the address is.</param>
/// <param name="Url">As given, with dnf's variables in it.</param>
/// <param name="Priority">A lower one wins, as in dnf.</param>
/// <param name="Chroot">The chroot whose definition names it; null for one that was added.</param>
/// <param name="ReleaseVersion">What $releasever in the address stands for; null: nothing was given.</param>
/// <param name="SignedMetadata">The metadata must be signed (dnf's repo_gpgcheck).</param>
/// <param name="Keys">Fingerprints of the keys that were given, in upper-case hex.</param>
/// <param name="Tags">Names of the tags that it was added to.</param>
/// <param name="Arches">How it stands for each architecture; empty: no build has needed it yet.</param>
/// <param name="States">Pinned states that are kept, the newest of each architecture first.</param>
public sealed record ExternalDetails(
    string Name, ExternalKind Kind, string Url, int Priority, string? Chroot, string? ReleaseVersion, bool SignedMetadata,
    IReadOnlyList<string> Keys, IReadOnlyList<string> Tags, IReadOnlyList<ExternalArch> Arches, IReadOnlyList<PinnedState> States);

/// <summary>An external repository of a tag's buildroots.</summary>
/// <param name="Name">The external repository's.</param>
/// <param name="Priority">In this tag's buildroots; null: the external repository's own.</param>
/// <param name="Tag">The tag that it is inherited from; null: its own.</param>
public sealed record TagExternal(string Name, int? Priority = null, string? Tag = null);
