using Skyline.Testing.Rpms;

namespace Skyline.Rpm.Tests.Planning;

public sealed class SpecTests
{
    static readonly Nevra libx = new("libx", 0, "2.0", "3.fc99", "src");

    const string Spec = """
        %global api 2
        %bcond_with bootstrap
        %bcond_without docs
        Name: libx
        Version: 2.0
        Release: 3%{?dist}
        # BuildRequires: not-this
        BuildRequires: gcc, make >= 4
        BuildRequires: pkgconfig(zlib)
        %if %{without bootstrap}
        BuildRequires: liby-devel >= 1.0
        %endif
        %if %{with docs} && !%{with bootstrap}
        BuildRequires: docs-tool
        %else
        BuildRequires: never-without-bootstrap
        %endif
        %ifarch x86_64
        BuildRequires: nasm
        %endif
        Provides: libx-api = %{api}, libx(abi)
        Provides: %{name}-old = %{version}-%{release}
        Provides: %(date)

        %description
        Provides: nothing

        %package devel
        Summary: x
        Provides: libx-static = %{version}

        %package -n x-tools
        Summary: tools
        %if 0
        %package gone
        %endif

        %build
        %files
        %{_libdir}/libx.so.%{api}*
        %files devel
        %attr(0644,root,root) %{_libdir}/pkgconfig/libx-%{api}.pc
        %{_libdir}/pkgconfig/*.pc
        %files -n x-tools
        %{_bindir}/xtool
        %config(noreplace) %{_sysconfdir}/x.conf
        """;

    static string Text(ForeseenPackage package) => string.Join(", ", package.Provides.Where(one => !one.Name.EndsWith("-64)", StringComparison.Ordinal) && !one.Name.EndsWith("-32)", StringComparison.Ordinal)).Select(one => one.ToString()).Concat(package.Files));

    [Fact]
    public void What_a_spec_says_of_its_packages_is_read()
    {
        var facts = SpecFacts.Of(Spec, libx);
        Assert.Equal(["libx", "libx-devel", "x-tools"], facts.Packages.Select(package => package.Name));
        Assert.Equal(["libx = 2.0-3.fc99, libx-api = 2, libx(abi), libx-old = 2.0-3.fc99", "libx-devel = 2.0-3.fc99, libx-static = 2.0, pkgconfig(libx-2)", "x-tools = 2.0-3.fc99, /usr/bin/xtool, /etc/x.conf"],
            facts.Packages.Select(Text));
        Assert.Contains(new("libx-devel(x86-64)", DependencyFlags.Equal, "2.0-3.fc99"), facts.Packages[1].Provides);
        Assert.Equal(["Provides: %(date)"], facts.NotUnderstood);
        Assert.Equal(["libx.so.2* in its %files", "*.pc in its %files"], facts.Packages.SelectMany(package => package.Patterns).Select(pattern => pattern.Said.Replace("%{api}", "2", StringComparison.Ordinal)));
    }

    [Fact]
    public void Which_needs_vanish_with_bootstrap_is_read_from_its_conditions()
    {
        var facts = SpecFacts.Of(Spec, libx);
        Assert.True(facts is { HasBootstrap: true, ReleaseHasDist: true, ReleaseHasBootstrap: false });
        Assert.Equal(["liby-devel >= 1.0", "docs-tool"], facts.Vanishing);
        Assert.Contains("never-without-bootstrap", facts.WithBootstrap);
        Assert.Contains("nasm", facts.Plainly);
    }

    [Fact]
    public void A_release_that_bootstrap_changes_is_seen()
    {
        Assert.True(SpecFacts.Of("%bcond bootstrap 0\nRelease: 1%{?with_bootstrap:~bootstrap}\n", libx) is { ReleaseHasBootstrap: true, ReleaseHasDist: false, HasBootstrap: true });
        Assert.False(SpecFacts.Of("Release: 1\n", libx) is { HasBootstrap: true });
    }

    [Fact]
    public void Hostile_specs_end_soon_and_expand_to_nothing()
    {
        Assert.NotEmpty(SpecFacts.Of("%global a %{b}%{b}\n%global b %{a}%{a}\nProvides: %{a}\n", libx).NotUnderstood);
        var bomb = string.Concat(Enumerable.Range(0, 40).Select(i => $"%global a{i} %{{a{i + 1}}}%{{a{i + 1}}}%{{a{i + 1}}}\n")) + "Provides: %{a0}\n";
        Assert.NotEmpty(SpecFacts.Of(bomb, libx).NotUnderstood);
        _ = SpecFacts.Of(string.Concat(Enumerable.Repeat("%if 1\n", 60_000)) + new string('(', 100_000) + "\n%if " + new string('(', 5000) + "\n%endif\n%else\n%elif x\n%{", libx);
    }

    [Theory]
    [InlineData(RpmFormat.V4, "none")]
    [InlineData(RpmFormat.V4, "gzip")]
    [InlineData(RpmFormat.V6, "zstd")]
    public async Task The_spec_is_found_in_the_payload(RpmFormat format, string compressor)
    {
        var bytes = new SyntheticRpm("a", "1", "1")
        {
            IsSource = true, Format = format, Compressor = compressor,
            Files = [new("a.tar", new byte[300_001]), new("a.spec", "Name: a\n"u8.ToArray(), Flags: PackageFileFlags.Spec), new("z.patch", new byte[7])],
        }.Build();
        var stream = new MemoryStream(bytes);
        var package = await RpmPackage.Read(stream, TestContext.Current.CancellationToken);
        Assert.Equal("Name: a\n", SpecFile.Read(package, stream));
    }
}
