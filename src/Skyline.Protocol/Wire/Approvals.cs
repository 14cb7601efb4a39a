using System.Text.Json;
using System.Text.Json.Serialization;

namespace Skyline.Protocol;

/// <summary>A change's answer (202), where it needs a second person: nothing is changed yet.</summary>
/// <param name="Sentence">Who must do what.</param>
/// <param name="Digest">Of all that it would change: whoever agrees says it.</param>
public sealed record HeldChange(long Approval, string Sentence, string Digest, DateTimeOffset ExpiresAt);

/// <summary>The change was not made: it waits for a second person. The message is the server's sentence.</summary>
public sealed class WaitsForApprovalException(HeldChange held) : Exception(held.Sentence)
{
    public HeldChange Held => held;
}

/// <summary>Stale: what it would change was not what it was any more when somebody agreed.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ApprovalState>))]
public enum ApprovalState { Waiting, Done, Refused, Withdrawn, Stale, Expired }

/// <param name="Act">What is asked for, in a sentence.</param>
/// <param name="DecidedBy">Who agreed, refused or withdrew it, or found it stale.</param>
/// <param name="Waived">On the host it was said that it needs no second person.</param>
public sealed record ApprovalSummary(
    long Id, ApprovalState State, string Act, IReadOnlyList<string> Tags, string MadeBy, DateTimeOffset MadeAt, DateTimeOffset ExpiresAt, string Digest, long Revision,
    string? DecidedBy = null, DateTimeOffset? DecidedAt = null, string? Reason = null, bool Waived = false);

public sealed record ApprovalPage(IReadOnlyList<ApprovalSummary> Approvals, long? NextBefore);

/// <param name="Before">The fields that it changes, as they are, and as they would be.</param>
public sealed record ApprovalChange(string Thing, string Act, JsonElement? Before, JsonElement? After);

/// <param name="Why">Why whoever asks cannot agree; null: they can.</param>
/// <param name="Packages">How many packages it changes: see the difference.</param>
/// <param name="Request">The request that is carried out: "POST /api/tags/testing/promote?force=true"; null: a build goes into its tag.</param>
public sealed record ApprovalDetails(ApprovalSummary Approval, IReadOnlyList<ApprovalChange> Changes, int Packages, string? Why = null, string? Request = null);

/// <summary>What differs in the packages, a page at a time.</summary>
/// <param name="Next">Where the next page begins (`from=`); null: that was all.</param>
public sealed record ApprovalDifference(long Approval, string Digest, IReadOnlyList<ChangedPackage> Packages, int All, int? Next);

/// <summary>A package that would be another in the tag, or come, or go.</summary>
/// <param name="Before">NVR of what is in the tag now; null: nothing is.</param>
/// <param name="After">NVR of what would be; null: it goes.</param>
/// <param name="Spec">Lines of the spec that go (-) and come (+), with those around them; null: it is the same, or cannot be read (see Why).</param>
/// <param name="Why">What could not be looked into, and why.</param>
public sealed record ChangedPackage(
    string Tag, string Package, string? Before, long? BeforeBuild, string? After, long? AfterBuild, IReadOnlyList<ChangedRpm> Rpms, IReadOnlyList<string>? Spec, IReadOnlyList<ChangedSource> Sources, string? Why = null);

/// <param name="FileName">As it would be; of one that goes, as it is.</param>
/// <param name="What">"new", "gone", "changed" or "the same".</param>
public sealed record ChangedRpm(string FileName, string What, IReadOnlyList<ChangedFile> Files, IReadOnlyList<ChangedScriptlet> Scriptlets, IReadOnlyList<string> Dependencies, int MoreFiles = 0, string? Why = null);

/// <param name="What">"new", "gone", or what changed of it.</param>
public sealed record ChangedFile(string Path, string What);

/// <param name="Name">As rpm calls it: "%post".</param>
public sealed record ChangedScriptlet(string Name, string? Before, string? After);

/// <param name="Before">The digest that the source package's header has of the file; null: there is none.</param>
public sealed record ChangedSource(string File, string? Before, string? After);

/// <param name="Digest">Of what was seen.</param>
public sealed record AgreeOrder(string Digest);

public sealed record RefuseOrder(string Reason);
