using System.Globalization;

namespace Skyline.Server.Shell;

/// <summary>A list in the order of names, a page at a time for who asks: `?limit=` of them after `?after=`; where more are left, the header Link leads to them (RFC 8288).</summary>
static class Paged
{
    const int MostAtOnce = 5000;

    /// <param name="nameOf">By which the list is in order, each once.</param>
    /// <param name="limit">Null: all of it.</param>
    public static IResult Answer<T>(HttpContext http, IReadOnlyList<T> all, Func<T, string> nameOf, string? after, int? limit)
    {
        if (limit is < 1 or > MostAtOnce) return new Refusal(400, $"A limit is from 1 to {MostAtOnce}.").AsResult();
        var left = all.Where(one => after is null || string.CompareOrdinal(nameOf(one), after) > 0).OrderBy(nameOf, StringComparer.Ordinal).ToList();
        if (limit is not { } most || left.Count <= most) return TypedResults.Ok<IReadOnlyList<T>>(left);
        http.Response.Headers.Link = $"<{http.Request.Path}?limit={most.ToString(CultureInfo.InvariantCulture)}&after={Uri.EscapeDataString(nameOf(left[most - 1]))}>; rel=\"next\"";
        return TypedResults.Ok<IReadOnlyList<T>>(left[..most]);
    }
}
