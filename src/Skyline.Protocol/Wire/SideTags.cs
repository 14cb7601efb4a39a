namespace Skyline.Protocol;

/// <summary>A side tag that is wanted.</summary>
/// <param name="Note">What it is for, for people; null: nothing is said.</param>
/// <param name="Days">For how many days it stays; null: as the server's settings say of tags that are empty, idle or old.</param>
/// <param name="Target">Name of the target that it is made beside.</param>
public sealed record NewSideTag(string? Note = null, int? Days = null, string? Target = null);

/// <summary>What is null stays as it is.</summary>
/// <param name="Note">What it is for, for people; empty: nothing is said any more.</param>
/// <param name="Days">For how many days it stays from now on; 0: no end of its own any more, but as the server's settings say. Null: as it is.</param>
public sealed record SideTagEdit(string? Note = null, int? Days = null);

/// <summary>A side tag as lists show it.</summary>
/// <param name="Name">TARGET-side-NUMBER.</param>
/// <param name="Target">The target that it was made beside; one of its own name builds into it.</param>
/// <param name="Owner">Who made it.</param>
/// <param name="Note">What it is for; null: nobody said.</param>
/// <param name="Builds">How many it has itself.</param>
/// <param name="CreatedAt">When it was made, in UTC.</param>
/// <param name="GoesAt">When it is removed if nothing happens to it, in UTC; null: never by itself.</param>
/// <param name="GoesWhy">Why then, as the end of a sentence ("it has been empty for a day"); null: it does not go by itself.</param>
public sealed record SideTagSummary(string Name, string Target, string Owner, string? Note, int Builds, DateTimeOffset CreatedAt, DateTimeOffset? GoesAt, string? GoesWhy);

/// <summary>Side tags, a page at a time.</summary>
/// <param name="SideTags">The newest first.</param>
/// <param name="NextBefore">Where the next page begins: ask for `before=` this; null: that was all.</param>
public sealed record SideTagPage(IReadOnlyList<SideTagSummary> SideTags, long? NextBefore);

/// <summary>A side tag, with its builds.</summary>
/// <param name="SideTag">What lists show of it.</param>
/// <param name="Into">The tag that it is promoted into, unless another is named.</param>
/// <param name="Builds">What it has itself, the latest tagged first; what it inherits is not among them.</param>
/// <param name="Open">Builds that are on their way into it, scratch builds for its target too; the newest first, at most 500.</param>
public sealed record SideTagDetails(SideTagSummary SideTag, string Into, IReadOnlyList<BuildSummary> Builds, IReadOnlyList<BuildSummary> Open);

/// <summary>A side tag's builds are to go into another tag.</summary>
/// <param name="To">Name of the other tag; null: the destination of the target that the side tag was made beside.</param>
/// <param name="AllowOlder">Also where the other tag holds a newer build of a package.</param>
/// <param name="SkipInstallCheck">Without asking dnf whether all can be installed; administrators only, and the history says so.</param>
public sealed record PromotionOrder(string? To = null, bool AllowOlder = false, bool SkipInstallCheck = false);

/// <summary>One rule of a promotion.</summary>
/// <param name="Rule">built, signed, newer or installs.</param>
/// <param name="Passed">Whether it holds.</param>
/// <param name="Skipped">It was passed by; Passed is true then.</param>
/// <param name="Says">A sentence.</param>
/// <param name="Details">One line each of what does not hold.</param>
public sealed record PromoteGate(string Rule, bool Passed, bool Skipped, string Says, IReadOnlyList<string> Details);

/// <summary>What a promotion of a side tag did or, as a preview, would do.</summary>
/// <param name="Preview">Nothing was done.</param>
/// <param name="Passes">Whether all rules hold.</param>
/// <param name="Into">The tag that the builds go into.</param>
/// <param name="Builds">NVRs of what goes, in the order in which it is tagged.</param>
/// <param name="Gates">The rules, and whether they hold.</param>
/// <param name="Repositories">Of a preview: what changes for whom installs. Empty where it was done.</param>
public sealed record SideTagPromotion(bool Preview, bool Passes, string Into, IReadOnlyList<string> Builds, IReadOnlyList<PromoteGate> Gates, IReadOnlyList<RepoChanges> Repositories);
