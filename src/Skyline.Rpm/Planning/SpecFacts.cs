namespace Skyline.Rpm;

/// <summary>A package that a source will make, as far as its spec tells.</summary>
public sealed record ForeseenPackage(string Name, IReadOnlyList<Dependency> Provides, IReadOnlyList<string> Files)
{
    /// <summary>What it may offer besides: which of it will be there shows when it is built.</summary>
    public IReadOnlyList<ForeseenPattern> Patterns { get; init; } = [];

    /// <summary>An earlier build that tells what it offers: "libpng-devel-1.6.37-1.x86_64 in 'fedora' offers it"; null: its spec does.</summary>
    public string? Told { get; init; }
}

/// <summary>What a spec says that an order of builds depends on. What rpm finds out only as it builds (most libraries' names) is not in it.</summary>
/// <param name="HasBootstrap">It has a condition of that name (%bcond_with bootstrap, %bcond bootstrap …).</param>
/// <param name="WithBootstrap">Its BuildRequires when that condition is on, and off in <paramref name="Plainly"/>: as it writes them, macros expanded where that can be done.</param>
/// <param name="ReleaseHasDist">Its Release ends in %{?dist} or has it elsewhere.</param>
/// <param name="ReleaseHasBootstrap">Its Release is another when bootstrap is on.</param>
/// <param name="NotUnderstood">Lines that say something, but only rpm knows what.</param>
/// <param name="Packages">Those that it will make, without bootstrap.</param>
/// <param name="Plainly">Its BuildRequires when bootstrap is off.</param>
public sealed record SpecFacts(
    IReadOnlyList<ForeseenPackage> Packages, bool HasBootstrap, IReadOnlyList<string> WithBootstrap, IReadOnlyList<string> Plainly, bool ReleaseHasDist, bool ReleaseHasBootstrap, IReadOnlyList<string> NotUnderstood)
{
    /// <summary>Those that it needs only when bootstrap is off.</summary>
    public IEnumerable<string> Vanishing => Plainly.Except(WithBootstrap, StringComparer.Ordinal);

    /// <param name="nevra">Of the source package: what its header says need not be found in the text.</param>
    /// <param name="spec">The spec's text.</param>
    public static SpecFacts Of(string spec, Nevra nevra)
    {
        var (plain, boot) = (new ReadSpec(nevra, bootstrap: false), new ReadSpec(nevra, bootstrap: true));
        plain.Read(spec);
        boot.Read(spec);
        return new(plain.Packages, boot.HasBootstrap, boot.BuildRequires, plain.BuildRequires,
            plain.Release.Contains("%{?dist}", StringComparison.Ordinal) || plain.Release.Contains("%{dist}", StringComparison.Ordinal) || plain.Release.Contains("%dist", StringComparison.Ordinal) || plain.Release.Contains("%autorelease", StringComparison.Ordinal) || plain.Release.Contains("%{autorelease}", StringComparison.Ordinal),
            plain.ExpandedRelease != boot.ExpandedRelease, plain.NotUnderstood);
    }
}
