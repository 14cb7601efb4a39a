namespace Skyline.Protocol;

/// <summary>Who changed what.</summary>
public sealed partial class SkylineClient
{
    /// <summary>The newest first.</summary>
    /// <param name="thing">"tag fedora-43", or the name alone.</param>
    /// <param name="since">A time, such as 2026-11-03 or 2026-11-03T08:00:00Z; only what came then or later.</param>
    /// <param name="before">Where an earlier page ended.</param>
    public Task<AuditPage> Audit(string? who, string? thing, string? since, long? before, int? limit, CancellationToken ct) => http.Get("api/audit" + Asked(
        ("who", who), ("thing", thing), ("since", since),
        ("before", before?.ToString(System.Globalization.CultureInfo.InvariantCulture)), ("limit", limit?.ToString(System.Globalization.CultureInfo.InvariantCulture))), SkylineJson.Default.AuditPage, ct);

    public Task<AuditHead> AuditHead(CancellationToken ct) => http.Get("api/audit/head", SkylineJson.Default.AuditHead, ct);

    /// <summary>Everything, a line an entry, from the first on: what <see cref="AuditChain"/> verifies.</summary>
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
