using Microsoft.AspNetCore.Components.Authorization;
using System.Security.Claims;
using Skyline.Server.People;
using Skyline.Server.Shell;

namespace Skyline.Server.Batches;

static class Looker
{
    /// <summary>Who looks at a page: of its request, or, while a browser is connected, of that.</summary>
    public static ClaimsPrincipal? Who(this LivePage page) => page.Http?.User ?? (page.Whose is { IsCompletedSuccessfully: true } known ? known.Result.User : null);

    /// <summary>Their number, if they are a person.</summary>
    public static long? Person(this LivePage page) => page.Who() is { } who && who.IsPerson() ? who.PersonId() : null;
}
