using System.Text.Json.Serialization;

namespace Skyline.Protocol;

/// <summary>A source package that was sent ahead, for a chain.</summary>
/// <param name="Bytes">How much of it has come.</param>
/// <param name="Kept">It is whole and can be built. Nvr, FileName and Until are said then.</param>
/// <param name="Until">Until when it is kept if nothing is built from it.</param>
public sealed record SourceState(string Sha256, long Bytes, bool Kept, string? Nvr = null, string? FileName = null, DateTimeOffset? Until = null);

/// <summary>A chain that is wanted.</summary>
/// <param name="Links">Source packages, link by link: each a SHA-256 of one that was sent ahead, or an http(s) address. A link's members are built side by side, once all of the link before are published.</param>
/// <param name="Scratch">Its builds are drafts in a side tag that is thrown away.</param>
/// <param name="Auto">The order is found from what each needs and offers; the links given say nothing then.</param>
/// <param name="Options">What every build of it is built with.</param>
/// <param name="Background">It lets others go first.</param>
/// <param name="Title">What people call it; null: by its packages.</param>
public sealed record NewChain(
    string Target, IReadOnlyList<IReadOnlyList<string>> Links, bool Scratch = false, bool Auto = false, BuildOptions? Options = null, bool Background = false, string? Title = null);

/// <summary>In which order a chain is built, and why.</summary>
/// <param name="Links">Each is built once those before it are published that its members need.</param>
/// <param name="Cycles">Packages that need each other, and how the plan goes round.</param>
/// <param name="Notes">What could not be found out, and what nobody has that is needed, in sentences.</param>
/// <param name="Inputs">Of an order that was found: everything that its sources need to be built, and who meets it; the first ten thousand.</param>
public sealed record ChainPlan(string Target, bool Scratch, bool Auto, IReadOnlyList<ChainLink> Links, IReadOnlyList<ChainCycle> Cycles, IReadOnlyList<string> Notes, IReadOnlyList<ChainInput>? Inputs = null);

/// <summary>Who meets a requirement: another build of the chain, which is waited for; the build tag's own packages; an external repository in its pinned state; what is not known here; or nobody.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ChainInputFrom>))]
public enum ChainInputFrom { Chain, Tag, External, Unknown, Nobody }

/// <param name="Where">The build of the chain, the tag or the external repository.</param>
/// <param name="Package">The package that meets it, or will.</param>
/// <param name="Foreseen">As of a need.</param>
/// <param name="NeededBy">Packages of the chain; the first ten.</param>
public sealed record ChainInput(string Requirement, ChainInputFrom From, string? Where, string? Package, string? Foreseen, IReadOnlyList<string> NeededBy);

public sealed record ChainLink(int Link, IReadOnlyList<ChainMember> Members);

/// <param name="Nvr">Of the source package.</param>
/// <param name="Bootstrap">The first of its two builds, without what its cycle makes impossible.</param>
public sealed record ChainMember(string Nvr, string Package, string Sha256, bool Bootstrap, BuildOptions? Options, IReadOnlyList<ChainNeed> Needs);

/// <summary>What a member waits for.</summary>
/// <param name="Nvr">The member that is built before.</param>
/// <param name="Bootstrap">Its bootstrap build is meant.</param>
/// <param name="Requirement">The BuildRequires that it meets; null: the order was given.</param>
/// <param name="MetBy">The package of it that does.</param>
/// <param name="Foreseen">What that is foreseen by ("libpng*.pc in its %files"); null: its spec or its earlier build says so.</param>
public sealed record ChainNeed(string Nvr, bool Bootstrap, string? Requirement = null, string? MetBy = null, string? Foreseen = null);

/// <param name="Way">From one package back to it, each needing the next.</param>
/// <param name="Bootstrapped">Those that are built twice.</param>
public sealed record ChainCycle(IReadOnlyList<string> Way, IReadOnlyList<string> Bootstrapped);
