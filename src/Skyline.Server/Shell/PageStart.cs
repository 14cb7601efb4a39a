using System.Globalization;

namespace Skyline.Server.Shell;

/// <summary>Where a list goes on, as a page's address says; what is no number is the list's beginning.</summary>
static class PageStart
{
    public static long? Of(string? before) => long.TryParse(before, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
