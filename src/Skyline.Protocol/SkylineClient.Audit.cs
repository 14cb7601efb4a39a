namespace Skyline.Protocol;

// Who changed what.
public sealed partial class SkylineClient
{
    /// <summary>Who changed what, the newest first, a page at a time. For administrators.</summary>
    /// <param name="who">Only what this person, or builder, did; null: everybody.</param>
    /// <param name="thing">"tag fedora-43", or the name alone; null: everything.</param>
    /// <param name="since">A time, such as 2026-11-03 or 2026-11-03T08:00:00Z; only what came then or later.</param>
    /// <param name="before">Where an earlier page ended, its <see cref="AuditPage.Before"/>.</param>
    /// <param name="limit">How many at most, 1 to 500; null: 100.</param>
    /// <param name="ct">Ends the call; what the server has begun by then stays.</param>
    /// <exception cref="RefusedException">400: that is no time or no limit.</exception>
    public Task<AuditPage> Audit(string? who, string? thing, string? since, long? before, int? limit, CancellationToken ct) => http.Get("api/audit" + Asked(
        ("who", who), ("thing", thing), ("since", since),
        ("before", before?.ToString(System.Globalization.CultureInfo.InvariantCulture)), ("limit", limit?.ToString(System.Globalization.CultureInfo.InvariantCulture))), SkylineJson.Default.AuditPage, ct);

    /// <summary>
    /// Number and hash of the newest entry; of an empty log 0 and <see cref="AuditChain.Beginning"/>. Whoever keeps it elsewhere can tell later whether the log was shortened. For administrators.
    /// </summary>
    public Task<AuditHead> AuditHead(CancellationToken ct) => http.Get("api/audit/head", SkylineJson.Default.AuditHead, ct);

    /// <summary>Everything, a line an entry, from the first on: what <see cref="AuditChain"/> verifies. For administrators.</summary>
    /// <exception cref="RefusedException">Comes with the first line that is asked for.</exception>
    public async IAsyncEnumerable<string> ExportAudit([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        using var response = await http.GetAsync("api/audit/export", HttpCompletionOption.ResponseHeadersRead, ct);
        await HttpCalls.ThrowIfRefused(response, ct);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(ct));
        while (await reader.ReadLineAsync(ct) is { } line) yield return line;
    }

    static string Asked(params (string Name, string? Value)[] parts)
    {
        var given = parts.Where(part => part.Value is not null).Select(part => $"{part.Name}={Uri.EscapeDataString(part.Value!)}").ToList();
        return given.Count == 0 ? "" : "?" + string.Join('&', given);
    }
}
