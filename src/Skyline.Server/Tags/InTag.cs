using System.Data;
using System.Security.Claims;
using Skyline.Protocol;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Storage;

namespace Skyline.Server.Tags;

/// <summary>
/// An endpoint changes the tag that its address names. Who lacks the role for it comes in all the same if they own the tag or are named there,
/// as far as their token goes; and who comes in by role may not, if the tag is somebody else's or closed (<see cref="TagRule"/>).
/// </summary>
sealed record InTag(Access Access)
{
    /// <summary>For the door: whether somebody whose role is not enough is let in. (Where a promotion goes is in what is sent, which is looked at behind it.)</summary>
    public bool LetsIn(HttpContext http, CallerIdentity caller, Right right) => caller.PersonId is { } person && caller.AsFarAs.HasFlag(right)
        && http.RequestServices.GetRequiredService<Database>().Read(db => Access != Access.Promote && Named(http) is { } name
            ? Tag.Find(db, name) is { } tag && TagRights.IsNamed(db, Access, person, tag.Id)
            : IsNamed(db, person));

    /// <summary>To do something, in any tag.</summary>
    public static bool IsNamed(IDbConnection db, long person) => db.One<bool>("""
        SELECT EXISTS (SELECT 1 FROM tag_grants g WHERE g.revoked_at IS NULL AND g.access <> 'read' AND (g.user_id = @person OR g.team_id IN (SELECT team_id FROM team_members WHERE user_id = @person)))
            OR EXISTS (SELECT 1 FROM tags WHERE owner_id = @person AND removed_at IS NULL)
        """, new { person });

    public static async ValueTask<object?> Filter(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var (http, access) = (context.HttpContext, context.HttpContext.GetEndpoint()!.Metadata.GetMetadata<InTag>()!.Access);
        return WhyNot(http, Changed(context, access)) is { } why ? why.AsResult() : await next(context);
    }

    /// <summary>For a form, which says by its fields what it changes: asked of who sent it, as the API's endpoints ask.</summary>
    /// <returns>Null: they may.</returns>
    public static Refusal? WhyNot(HttpContext http, (string Name, Access Access)[] asked)
    {
        http.Items[typeof(InTag)] = asked;
        return http.RequestServices.GetRequiredService<Database>().Read(db => asked
            .Select(one => Tag.Find(db, one.Name) is { } tag ? TagRights.WhyNot(db, one.Access, http.User.PersonId(), tag.Id) : null).FirstOrDefault(why => why is not null));
    }

    /// <summary>What was asked of who called, and in which tags.</summary>
    public static IReadOnlyList<(string Name, Access Access)> AskedFor(HttpContext http) => http.Items.TryGetValue(typeof(InTag), out var asked) ? ((string, Access)[])asked! : [];

    /// <summary>For a page: whether it has a form for them, by their role or because they are named in some tag. Which one is asked when they send it.</summary>
    public static bool MayFind(Database database, ClaimsPrincipal caller, Right right) =>
        caller.May(right) || caller.Identity is CallerIdentity { PersonId: { } person } known && known.AsFarAs.HasFlag(right) && database.Read(db => IsNamed(db, person));

    static string? Named(HttpContext http) => (string?)(http.GetRouteValue("tag") ?? http.GetRouteValue("name"));

    /// <summary>What is promoted stays where it is. Who sees a tag and who is named there is said by who administers it.</summary>
    static (string Name, Access Access)[] Changed(EndpointFilterInvocationContext context, Access access)
    {
        var own = Named(context.HttpContext)!;
        return context.Arguments.OfType<PromoteBuilds>().FirstOrDefault() is { } promote ? [(promote.To ?? "", Access.Promote)]
            : context.Arguments.OfType<MoveBuilds>().FirstOrDefault() is { } move ? [(own, Access.Tag), (move.To ?? "", Access.Tag)]
            : context.Arguments.OfType<TagSettings>().FirstOrDefault() is { } settings && (settings.Private is not null || settings.Closed is not null) ? [(own, Access.Administer)]
            : [(own, access)];
    }
}

static class InTagEndpoints
{
    /// <summary>Of a tag that its address names.</summary>
    public static TBuilder InTag<TBuilder>(this TBuilder endpoint, Access access) where TBuilder : IEndpointConventionBuilder =>
        endpoint.LetsInNamed(access).AddEndpointFilter(Tags.InTag.Filter);

    /// <summary>It asks itself in which tag: whoever is named in one comes in.</summary>
    public static TBuilder LetsInNamed<TBuilder>(this TBuilder endpoint, Access access) where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new InTag(access));
}
