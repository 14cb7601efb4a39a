using System.Data;
using Skyline.Protocol;
using Skyline.Server.People;
using Skyline.Server.Shell;
using Skyline.Server.Tags;

namespace Skyline.Server.Builds;

/// <summary>What speaks against a build whatever its source package is: said before that comes, however it comes.</summary>
static class CheckWanted
{
    public static (Target? Target, Refusal? Why) Of(IDbConnection db, Chroots chroots, string targetName, bool scratch, bool draft, long owner, BuildOptions? options, IReadOnlyList<string>? arches)
    {
        if (Target.Find(db, targetName) is not { } target) return (null, new(404, $"There is no target '{targetName}'; there are {string.Join(", ", Target.All(db).Select(known => known.Name))}."));
        var tag = Tag.Of(db, target.BuildTagId);
        var why = scratch && draft ? new(400, "A scratch build is published nowhere and a draft is; leave one of the two out.")
            : scratch && WhyNotScratch(db, owner, target.DestinationTagId) is { } notHere ? notHere
            : !scratch && TagRights.WhyNotBuildInto(db, owner, target.DestinationTagId) is { } notYours ? notYours
            : !scratch && WhyNotInto.Locked(Tag.Of(db, target.DestinationTagId), $"Nothing is built for {target.Name}") is { } locked ? locked
            : chroots.Find(tag.Chroot) is null ? new(409, $"Target '{target.Name}' is built from a chroot that this server does not know any more; it knows {chroots.Names}.")
            : QueueBuild.WhyNoRepo(db, options?.Repos ?? []) is { } noRepo ? noRepo
            : WhyNotThese(arches, scratch, target, tag);
        return why is null ? (target, null) : (null, why);
    }

    /// <summary>A scratch build goes nowhere, and so harms nobody's tag; but who is no packager builds where they are named.</summary>
    public static Refusal? WhyNotScratch(IDbConnection db, long owner, long destination) => TagRights.Has(db, owner, Right.Build) ? null : TagRights.WhyNotBuildInto(db, owner, destination);

    static Refusal? WhyNotThese(IReadOnlyList<string>? arches, bool scratch, Target target, Tag tag) =>
        arches is not { Count: > 0 } ? null
        : !scratch ? new(400, $"A build for {target.Name} is for all of its architectures ({string.Join(", ", tag.Arches)}), or its repositories would not be the same version; only a scratch build chooses some.")
        : arches.FirstOrDefault(arch => !tag.Arches.Contains(arch)) is { } other ? new(400, $"{target.Name} has no architecture '{(Names.IsGood(other) ? other : "?")}'; it has {string.Join(", ", tag.Arches)}.")
        : null;
}
