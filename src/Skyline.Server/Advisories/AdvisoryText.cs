using System.Text.RegularExpressions;
using Skyline.Protocol;
using Skyline.Server.Shell;

namespace Skyline.Server.Advisories;

/// <summary>What an advisory says, apart from which packages it is about.</summary>
sealed record AdvisoryText(
    AdvisoryType Type, AdvisorySeverity Severity, string Title, string Summary, string Description, string Rights, Rpm.AdvisorySuggests Suggests, IReadOnlyList<AdvisoryReference> References)
{
    const int LongestTitle = 500, LongestText = 50_000, LongestLink = 2_000, MostReferences = 200;

    public static AdvisoryText Of(NewAdvisory wanted) => new(
        wanted.Type, wanted.Severity, wanted.Title ?? "", wanted.Summary ?? "", wanted.Description ?? "", wanted.Rights ?? "",
        SuggestsOf(wanted.RebootSuggested, wanted.RestartSuggested, wanted.ReloginSuggested), Completed(wanted.References ?? []));

    public static AdvisoryText Of(AdvisoryRow row) => new(
        Enum.Parse<AdvisoryType>(row.Type), Enum.Parse<AdvisorySeverity>(row.Severity), row.Title, row.Summary, row.Description, row.Rights, row.Does, row.References);

    public AdvisoryText Edited(AdvisoryEdit edit) => new(
        edit.Type ?? Type, edit.Severity ?? Severity, edit.Title ?? Title, edit.Summary ?? Summary, edit.Description ?? Description, edit.Rights ?? Rights,
        SuggestsOf(edit.RebootSuggested ?? Has(Rpm.AdvisorySuggests.Reboot), edit.RestartSuggested ?? Has(Rpm.AdvisorySuggests.Restart), edit.ReloginSuggested ?? Has(Rpm.AdvisorySuggests.Relogin)),
        edit.References is null ? References : Completed(edit.References));

    public bool IsSame(AdvisoryText other) => this with { References = [] } == other with { References = [] } && References.SequenceEqual(other.References);

    public Refusal? Refuse() =>
        !Enum.IsDefined(Type) || !Enum.IsDefined(Severity) ? new(400, $"An advisory's type is one of {string.Join(", ", Enum.GetNames<AdvisoryType>())}, its severity one of {string.Join(", ", Enum.GetNames<AdvisorySeverity>())}.")
        : string.IsNullOrWhiteSpace(Title) || Title.Length > LongestTitle || Title.Any(char.IsControl) ? new(400, $"An advisory has a title: one line of up to {LongestTitle} characters.")
        : new[] { Summary, Description, Rights }.Any(text => text.Length > LongestText) ? new(400, $"An advisory's texts have up to {LongestText} characters each.")
        : References.Count > MostReferences ? new(400, $"An advisory has up to {MostReferences} references; this one would have {References.Count}.")
        : References.FirstOrDefault(link => !IsGood(link)) is { } bad ? new(400, $"The reference '{bad.Href ?? bad.Id}' is none: its address is http or https, of up to {LongestLink} characters, and a CVE is called CVE-YEAR-NUMBER.")
        : null;

    bool Has(Rpm.AdvisorySuggests what) => Suggests.HasFlag(what);

    static Rpm.AdvisorySuggests SuggestsOf(bool reboot, bool restart, bool relogin) =>
        (reboot ? Rpm.AdvisorySuggests.Reboot : 0) | (restart ? Rpm.AdvisorySuggests.Restart : 0) | (relogin ? Rpm.AdvisorySuggests.Relogin : 0);

    static AdvisoryReference[] Completed(IReadOnlyList<AdvisoryReference> links) => [.. links.Select(link =>
        link is { Type: ReferenceType.Cve, Href: null, Id: { } id } ? link with { Href = $"https://www.cve.org/CVERecord?id={Uri.EscapeDataString(id)}" } : link ?? new(ReferenceType.Url))];

    /// <summary>The address becomes a link on pages and in clients.</summary>
    static bool IsGood(AdvisoryReference link) =>
        Enum.IsDefined(link.Type) && link.Href is { Length: <= LongestLink } href && Uri.TryCreate(href, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
        && !href.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)) && (link.Id?.Length ?? 0) <= 200 && (link.Title?.Length ?? 0) <= LongestLink
        && (link.Type != ReferenceType.Cve || link.Id is { } id && Cve.IsMatch(id));

    static readonly Regex Cve = new(@"\ACVE-[0-9]{4}-[0-9]{4,19}\z", RegexOptions.CultureInvariant);
}
