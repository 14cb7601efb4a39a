using System.Text.Json;
using System.Text.Json.Serialization;

namespace Skyline.Protocol;

/// <summary>A change's answer (202), where it needs a second person: nothing is changed yet.</summary>
/// <param name="Approval">The number under which it waits: `GET /api/approvals/{id}`.</param>
/// <param name="Sentence">Who must do what.</param>
/// <param name="Digest">SHA-256, lower-case hex, of all that it would change: whoever agrees says it.</param>
/// <param name="ExpiresAt">Until when somebody can agree, in UTC: seven days from when it was asked for.</param>
public sealed record HeldChange(long Approval, string Sentence, string Digest, DateTimeOffset ExpiresAt);

/// <summary>The change was not made: it waits for a second person. The message is the server's sentence.</summary>
/// <param name="held">The server's answer.</param>
public sealed class WaitsForApprovalException(HeldChange held) : Exception(held.Sentence)
{
    /// <summary>What waits, and under which number.</summary>
    public HeldChange Held => held;
}

/// <summary>What became of something that waits for a second person.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ApprovalState>))]
public enum ApprovalState
{
    /// <summary>Nobody has decided on it yet.</summary>
    Waiting,
    /// <summary>Somebody agreed, and it was done.</summary>
    Done,
    /// <summary>Somebody refused it, with a reason.</summary>
    Refused,
    /// <summary>Whoever asked for it took it back.</summary>
    Withdrawn,
    /// <summary>What it would change was not what it was any more when somebody agreed: nothing was done, and it must be asked for anew.</summary>
    Stale,
    /// <summary>Nobody decided within seven days.</summary>
    Expired,
}

/// <summary>Something that waits for a second person, or did, as lists show it.</summary>
/// <param name="Id">Its number: `GET /api/approvals/{id}`.</param>
/// <param name="State">Whether it still waits, and how it ended.</param>
/// <param name="Act">What is asked for, in a sentence.</param>
/// <param name="Tags">Names of the tags that ask for a second person and that it changes.</param>
/// <param name="MadeBy">Who asked for it.</param>
/// <param name="MadeAt">When it was asked for, in UTC.</param>
/// <param name="ExpiresAt">Until when it can be agreed to, in UTC.</param>
/// <param name="Digest">SHA-256, lower-case hex, of all that it would change: whoever agrees says it.</param>
/// <param name="Revision">Grows with every change: `GET /api/approvals/{id}?since=REVISION&amp;wait=SECONDS` answers when it has grown.</param>
/// <param name="DecidedBy">Who agreed, refused or withdrew it, or found it stale; null: nobody yet.</param>
/// <param name="DecidedAt">When that was, in UTC; null: nobody has decided.</param>
/// <param name="Reason">Why it was refused, or what had become stale; null: nothing was said.</param>
/// <param name="Waived">On the host it was said that it needs no second person: who asked for it may agree themselves.</param>
public sealed record ApprovalSummary(
    long Id, ApprovalState State, string Act, IReadOnlyList<string> Tags, string MadeBy, DateTimeOffset MadeAt, DateTimeOffset ExpiresAt, string Digest, long Revision,
    string? DecidedBy = null, DateTimeOffset? DecidedAt = null, string? Reason = null, bool Waived = false);

/// <summary>What waits for a second person, or did, a page at a time.</summary>
/// <param name="Approvals">The newest first.</param>
/// <param name="NextBefore">Where the next page begins: ask for `before=` this; null: that was all.</param>
public sealed record ApprovalPage(IReadOnlyList<ApprovalSummary> Approvals, long? NextBefore);

/// <summary>One change of several, as the audit log will have it.</summary>
/// <param name="Thing">What is changed: "tag fedora-43".</param>
/// <param name="Act">What is done to it, in the packager's words.</param>
/// <param name="Before">The fields that it changes, as they are now: a JSON object; null: there is nothing yet.</param>
/// <param name="After">The same fields as they would be; null: there is nothing any more.</param>
public sealed record ApprovalChange(string Thing, string Act, JsonElement? Before, JsonElement? After);

/// <summary>Something that waits for a second person, and what it would do.</summary>
/// <param name="Approval">What lists show of it.</param>
/// <param name="Changes">What would change, in the order in which it is done.</param>
/// <param name="Packages">How many packages would be others in the tags, come or go: see <see cref="ApprovalDifference"/>.</param>
/// <param name="Why">A sentence: why whoever asks cannot agree, or why nobody can any more; null: they can.</param>
/// <param name="Request">The request that is carried out: "POST /api/tags/testing/promote?force=true"; null: a build goes into its tag.</param>
public sealed record ApprovalDetails(ApprovalSummary Approval, IReadOnlyList<ApprovalChange> Changes, int Packages, string? Why = null, string? Request = null);

/// <summary>What differs in the packages, a page at a time.</summary>
/// <param name="Approval">The number of what waits.</param>
/// <param name="Digest">SHA-256, lower-case hex, of all that it would change: what whoever agrees is to say.</param>
/// <param name="Packages">Up to ten, by tag and name.</param>
/// <param name="All">How many packages there are in all.</param>
/// <param name="Next">Where the next page begins: ask for `from=` this; null: that was all.</param>
public sealed record ApprovalDifference(long Approval, string Digest, IReadOnlyList<ChangedPackage> Packages, int All, int? Next);

/// <summary>A package that would be another in the tag, or come, or go.</summary>
/// <param name="Tag">The tag in which it would be another.</param>
/// <param name="Package">Name of its source package.</param>
/// <param name="Before">NVR of what is in the tag now; null: nothing is.</param>
/// <param name="BeforeBuild">Number of that build; null: there is none.</param>
/// <param name="After">NVR of what would be; null: it goes.</param>
/// <param name="AfterBuild">Number of the build that would be there; null: it goes.</param>
/// <param name="Rpms">Its binary packages, by name and architecture.</param>
/// <param name="Spec">Lines of the spec that go (-) and come (+), with those around them; null: it is the same, or cannot be read (see Why).</param>
/// <param name="Sources">Files of the source package, but for the spec, whose digest is another.</param>
/// <param name="Why">What could not be looked into, and why.</param>
public sealed record ChangedPackage(
    string Tag, string Package, string? Before, long? BeforeBuild, string? After, long? AfterBuild, IReadOnlyList<ChangedRpm> Rpms, IReadOnlyList<string>? Spec, IReadOnlyList<ChangedSource> Sources, string? Why = null);

/// <summary>A binary package, before and after.</summary>
/// <param name="FileName">As it would be; of one that goes, as it is.</param>
/// <param name="What">"new", "gone", "changed" or "the same".</param>
/// <param name="Files">Files that come, go or change (content, size, mode, owner, link; not the time), at most 300. Empty of one that goes or is the same.</param>
/// <param name="Scriptlets">Those that come, go or change.</param>
/// <param name="Dependencies">Those that come and go, one a line, at most 200: "+ requires: glibc &gt;= 2.38", "- provides: libfoo".</param>
/// <param name="MoreFiles">How many changed files there are beyond those that are listed.</param>
/// <param name="Why">A sentence: why it could not be looked into; null: it was.</param>
public sealed record ChangedRpm(string FileName, string What, IReadOnlyList<ChangedFile> Files, IReadOnlyList<ChangedScriptlet> Scriptlets, IReadOnlyList<string> Dependencies, int MoreFiles = 0, string? Why = null);

/// <summary>A file of a binary package.</summary>
/// <param name="Path">Where it is installed.</param>
/// <param name="What">"new", "gone", or what changed of it.</param>
public sealed record ChangedFile(string Path, string What);

/// <summary>A script that rpm runs when a package comes or goes.</summary>
/// <param name="Name">As rpm calls it: "%post".</param>
/// <param name="Before">Its text now, behind a line that names the program that runs it; null: there is none.</param>
/// <param name="After">Its text then, in the same form; null: there is none any more.</param>
public sealed record ChangedScriptlet(string Name, string? Before, string? After);

/// <summary>A file of a source package.</summary>
/// <param name="File">Its name in the source package.</param>
/// <param name="Before">The digest that the source package's header has of the file; null: there is none.</param>
/// <param name="After">The digest that it would have; null: it goes.</param>
public sealed record ChangedSource(string File, string? Before, string? After);

/// <summary>A second person agrees.</summary>
/// <param name="Digest">Of what they saw (<see cref="ApprovalSummary"/>): if it is another by now, nothing is done.</param>
public sealed record AgreeOrder(string Digest);

/// <summary>A second person refuses.</summary>
/// <param name="Reason">Why; whoever asked for it is told.</param>
public sealed record RefuseOrder(string Reason);
