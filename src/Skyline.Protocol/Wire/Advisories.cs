using System.Text.Json.Serialization;

namespace Skyline.Protocol;

/// <summary>Only a published advisory is in the tag's repositories. A withdrawn one can be published again.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AdvisoryState>))]
public enum AdvisoryState { Draft, Published, Withdrawn }

[JsonConverter(typeof(JsonStringEnumConverter<AdvisoryType>))]
public enum AdvisoryType { Security, Bugfix, Enhancement, NewPackage }

[JsonConverter(typeof(JsonStringEnumConverter<AdvisorySeverity>))]
public enum AdvisorySeverity { None, Low, Moderate, Important, Critical }

[JsonConverter(typeof(JsonStringEnumConverter<ReferenceType>))]
public enum ReferenceType { Bugzilla, Cve, Url }

/// <param name="Href">http or https; of a CVE that has none, its page at cve.org.</param>
/// <param name="Id">The bug's number, the CVE's name.</param>
public sealed record AdvisoryReference(ReferenceType Type, string? Href = null, string? Id = null, string? Title = null);

/// <param name="Id">Null: SKYLINE-YEAR-NUMBER, the next number.</param>
/// <param name="Builds">NVRs.</param>
/// <param name="Publish">At once; otherwise it is a draft.</param>
public sealed record NewAdvisory(
    string Tag, AdvisoryType Type, string Title, string? Id = null, AdvisorySeverity Severity = AdvisorySeverity.None, string? Summary = null, string? Description = null,
    string? Rights = null, IReadOnlyList<AdvisoryReference>? References = null, IReadOnlyList<string>? Builds = null,
    bool RebootSuggested = false, bool RestartSuggested = false, bool ReloginSuggested = false, bool Publish = false);

/// <summary>What is null stays as it is.</summary>
public sealed record AdvisoryEdit(
    AdvisoryType? Type = null, string? Title = null, AdvisorySeverity? Severity = null, string? Summary = null, string? Description = null, string? Rights = null,
    IReadOnlyList<AdvisoryReference>? References = null, bool? RebootSuggested = null, bool? RestartSuggested = null, bool? ReloginSuggested = null);

/// <param name="Nvrs">The builds to attach.</param>
public sealed record AdvisoryBuilds(IReadOnlyList<string> Nvrs);

public sealed record AdvisorySummary(string Id, string Tag, AdvisoryState State, AdvisoryType Type, AdvisorySeverity Severity, string Title, DateTimeOffset? IssuedAt, DateTimeOffset ChangedAt);

/// <param name="Before">Ask for the next page with it; null: there is none.</param>
public sealed record AdvisoryPage(IReadOnlyList<AdvisorySummary> Advisories, long? Before);

/// <param name="InTag">Whether the build is in the advisory's tag now: if not, the tag's repositories do not tell of it.</param>
public sealed record AdvisoryBuild(long Id, string Nvr, bool InTag);

/// <param name="Version">Grows with every change of what is published.</param>
/// <param name="IssuedAt">When it was first published.</param>
public sealed record AdvisoryDetails(
    string Id, string Tag, AdvisoryState State, AdvisoryType Type, AdvisorySeverity Severity, string Title, string Summary, string Description, string Rights,
    bool RebootSuggested, bool RestartSuggested, bool ReloginSuggested, IReadOnlyList<AdvisoryReference> References, IReadOnlyList<AdvisoryBuild> Builds,
    string Owner, long Version, DateTimeOffset CreatedAt, DateTimeOffset? IssuedAt, DateTimeOffset ChangedAt);
