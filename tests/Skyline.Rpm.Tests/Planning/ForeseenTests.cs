using static Skyline.Rpm.Tests.Planning.CapabilityTests;

namespace Skyline.Rpm.Tests.Planning;

/// <summary>What a spec's patterns and names may come to, and whom a plan waits for by that.</summary>
public sealed class ForeseenTests
{
    static SpecFacts Facts(string name, params string[] files) => SpecFacts.Of($"Name: {name}\n%package devel\n%files devel\n{string.Join('\n', files)}\n", new(name, 0, "1", "1", "src"));

    [Theory]
    [InlineData("%{_libdir}/pkgconfig/libpng*.pc", "pkgconfig(libpng)", "pkgconfig(libpng16)")]
    [InlineData("%{_libdir}/pkgconfig/", "pkgconfig(libpng)", "pkgconfig(x)")]
    [InlineData("%{_datadir}/pkgconfig/x[0-9].pc", "pkgconfig(x1)", "pkgconfig(x9)")]
    [InlineData("%{_bindir}/foo*", "/usr/bin/foo", "/usr/bin/foo-config")]
    [InlineData("%{_bindir}/{foo,ba?}-*", "/usr/bin/foo-1", "/usr/bin/bar-1")]
    [InlineData("%{_libdir}/libfoo.so.*", "libfoo.so.3()(64bit)", "libfoo.so.3(FOO_1.2)(64bit)")]
    [InlineData("%{_libdir}/libfoo.so.3", "libfoo.so.3()(64bit)", "libfoo.so.3(FOO_1.2)(64bit)")]
    [InlineData("%{_libdir}/cmake/Foo/*.cmake", "cmake(Foo)", "cmake(foo)")]
    [InlineData("%{_libdir}/cmake/Foo-%{version}/", "cmake(Foo)", "cmake(foo)")]
    [InlineData("%dir %{_libdir}/cmake/Qt6*", "cmake(Qt6Core)", "cmake(qt6)")]
    [InlineData("%{_kf6_cmakedir}/cmake/KF6Auth*/", "cmake(KF6Auth)", "cmake(kf6auth)")]
    [InlineData("%{perl_vendorlib}/Foo*", "perl(Foo)", "perl(Foo::Bar)")]
    [InlineData("%{perl_vendorarch}/Foo/", "perl(Foo::Bar)", "perl(Foo::Bar::Baz)")]
    [InlineData("%{python3_sitelib}/Foo_Bar-%{version}.dist-info/", "python3dist(foo-bar)", "python3.13dist(foo-bar)")]
    public void A_pattern_stands_for_what_its_files_are_asked_for_by(string file, string one, string other)
    {
        var patterns = Facts("x", file).Packages[1].Patterns;
        Assert.Contains(patterns, pattern => pattern.Finds(one));
        Assert.Contains(patterns, pattern => pattern.Finds(other));
        Assert.DoesNotContain(patterns, pattern => pattern.Finds("pkgconfig(other)") && pattern.Letters > 0 || pattern.Finds("/usr/bin/sub/foo") || pattern.Finds("/usr/bin/x") || pattern.Finds("libfoo.so"));
    }

    [Theory]
    [InlineData("%{_libdir}/cmake/Foo/FooConfig.cmake", "cmake(Foo)")]
    [InlineData("%{_libdir}/cmake/foo/foo-config.cmake", "cmake(foo)")]
    [InlineData("%{perl_vendorlib}/Foo/Bar.pm", "perl(Foo::Bar)")]
    [InlineData("%{_bindir}/{a,b}", "/usr/bin/b")]
    public void A_file_by_name_is_sure(string file, string capability) =>
        Assert.Contains(capability, Facts("x", file).Packages[1] is var package ? package.Provides.Select(one => one.Name).Concat(package.Files) : []);

    [Fact]
    public void What_is_excluded_is_not_there_and_names_that_are_a_promise_are_kept()
    {
        Assert.Empty(Facts("x", "%exclude %{_bindir}/foo*").Packages[1].Patterns);
        Assert.Contains(Facts("perl-Foo-Bar").Packages[0].Patterns, pattern => pattern.Finds("perl(Foo::Bar)") && pattern.Said == "by its name");
        Assert.Contains(Facts("python3-foo.bar").Packages[0].Patterns, pattern => pattern.Finds("python3dist(foo-bar)"));
        Assert.Contains(Facts("rubygem-rack").Packages[0].Patterns, pattern => pattern.Finds("rubygem(rack)"));
    }

    [Fact]
    public void Hostile_patterns_end_soon()
    {
        var stars = string.Concat(Enumerable.Repeat("a*", 140));
        var patterns = Facts("x", $"%{{_bindir}}/{stars}b", "%{_bindir}/" + string.Concat(Enumerable.Repeat("{a,b,c}", 60)), "%{_bindir}/" + new string('*', 5000), "%{_bindir}/[[[", "%{_bindir}/{a,{b,").Packages[1].Patterns;
        Assert.All(patterns, pattern => Assert.False(pattern.Finds("/usr/bin/" + new string('a', 5000))));
    }

    /// <summary>Sources by name: what each needs, and its %files.</summary>
    static NeedsAndOffers Told(params (string Source, string[] Needs, string[] Files)[] sources)
    {
        var told = new NeedsAndOffers();
        foreach (var (source, needs, _) in sources)
        {
            var number = told.Source(source);
            foreach (var need in needs) told.Needs(number, Read(need));
        }
        for (var i = 0; i < sources.Length; i++)
            foreach (var package in Facts(sources[i].Source, sources[i].Files).Packages) told.Offers(i, package);
        return told;
    }

    static string By(NeedsAndOffers told, int source = 0) => string.Join("; ", told.Why(source).SelectMany(why => why.By).Select(by => $"{by.Package}{(by.Foreseen is { } foreseen ? $" ({foreseen})" : "")}"));

    [Fact]
    public void The_surest_and_then_the_narrowest_is_waited_for()
    {
        (string, string[], string[]) user = ("user", ["pkgconfig(libpng) >= 1.6"], []);
        Assert.Equal("libpng-devel (libpng*.pc in its %files)", By(Told(user, ("libpng", [], ["%{_libdir}/pkgconfig/libpng*.pc"]), ("all", [], ["%{_libdir}/pkgconfig/*.pc"]), ("libp", [], ["%{_libdir}/pkgconfig/libp*.pc"]))));
        Assert.Equal("sure-devel", By(Told(user, ("libpng", [], ["%{_libdir}/pkgconfig/libpng*.pc"]), ("sure", [], ["%{_libdir}/pkgconfig/libpng.pc"]))));
        Assert.Equal("one-devel (libpng*.pc in its %files); two-devel (libpng*.pc in its %files)", By(Told(user, ("one", [], ["%{_libdir}/pkgconfig/libpng*.pc"]), ("two", [], ["%{_libdir}/pkgconfig/libpng*.pc"]))));
        Assert.Equal("all-devel (*.pc in its %files)", By(Told(user, ("all", [], ["%{_libdir}/pkgconfig/*.pc"]))));
        // It is either's, or nobody's.
        Assert.Equal("", By(Told(user, ("all", [], ["%{_libdir}/pkgconfig/*.pc"]), ("some", [], ["%{_libdir}/pkgconfig/*.pc"]))));
    }

    [Fact]
    public void What_is_to_be_had_elsewhere_makes_nobody_wait_for_a_pattern_that_says_next_to_nothing()
    {
        var wide = Told(("user", ["pkgconfig(libpng)"], []), ("all", [], ["%{_libdir}/pkgconfig/*.pc"]));
        wide.Offers(NeedsAndOffers.Elsewhere, "libpng-devel-1-1.x86_64", [Read("pkgconfig(libpng) = 1")], [], "fedora");
        var narrow = Told(("user", ["pkgconfig(libpng)"], []), ("libpng", [], ["%{_libdir}/pkgconfig/libpng*.pc"]));
        narrow.Offers(NeedsAndOffers.Elsewhere, "libpng-devel-1-1.x86_64", [Read("pkgconfig(libpng) = 1")], [], "fedora");

        Assert.Equal("", By(wide));
        Assert.Equal([new MetBy(NeedsAndOffers.Elsewhere, "libpng-devel-1-1.x86_64", "fedora")], Assert.Single(wide.WhoMeets(0)).By);
        Assert.Equal("libpng-devel (libpng*.pc in its %files)", By(narrow));
        Assert.Equal(0, narrow.Graph().NeedsOf(1).Length);
        Assert.Equal(1, narrow.Graph().NeedsOf(0)[0]);
    }

    [Fact]
    public void Who_meets_what_is_told_of_all_requirements_and_who_has_only_other_versions()
    {
        var told = Told(("user", ["a >= 2", "(b or c)", "gone", "(x if gone)"], []), ("b", [], []));
        told.Offers(NeedsAndOffers.Elsewhere, "a", [Read("a = 1-1")], [], "fedora");

        Assert.Equal(["a >= 2: False", "(b or c): True b", "gone: False", "(x if gone): True"], told.WhoMeets(0).Select(one => $"{one.Requirement}: {one.IsMet} {string.Join(' ', one.By.Select(by => by.Package))}".TrimEnd()));
        Assert.Equal((new MetBy(NeedsAndOffers.Elsewhere, "a", "fedora"), "1-1"), Assert.Single(told.OtherVersions(Read("a >= 2"))));
    }
}
