using Skyline.Protocol;
using Skyline.Server.Tags;

namespace Skyline.Server.Approvals;

/// <summary>Of an endpoint that changes tags which its address does not name: what whoever agrees must be let do in them.</summary>
sealed record Takes(Access Access);

static class MayWaitForSecondPerson
{
    /// <summary>Says in the API's document that the answer may be: nothing is changed yet. That it is so needs no word here (<see cref="SecondPerson"/>).</summary>
    /// <param name="takes">In a tag that <see cref="InTag"/> does not ask about.</param>
    public static RouteHandlerBuilder MayWait(this RouteHandlerBuilder endpoint, Access takes = Access.Tag) => endpoint.Produces<HeldChange>(202).WithMetadata(new Takes(takes));
}
