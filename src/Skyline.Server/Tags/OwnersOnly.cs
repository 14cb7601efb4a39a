using Skyline.Protocol;
using Skyline.Server.People;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>Before a tag is changed: whoever asks must be its owner or an administrator, also of the other tag where builds go to one.</summary>
static class OwnersOnly
{
    public static async ValueTask<object?> Filter(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var why = http.RequestServices.GetRequiredService<Database>().Read(db =>
            Changed(context).Select(name => Tag.Find(db, name)).OfType<Tag>().Select(tag => TagRights.WhyNotChange(db, http.User.PersonId(), tag.Id)).FirstOrDefault(why => why is not null));
        return why is null ? await next(context) : why.AsResult();
    }

    /// <summary>What is promoted stays where it is.</summary>
    static string[] Changed(EndpointFilterInvocationContext context)
    {
        var own = (string)(context.HttpContext.GetRouteValue("tag") ?? context.HttpContext.GetRouteValue("name"))!;
        return context.Arguments.OfType<PromoteBuilds>().FirstOrDefault() is { } promote ? [promote.To ?? ""]
            : context.Arguments.OfType<MoveBuilds>().FirstOrDefault() is { } move ? [own, move.To ?? ""]
            : [own];
    }
}
