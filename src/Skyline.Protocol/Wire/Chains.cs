using System.Text.Json.Serialization;

namespace Skyline.Protocol;

/// <summary>A source package that was sent ahead, for a chain.</summary>
/// <param name="Sha256">Of the whole file, in lower-case hex; what it is asked for by.</param>
/// <param name="Bytes">How many bytes of it have come.</param>
/// <param name="Kept">It is whole and can be built. Nvr, FileName and Until are said then.</param>
/// <param name="Nvr">Name, version and release; null while it is not whole.</param>
/// <param name="FileName">As it was sent; null while it is not whole.</param>
/// <param name="Until">Until when it is kept if nothing is built from it, in UTC: a week from when it was last sent or asked for. Null while it is not whole.</param>
public sealed record SourceState(string Sha256, long Bytes, bool Kept, string? Nvr = null, string? FileName = null, DateTimeOffset? Until = null);

/// <summary>A chain that is wanted.</summary>
/// <param name="Target">The target that its builds are for.</param>
/// <param name="Links">Source packages, link by link: each a SHA-256 of one that was sent ahead, or an http(s) address. A link's members are built side by side, once all of the link before are published.</param>
/// <param name="Scratch">Its builds are drafts in a side tag that is thrown away.</param>
/// <param name="Auto">The order is found from what each needs and offers; the links given say nothing then.</param>
/// <param name="Options">What every build of it is built with.</param>
/// <param name="Background">It lets others go first.</param>
/// <param name="Title">What people call it; null: by its packages.</param>
public sealed record NewChain(
    string Target, IReadOnlyList<IReadOnlyList<string>> Links, bool Scratch = false, bool Auto = false, BuildOptions? Options = null, bool Background = false, string? Title = null);

/// <summary>In which order a chain is built, and why.</summary>
/// <param name="Target">The target that its builds are for.</param>
/// <param name="Scratch">Its builds are drafts in a side tag that is thrown away.</param>
/// <param name="Auto">The order was found; otherwise it was given.</param>
/// <param name="Links">Each is built once those before it are published that its members need.</param>
/// <param name="Cycles">Packages that need each other, and how the plan goes round.</param>
/// <param name="Notes">What could not be found out, and what nobody has that is needed, in sentences.</param>
/// <param name="Inputs">Of an order that was found: everything that its sources need to be built, and who meets it; the first ten thousand.</param>
public sealed record ChainPlan(string Target, bool Scratch, bool Auto, IReadOnlyList<ChainLink> Links, IReadOnlyList<ChainCycle> Cycles, IReadOnlyList<string> Notes, IReadOnlyList<ChainInput>? Inputs = null);

/// <summary>Who meets a requirement.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ChainInputFrom>))]
public enum ChainInputFrom
{
    /// <summary>Another build of the chain, which is waited for.</summary>
    Chain,
    /// <summary>The build tag's own packages.</summary>
    Tag,
    /// <summary>An external repository of the tag, the chroot's among them, in its pinned state.</summary>
    External,
    /// <summary>Nobody who is known here; repositories that could not be read, or are not pinned here, may.</summary>
    Unknown,
    /// <summary>Nobody has it.</summary>
    Nobody,
}

/// <summary>Something that sources of a chain need to be built.</summary>
/// <param name="Requirement">As BuildRequires have it: "cc &gt;= 15", "pkgconfig(libpng)".</param>
/// <param name="From">Who meets it.</param>
/// <param name="Where">NVR of the build of the chain, name of the tag or of the external repository; null: nobody meets it.</param>
/// <param name="Package">Name of the package that meets it, or will; null: nobody meets it.</param>
/// <param name="Foreseen">What that is foreseen by ("libpng*.pc in its %files"); null: its spec or its packages say so.</param>
/// <param name="NeededBy">Packages of the chain; the first ten.</param>
public sealed record ChainInput(string Requirement, ChainInputFrom From, string? Where, string? Package, string? Foreseen, IReadOnlyList<string> NeededBy);

/// <summary>What is built side by side.</summary>
/// <param name="Link">Its number, from 1.</param>
/// <param name="Members">The source packages, in the order in which they were given or found.</param>
public sealed record ChainLink(int Link, IReadOnlyList<ChainMember> Members);

/// <summary>One build of a chain.</summary>
/// <param name="Nvr">Of the source package.</param>
/// <param name="Package">Name of the source package.</param>
/// <param name="Sha256">Of the source package's file, in lower-case hex.</param>
/// <param name="Bootstrap">The first of its two builds, without what its cycle makes impossible.</param>
/// <param name="Options">What it is built with beside its spec and its chroot; null: nothing.</param>
/// <param name="Needs">What it waits for; empty: nothing.</param>
public sealed record ChainMember(string Nvr, string Package, string Sha256, bool Bootstrap, BuildOptions? Options, IReadOnlyList<ChainNeed> Needs);

/// <summary>What a member waits for.</summary>
/// <param name="Nvr">The member that is built before.</param>
/// <param name="Bootstrap">Its bootstrap build is meant.</param>
/// <param name="Requirement">The BuildRequires that it meets; null: the order was given.</param>
/// <param name="MetBy">Name of the package of it that does; null: the order was given.</param>
/// <param name="Foreseen">What that is foreseen by ("libpng*.pc in its %files"); null: its spec or its earlier build says so.</param>
public sealed record ChainNeed(string Nvr, bool Bootstrap, string? Requirement = null, string? MetBy = null, string? Foreseen = null);

/// <summary>Packages that need each other to be built.</summary>
/// <param name="Way">From one package back to it, each needing the next.</param>
/// <param name="Bootstrapped">Those that are built twice.</param>
public sealed record ChainCycle(IReadOnlyList<string> Way, IReadOnlyList<string> Bootstrapped);
