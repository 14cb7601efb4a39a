using Skyline.Testing;

namespace Skyline.Scenarios;

public sealed class SonameBumpTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Four packages: one is rebuilt, and one has nothing to do with it. Several waves, and what breaks through others, are the proof's.</summary>
    [Fact(Timeout = 1_800_000)]
    public Task A_library_with_a_new_soname_is_planned_rebuilt_beside_the_tag_merged_and_installed() =>
        Prove(["libogg", "flac", "perl-Audio-FLAC-Header", "bchunk"]);

    /// <summary>`./dev proof soname`.</summary>
    [Fact(Explicit = true, Timeout = 7_200_000)]
    public Task And_so_it_is_among_thirty_five_real_packages() => Prove([.. Corpus.Order.SelectMany(wave => wave)]);

    static async Task Prove(IReadOnlyList<string> packages)
    {
        await using var bump = await SonameBump.Begin(packages, Ct);
        await bump.BuildsAll();
        await bump.Plans();
        var rebuild = await bump.Rebuilds();
        await bump.Merges(rebuild);
        await bump.Installs();
    }
}
