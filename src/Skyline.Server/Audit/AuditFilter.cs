namespace Skyline.Server.Audit;

/// <summary>Which entries of the audit log somebody looks for; what is null says nothing.</summary>
/// <param name="Thing">"tag fedora-43", or the name alone.</param>
/// <param name="Act">A part of what was done: "removed".</param>
/// <param name="Since">As entries have it; from then on.</param>
/// <param name="Until">As entries have it; before then.</param>
sealed record AuditFilter(string? Who = null, string? Thing = null, string? Act = null, string? Since = null, string? Until = null)
{
    /// <returns>The filter, or which of the times is none.</returns>
    public static (AuditFilter Filter, string? NoTime) Of(string? who, string? thing, string? act, string? since, string? until)
    {
        var (first, last) = (AuditEndpoints.Since(since, out var from), AuditEndpoints.Since(until, out var to));
        return (new(Given(who), Given(thing), Given(act), from, to), first ? last ? null : until : since);
    }

    static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
