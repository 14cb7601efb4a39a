using System.Text.Json.Serialization;

namespace Skyline.Protocol;

/// <summary>What the address of an external repository is, in dnf's words.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ExternalKind>))]
public enum ExternalKind { BaseUrl, Metalink, MirrorList }

/// <param name="Url">http or https, with dnf's variables $basearch, $arch and $releasever in it.</param>
/// <param name="Keys">Armored OpenPGP public keys: packages must be signed by one, and so must the metadata where it is signed at all.</param>
/// <param name="SignedMetadata">The metadata must be signed (dnf's repo_gpgcheck).</param>
/// <param name="Priority">A lower one wins, as in dnf.</param>
/// <param name="ReleaseVersion">What $releasever stands for; needed only where the address has it.</param>
/// <param name="Arches">Architectures to pin at once; null: those that this server's builders build for.</param>
public sealed record NewExternal(
    string Name, ExternalKind Kind, string Url, string? Keys = null, bool SignedMetadata = false, int Priority = 99,
    string? ReleaseVersion = null, IReadOnlyList<string>? Arches = null);

/// <param name="State">Hash of the newest pinned state; null while there is none.</param>
/// <param name="Fault">Why the last try to refresh it failed; the pinned state is served all the same.</param>
/// <param name="Refreshing">Its upstream is being asked right now.</param>
/// <param name="Path">Where this server serves the newest state.</param>
public sealed record ExternalArch(
    string Arch, string? State, int Packages, DateTimeOffset? PinnedAt, DateTimeOffset? TriedAt, string? Fault, bool Refreshing, string Path);

/// <param name="Chroot">The chroot whose definition names it; null for one that was added.</param>
public sealed record ExternalSummary(string Name, ExternalKind Kind, string Url, int Priority, string? Chroot, IReadOnlyList<ExternalArch> Arches);

/// <param name="SignedBy">Fingerprint of the key that signed this state's metadata.</param>
/// <param name="Bytes">Of its metadata.</param>
/// <param name="Path">Where this server serves this very state.</param>
public sealed record PinnedState(string Arch, string Hash, DateTimeOffset PinnedAt, int Packages, long Bytes, string? SignedBy, string Path);

/// <param name="Keys">Fingerprints of the keys that were given.</param>
/// <param name="Tags">Tags that it was added to.</param>
/// <param name="States">Pinned states that are kept, the newest of each architecture first.</param>
public sealed record ExternalDetails(
    string Name, ExternalKind Kind, string Url, int Priority, string? Chroot, string? ReleaseVersion, bool SignedMetadata,
    IReadOnlyList<string> Keys, IReadOnlyList<string> Tags, IReadOnlyList<ExternalArch> Arches, IReadOnlyList<PinnedState> States);

/// <param name="Priority">In this tag's buildroots; null: the external repository's own.</param>
/// <param name="Tag">The tag that it is inherited from; null: its own.</param>
public sealed record TagExternal(string Name, int? Priority = null, string? Tag = null);
