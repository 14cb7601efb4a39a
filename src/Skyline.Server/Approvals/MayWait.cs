using Skyline.Protocol;

namespace Skyline.Server.Approvals;

static class MayWaitForSecondPerson
{
    /// <summary>Says in the API's document that the answer may be: nothing is changed yet. That it is so needs no word here (<see cref="SecondPerson"/>).</summary>
    public static RouteHandlerBuilder MayWait(this RouteHandlerBuilder endpoint) => endpoint.Produces<HeldChange>(202);
}
