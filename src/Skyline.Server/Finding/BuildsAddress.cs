using Skyline.Protocol;

namespace Skyline.Server.Finding;

/// <summary>Addresses of the list of builds: what is asked is in them, so they can be kept and handed on.</summary>
static class BuildsAddress
{
    /// <param name="and">Where the page begins ("before=17"); null: at the beginning.</param>
    public static string Of(BuildFilter filter, string? and = null) => Of(filter.Parts(), and);

    /// <summary>The same without one thing that is asked.</summary>
    public static string Without(BuildFilter filter, string name, string value) => Of(filter.Parts().Where(part => part != (name, value)), null);

    static string Of(IEnumerable<(string Name, string Value)> parts, string? and)
    {
        var query = string.Join('&', parts.Select(part => $"{part.Name}={Uri.EscapeDataString(part.Value)}").Concat(and is null ? [] : [and]));
        return query.Length == 0 ? "/builds" : $"/builds?{query}";
    }
}
