using System.Text.Json.Serialization;

namespace Skyline.Protocol;

/// <summary>Where an advisory stands: only a published one is in the tag's repositories.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AdvisoryState>))]
public enum AdvisoryState
{
    /// <summary>Being written; clients do not see it.</summary>
    Draft,
    /// <summary>Clients are told of it, from the tag's next snapshot on.</summary>
    Published,
    /// <summary>It was published and clients are told no more; it can be published again.</summary>
    Withdrawn,
}

/// <summary>What an advisory is about, as `updateinfo` has it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AdvisoryType>))]
public enum AdvisoryType
{
    /// <summary>It mends a hole; `dnf upgrade --security` takes these.</summary>
    Security,
    /// <summary>It mends a fault.</summary>
    Bugfix,
    /// <summary>It brings something new to a package that was there.</summary>
    Enhancement,
    /// <summary>It brings a package that was not there before.</summary>
    NewPackage,
}

/// <summary>How bad what an advisory mends is, as `updateinfo` has it; of little use but for security.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AdvisorySeverity>))]
public enum AdvisorySeverity
{
    /// <summary>Nobody has said.</summary>
    None,
    /// <summary>The least of the four.</summary>
    Low,
    /// <summary>More than low.</summary>
    Moderate,
    /// <summary>More than moderate.</summary>
    Important,
    /// <summary>The worst.</summary>
    Critical,
}

/// <summary>What an advisory's reference points at.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReferenceType>))]
public enum ReferenceType
{
    /// <summary>A bug report.</summary>
    Bugzilla,
    /// <summary>A vulnerability's entry.</summary>
    Cve,
    /// <summary>Anything else.</summary>
    Url,
}

/// <summary>Where more is said of what an advisory mends: a link on its page and in clients.</summary>
/// <param name="Type">What it points at. A Cve needs an id, `CVE-YEAR-NUMBER`.</param>
/// <param name="Href">http or https, up to 2000 characters; only a Cve may lack it, and gets its page at cve.org.</param>
/// <param name="Id">The bug's number or the CVE's name, up to 200 characters; null: it has none.</param>
/// <param name="Title">What clients show in place of the address, up to 2000 characters; null: nothing.</param>
public sealed record AdvisoryReference(ReferenceType Type, string? Href = null, string? Id = null, string? Title = null);

/// <summary>An advisory that is to be written.</summary>
/// <param name="Tag">The tag whose repositories, and those that inherit from it, are to tell of it.</param>
/// <param name="Type">What it is about.</param>
/// <param name="Title">One line of up to 500 characters.</param>
/// <param name="Id">Letters, digits and `._-+:`, up to 100. Null: SKYLINE-YEAR-NUMBER, the next number.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Summary">Up to 50,000 characters; null: empty.</param>
/// <param name="Description">Up to 50,000 characters; null: empty.</param>
/// <param name="Rights">The copyright of the text, up to 50,000 characters; null: empty.</param>
/// <param name="References">Up to 200, in the order in which they are shown; null: none.</param>
/// <param name="Builds">NVRs of the builds that it is about; null: none yet. One that is published needs some.</param>
/// <param name="RebootSuggested">Clients are told to start the machine anew after it.</param>
/// <param name="RestartSuggested">Clients are told to start the package manager anew after it.</param>
/// <param name="ReloginSuggested">Clients are told to sign in anew after it.</param>
/// <param name="Publish">It is published at once; otherwise it is a draft.</param>
public sealed record NewAdvisory(
    string Tag, AdvisoryType Type, string Title, string? Id = null, AdvisorySeverity Severity = AdvisorySeverity.None, string? Summary = null, string? Description = null,
    string? Rights = null, IReadOnlyList<AdvisoryReference>? References = null, IReadOnlyList<string>? Builds = null,
    bool RebootSuggested = false, bool RestartSuggested = false, bool ReloginSuggested = false, bool Publish = false);

/// <summary>What is null stays as it is.</summary>
/// <param name="Type">What it is about.</param>
/// <param name="Title">One line of up to 500 characters.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Summary">Up to 50,000 characters.</param>
/// <param name="Description">Up to 50,000 characters.</param>
/// <param name="Rights">The copyright of the text, up to 50,000 characters.</param>
/// <param name="References">In place of all that there are; an empty list takes them away.</param>
/// <param name="RebootSuggested">Whether clients are told to start the machine anew after it.</param>
/// <param name="RestartSuggested">Whether clients are told to start the package manager anew after it.</param>
/// <param name="ReloginSuggested">Whether clients are told to sign in anew after it.</param>
public sealed record AdvisoryEdit(
    AdvisoryType? Type = null, string? Title = null, AdvisorySeverity? Severity = null, string? Summary = null, string? Description = null, string? Rights = null,
    IReadOnlyList<AdvisoryReference>? References = null, bool? RebootSuggested = null, bool? RestartSuggested = null, bool? ReloginSuggested = null);

/// <summary>Builds that an advisory is about.</summary>
/// <param name="Nvrs">NVRs of those to attach; one that is attached already stays so.</param>
public sealed record AdvisoryBuilds(IReadOnlyList<string> Nvrs);

/// <summary>An advisory as lists show it.</summary>
/// <param name="Id">What it is called: SKYLINE-YEAR-NUMBER, or the name that it was given.</param>
/// <param name="Tag">The tag that it belongs to.</param>
/// <param name="State">Whether clients are told of it.</param>
/// <param name="Type">What it is about.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Title">One line.</param>
/// <param name="IssuedAt">When it was first published, in UTC; null: it never was.</param>
/// <param name="ChangedAt">When anything of it last changed, in UTC.</param>
public sealed record AdvisorySummary(string Id, string Tag, AdvisoryState State, AdvisoryType Type, AdvisorySeverity Severity, string Title, DateTimeOffset? IssuedAt, DateTimeOffset ChangedAt);

/// <summary>Advisories, a page at a time.</summary>
/// <param name="Advisories">The newest first.</param>
/// <param name="Before">Where the next page begins: ask for `before=` this; null: that was all.</param>
public sealed record AdvisoryPage(IReadOnlyList<AdvisorySummary> Advisories, long? Before);

/// <summary>A build that an advisory is about.</summary>
/// <param name="Id">The build's number.</param>
/// <param name="Nvr">Its name, version and release.</param>
/// <param name="InTag">Whether the build is in the advisory's tag itself now.</param>
public sealed record AdvisoryBuild(long Id, string Nvr, bool InTag);

/// <summary>All of an advisory.</summary>
/// <param name="Id">What it is called: SKYLINE-YEAR-NUMBER, or the name that it was given.</param>
/// <param name="Tag">The tag that it belongs to.</param>
/// <param name="State">Whether clients are told of it.</param>
/// <param name="Type">What it is about.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Title">One line.</param>
/// <param name="Summary">Empty where nothing was written.</param>
/// <param name="Description">Empty where nothing was written.</param>
/// <param name="Rights">The copyright of the text; empty where none was given.</param>
/// <param name="RebootSuggested">Clients are told to start the machine anew after it.</param>
/// <param name="RestartSuggested">Clients are told to start the package manager anew after it.</param>
/// <param name="ReloginSuggested">Clients are told to sign in anew after it.</param>
/// <param name="References">In the order in which they were given.</param>
/// <param name="Builds">Those that are attached, by NVR.</param>
/// <param name="Owner">Who wrote it.</param>
/// <param name="Version">1 at first; grows with every change while it is published, and when it is withdrawn.</param>
/// <param name="CreatedAt">When it was written, in UTC.</param>
/// <param name="IssuedAt">When it was first published, in UTC; null: it never was.</param>
/// <param name="ChangedAt">When anything of it last changed, in UTC.</param>
public sealed record AdvisoryDetails(
    string Id, string Tag, AdvisoryState State, AdvisoryType Type, AdvisorySeverity Severity, string Title, string Summary, string Description, string Rights,
    bool RebootSuggested, bool RestartSuggested, bool ReloginSuggested, IReadOnlyList<AdvisoryReference> References, IReadOnlyList<AdvisoryBuild> Builds,
    string Owner, long Version, DateTimeOffset CreatedAt, DateTimeOffset? IssuedAt, DateTimeOffset ChangedAt);
