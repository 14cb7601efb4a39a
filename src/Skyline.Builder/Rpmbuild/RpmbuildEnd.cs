using Skyline.Protocol;

namespace Skyline.Builder;

/// <summary>How a chamber's rpmbuild ended.</summary>
abstract record RpmbuildEnd
{
    RpmbuildEnd() { }

    /// <summary>There are results in the work folder.</summary>
    public sealed record Built : RpmbuildEnd;

    /// <summary>The spec, read with the target's macros, wants other packages than the buildroot has.</summary>
    public sealed record Wants(IReadOnlyList<string> Requires) : RpmbuildEnd;

    /// <summary>The spec wants what a buildroot that was made from a lock does not have.</summary>
    public sealed record Lacks(IReadOnlyList<string> Requires) : RpmbuildEnd;

    /// <param name="Places">Where in the log each of the lines is; null where they are not of the log.</param>
    public sealed record Failed(string Why, IReadOnlyList<string> Lines, IReadOnlyList<LogPlace>? Places = null) : RpmbuildEnd;
}
