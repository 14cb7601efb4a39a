using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;
using Skyline.Server.Tags;

namespace Skyline.Server.People;

/// <summary>Which right an endpoint or a page needs.</summary>
[AttributeUsage(AttributeTargets.Class)]
sealed class NeedsAttribute(Right right) : AuthorizeAttribute(right.ToString())
{
    public Right Right => right;
}

/// <summary>Whoever calls has the right, by their role and as far as their token goes; or, where that is not enough, in the tag that it is for (<see cref="InTag"/>). It is its own handler, as the framework's are: as a rule nothing is looked up.</summary>
sealed class RightRequirement(Right right, SkylineSettings settings) : AuthorizationHandler<RightRequirement>, IAuthorizationRequirement
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, RightRequirement requirement)
    {
        var caller = context.User.Identity as CallerIdentity;
        if ((caller?.May ?? Rights.OfAnonymous(settings)).HasFlag(right)
            || caller is not null && context.Resource is HttpContext http && http.GetEndpoint()?.Metadata.GetMetadata<InTag>() is { } inTag && inTag.LetsIn(http, caller, right)) context.Succeed(requirement);
        return Task.CompletedTask;
    }
}

static class Needed
{
    /// <summary>Who calls this must have the right. What has none is refused to everybody.</summary>
    public static TBuilder Needs<TBuilder>(this TBuilder endpoint, Right right) where TBuilder : IEndpointConventionBuilder =>
        endpoint.RequireAuthorization(new NeedsAttribute(right));

    /// <summary>Pages say it themselves (`@attribute [Needs(…)]`), where looking needs more than this.</summary>
    public static TBuilder NeedsUnlessSaid<TBuilder>(this TBuilder endpoints, Right right) where TBuilder : IEndpointConventionBuilder
    {
        endpoints.Add(endpoint =>
        {
            if (!endpoint.Metadata.OfType<NeedsAttribute>().Any()) endpoint.Metadata.Add(new NeedsAttribute(right));
        });
        return endpoints;
    }

    public static void AddRights(this IServiceCollection services, SkylineSettings settings)
    {
        var policies = services.AddAuthorizationBuilder();
        foreach (var right in Enum.GetValues<Right>().Where(right => right != Right.None)) policies.AddPolicy(right.ToString(), policy => policy.AddRequirements(new RightRequirement(right, settings)));
        // What says nothing is nobody's; where there is no endpoint there is nothing to keep from anybody, and the answer is 404 or 405.
        policies.SetFallbackPolicy(new AuthorizationPolicyBuilder().AddRequirements(new AssertionRequirement(context => context.Resource is HttpContext http && http.GetEndpoint() is not RouteEndpoint)).Build());
        policies.SetDefaultPolicy(new AuthorizationPolicyBuilder().AddRequirements(new AssertionRequirement(_ => false)).Build());
    }
}
