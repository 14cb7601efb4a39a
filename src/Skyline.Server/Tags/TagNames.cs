using Skyline.Protocol;

namespace Skyline.Server.Tags;

/// <summary>
/// Where an address names a tag or a target, the name that is meant takes the place of how it is written there: USER~NAME is USER/NAME.
/// This is the one place that does so; what writes addresses asks <see cref="TagAddress"/>.
/// </summary>
static class TagNames
{
    static readonly string[] named = ["tag", "tagAgain", "parent", "target", "name", "project"];

    public static void UseTagNames(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        foreach (var one in named)
            if (http.Request.RouteValues.TryGetValue(one, out var value) && value is string part && TagAddress.Name(part) is var meant && meant != part) http.Request.RouteValues[one] = meant;
        return next(http);
    });
}
