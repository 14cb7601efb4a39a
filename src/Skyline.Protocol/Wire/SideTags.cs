namespace Skyline.Protocol;

/// <summary>A side tag that is wanted.</summary>
/// <param name="Note">What it is for, for people.</param>
/// <param name="Days">How long it stays; null: as the server's settings say of tags that are empty, idle or old.</param>
/// <param name="Target">The target that it is made beside.</param>
public sealed record NewSideTag(string? Note = null, int? Days = null, string? Target = null);

/// <param name="Days">From now on; 0: no end of its own any more, but as the server's settings say. Null: as it is.</param>
public sealed record SideTagEdit(string? Note = null, int? Days = null);

/// <param name="Target">The target that it was made beside; one of its own name builds into it.</param>
/// <param name="Builds">How many it has itself.</param>
/// <param name="GoesAt">When it is removed if nothing happens to it; null: never by itself.</param>
/// <param name="GoesWhy">Why then, as the end of a sentence.</param>
public sealed record SideTagSummary(string Name, string Target, string Owner, string? Note, int Builds, DateTimeOffset CreatedAt, DateTimeOffset? GoesAt, string? GoesWhy);

public sealed record SideTagPage(IReadOnlyList<SideTagSummary> SideTags, long? NextBefore);

/// <param name="Into">The tag that it is promoted into, unless another is named.</param>
/// <param name="Builds">What it has itself, the latest tagged first; what it inherits is not among them.</param>
/// <param name="Open">Builds that are on their way into it.</param>
public sealed record SideTagDetails(SideTagSummary SideTag, string Into, IReadOnlyList<BuildSummary> Builds, IReadOnlyList<BuildSummary> Open);

/// <param name="To">Null: the destination of the target that the side tag was made beside.</param>
/// <param name="AllowOlder">Also where the other tag holds a newer build of a package.</param>
/// <param name="SkipInstallCheck">Without asking dnf whether all can be installed; administrators only, and the history says so.</param>
public sealed record PromotionOrder(string? To = null, bool AllowOlder = false, bool SkipInstallCheck = false);

/// <summary>One rule of a promotion.</summary>
/// <param name="Rule">built, signed, newer or installs.</param>
/// <param name="Skipped">It was passed by; Passed is true then.</param>
/// <param name="Says">A sentence.</param>
/// <param name="Details">One line each of what does not hold.</param>
public sealed record PromoteGate(string Rule, bool Passed, bool Skipped, string Says, IReadOnlyList<string> Details);

/// <param name="Preview">Nothing was done.</param>
/// <param name="Passes">Whether all rules hold.</param>
/// <param name="Builds">What goes, in the order in which it is tagged.</param>
/// <param name="Repositories">What changes for whom installs; of a preview.</param>
public sealed record SideTagPromotion(bool Preview, bool Passes, string Into, IReadOnlyList<string> Builds, IReadOnlyList<PromoteGate> Gates, IReadOnlyList<RepoChanges> Repositories);
