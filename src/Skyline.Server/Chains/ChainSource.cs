using Skyline.Rpm;
using Skyline.Server.Builds;

namespace Skyline.Server.Chains;

/// <summary>A source package that is to be put in order.</summary>
/// <param name="Offers">What its packages will offer, as far as that is known before it is built.</param>
/// <param name="Spec">Null: it could not be read.</param>
sealed record ChainSource(KeptSource Kept, Nvra Nvra, IReadOnlyList<Dependency> BuildRequires, IReadOnlyList<ForeseenPackage> Offers, SpecFacts? Spec)
{
    public string Name => Nvra.Name;

    /// <summary>The tag has an earlier build of it, whose word goes before what external repositories' builds say.</summary>
    public bool HasEarlier { get; init; }
}

/// <summary>Name, version and release as the source package has them.</summary>
sealed record Nvra(string Name, Evr Evr);
