namespace Skyline.Server.Shell;

/// <summary>A page's address with what is chosen on it in its query.</summary>
static class PageAddress
{
    /// <param name="query">What is null or empty is left out.</param>
    public static string Of(string path, params ReadOnlySpan<(string Name, string? Value)> query)
    {
        var text = new System.Text.StringBuilder(path);
        var sign = '?';
        foreach (var (name, value) in query)
        {
            if (string.IsNullOrEmpty(value)) continue;
            text.Append(sign).Append(name).Append('=').Append(Uri.EscapeDataString(value));
            sign = '&';
        }
        return text.ToString();
    }
}
