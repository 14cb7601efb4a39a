using Skyline.Rpm;
using Skyline.Server.Tags;

namespace Skyline.Server.MassRebuilds;

/// <summary>A package that was rebuilt, as the merge looks at it.</summary>
/// <param name="Base">The build that it was built from again; null: it is new.</param>
/// <param name="BaseEvr">Of that.</param>
sealed record RebuiltPackage(KnownBuild Build, long? Base, Evr? BaseEvr);

/// <summary>What the tag that it is to go into has of the package.</summary>
/// <param name="Held">The build that its repositories hold; null: none.</param>
/// <param name="IsIn">The rebuilt one is in the tag itself already.</param>
/// <param name="WhyBlocked">A sentence.</param>
sealed record ThereOf(KnownBuild? Held, Evr HeldEvr, bool IsIn, string? WhyBlocked);

/// <summary>Which rebuilt packages go back into the tag, as Fedora's mass-tag decides it: not those that have a newer build there meanwhile.</summary>
static class MergeDecision
{
    /// <returns>Null: it goes there.</returns>
    public static string? WhyNot(RebuiltPackage package, ThereOf there, string tag) =>
        there.IsIn ? $"{package.Build.Nvr} is in '{tag}' already."
        : there.WhyBlocked is { } blocked ? blocked
        // What is not built again from an earlier build, the library itself, replaces what is there; that it is no older is a rule of the promotion.
        : package.Base is not null && there.Held is { } held && held.Id != package.Base && held.Id != package.Build.Id && (package.BaseEvr is not { } from || there.HeldEvr > from)
            ? $"'{tag}' has {held.Nvr} meanwhile, and {package.Build.Nvr} was built without what is new in that; rebuild that one."
            : null;
}
