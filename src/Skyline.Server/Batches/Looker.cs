using System.Security.Claims;
using Skyline.Server.People;

namespace Skyline.Server.Batches;

static class Looker
{
    /// <summary>The number of who looks at a page; null: they are no person that is known here.</summary>
    public static long? Person(this ClaimsPrincipal? viewer) => viewer is not null && viewer.IsPerson() ? viewer.PersonId() : null;
}
