using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Tests.Externals;
using Skyline.Testing.Rpms;
using static Skyline.Server.Tests.Chains.ChainSite;

namespace Skyline.Server.Tests.Chains;

/// <summary>Whom a chain's plan finds for what its sources need: the chain, the tag, pinned repositories, or nobody.</summary>
public sealed class ChainInputTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    static SyntheticRpm Package(string name, string version, string[] provides, string? source = null) =>
        Upstream.Package(name) with { Version = version, Release = "1", SourceRpm = $"{source ?? name}-{version}-1.src.rpm", Dependencies = [.. provides.Select(one => (DependencyKind.Provides, Read(one)))], Files = [new($"/usr/bin/{name}", "x"u8.ToArray()), new($"/usr/share/{name}/words", "x"u8.ToArray())] };

    static async Task<Upstream> Upstreams(params SyntheticRpm[] packages)
    {
        var upstream = await Upstream.Open();
        foreach (var package in packages) package.WriteTo(Path.Combine(upstream.Root, "Packages"));
        return upstream.Publish();
    }

    static async Task<ChainPlan> Plan(Site site, params Paper[] sources) => await site.Admin.PlanChain(await site.Admin.Auto(sources) with { Target = "up" }, Ct);

    static IEnumerable<string> Told(ChainPlan plan) => plan.Inputs!.Select(input => $"{input.Requirement}: {input.From} {input.Where} {input.Package}".TrimEnd());

    [Fact]
    public async Task Each_requirement_is_met_by_the_chain_the_tag_a_pinned_repository_or_nobody()
    {
        await using var upstream = await Upstreams(Package("gcc", "14", ["gcc = 14-1", "cc = 14"]));
        await using var site = await Pinning.OfChroot(upstream.Url);
        await site.Admin.Import(Papers.Binary("own", "1", "1").Open(), "up", Ct);
        await site.Admin.Import(new MemoryStream((Package("own", "1", ["own = 1-1"]) with { Release = "2" }).Build()), "up", Ct);
        var plan = await Plan(site, Source("app", null, "lib-devel", "own", "cc >= 12", "(cc < 15 with gcc)", "/usr/bin/gcc", "/usr/share/gcc/words", "cc >= 15", "gone", "(gone if gone)"), Source("lib", null, "gone"));

        Assert.Equal("lib : app", plan.Links());
        Assert.Equal(
        [
            "lib-devel: Chain lib-1-1 lib-devel", "own: Tag up own", "cc >= 12: External up-1-base gcc-14-1.x86_64", "(cc < 15 with gcc): External up-1-base gcc-14-1.x86_64", "/usr/bin/gcc: External up-1-base gcc-14-1.x86_64",
            "/usr/share/gcc/words: External up-1-base gcc-14-1.x86_64", "cc >= 15: Nobody", "gone: Nobody",
        ], Told(plan));
        Assert.Equal(["app needs cc >= 15, and nobody has it: neither another of the chain, nor tag 'up', nor 'up-1-base'. (up-1-base has 14.)", "app and lib need gone, and nobody has it: neither another of the chain, nor tag 'up', nor 'up-1-base'."], plan.Notes);
        Assert.Equal(["app", "lib"], plan.Inputs![^1].NeededBy);
    }

    [Fact]
    public async Task A_repositorys_build_of_a_source_of_the_chain_tells_what_that_will_offer()
    {
        await using var upstream = await Upstreams(Package("libpng-devel", "0.9", ["libpng-devel = 0.9-1", "pkgconfig(libpng) = 0.9"], "libpng"));
        await using var site = await Pinning.OfChroot(upstream.Url);
        var plan = await Plan(site, Source("app", null, "pkgconfig(libpng) >= 1"), Source("libpng", "Release: 1%{?dist}\n%package devel\n%files devel\n%{_libdir}/pkgconfig/*.pc\n"));

        Assert.Equal("libpng : app", plan.Links());
        Assert.Equal(new ChainNeed("libpng-1-1", false, "pkgconfig(libpng) >= 1", "libpng-devel", "libpng-devel-0.9-1.x86_64 of 'up-1-base' has it"), Assert.Single(plan.Links[1].Members[0].Needs));
    }

    [Fact]
    public async Task A_repository_that_cannot_be_read_is_named_and_nothing_is_said_of_what_it_may_have()
    {
        await using var upstream = await Upstream.Open();
        await using var site = await Pinning.OfChroot(upstream.Url);
        var plan = await Plan(site, Source("app", null, "gone"));

        Assert.Equal(["gone: Unknown"], Told(plan));
        Assert.Contains(plan.Notes, note => note.StartsWith("External repository 'up-1-base' could not be read for x86_64, so what it has is not known here: ", StringComparison.Ordinal) && note.Contains("404", StringComparison.Ordinal));
        Assert.Contains("Nobody who is known here has gone. What could not be read may.", plan.Notes);
    }

    [Fact]
    public async Task What_is_foreseen_of_patterns_orders_a_pile_and_closes_no_circle()
    {
        await using var site = await Site.Open();
        const string Release = "Release: 1%{?dist}\n%package devel\n";
        var sources = new[]
        {
            Source("pngstamp", null, "gcc", "pkgconfig(libpng)"), Source("libpng", Release + "%files devel\n%{_libdir}/pkgconfig/libpng*.pc\n", "gcc", "zlib-devel"), Source("zlib", Release + "%files devel\n%{_libdir}/pkgconfig/zlib.pc\n", "gcc"),
            // Either may be the one with that program: neither is waited for by the other.
            Source("tools", "Release: 1\n%files\n%{_bindir}/*\n", "helper"), Source("helper", Release, "/usr/bin/unknown"),
        };
        var plan = await site.Admin.PlanChain(await site.Admin.Auto(sources), Ct);
        var begun = await site.Admin.StartChain(await site.Admin.Auto(sources), Ct);
        var page = System.Net.WebUtility.HtmlDecode(await site.Http().GetStringAsync($"chains/{begun.Id}", Ct));

        Assert.Equal("helper zlib : libpng tools : pngstamp", plan.Links());
        Assert.Equal(new ChainNeed("libpng-1-1", false, "pkgconfig(libpng)", "libpng-devel", "libpng*.pc in its %files"), Assert.Single(plan.Links[2].Members[0].Needs));
        Assert.Equal(["helper-1-1 does not wait for tools-1-1, which is only foreseen to offer /usr/bin/unknown (%{_bindir}/* in its %files): that would close a circle.",
            "Nobody who is known here has gcc and /usr/bin/unknown. The chroot's own repositories are taken to: they are not pinned here, and were not looked into."], plan.Notes);
        Assert.Contains("it needs pkgconfig(libpng), which libpng-devel is foreseen to provide (libpng*.pc in its %files)", page);
    }
}
