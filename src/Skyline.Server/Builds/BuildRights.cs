using System.Security.Claims;
using Skyline.Protocol;
using Skyline.Server.People;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Builds;

/// <summary>Which of a build's acts its page has a button for: those that make sense now, for who may. (Their endpoints ask again.)</summary>
public sealed record BuildRights(bool Cancel, bool Resubmit, bool Rebuild, bool Promote, bool Prioritise)
{
    public static BuildRights Of(BuildDetails build, ClaimsPrincipal caller, Database database)
    {
        var (open, own) = (build.State is BuildState.Waiting or BuildState.Building or BuildState.Publishing, caller.IsPerson() && caller.Identity!.Name == build.Owner);
        var builds = caller.IsPerson() && InTag.MayFind(database, caller, Right.Build);
        return new(
            open && builds && (own || caller.IsAdmin()), builds && build.Target.Length > 0 && build.State is (BuildState.Failed or BuildState.Cancelled), builds && build.Target.Length > 0 && !open,
            build is { Draft: true, State: BuildState.Complete } && caller.May(Right.Promote) && (own || caller.May(Right.Release)), build.State is BuildState.Waiting or BuildState.Building && caller.May(Right.Release));
    }
}
