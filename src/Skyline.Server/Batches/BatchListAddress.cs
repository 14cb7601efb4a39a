using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Skyline.Protocol;

namespace Skyline.Server.Batches;

/// <summary>What of a list of batches is shown, as the page's address has it.</summary>
static class BatchListAddress
{
    /// <param name="before">Where the next page begins.</param>
    public static string Of(string page, string? kind, string? state, bool mine, long? before = null)
    {
        (string Name, string? Value)[] all = [("kind", kind?.ToLowerInvariant()), ("state", state?.ToLowerInvariant()), ("mine", mine ? "true" : null), ("before", before?.ToString(CultureInfo.InvariantCulture))];
        return QueryHelpers.AddQueryString(page, all.Where(one => one.Value is { Length: > 0 }).Select(one => KeyValuePair.Create(one.Name, one.Value)));
    }

    public static BatchState? State(string? text) => Enum.TryParse<BatchState>(text, ignoreCase: true, out var state) && Enum.IsDefined(state) ? state : null;

    public static BatchKind? Kind(string? text) => Enum.TryParse<BatchKind>(text, ignoreCase: true, out var kind) && Enum.IsDefined(kind) ? kind : null;
}
