using System.Text;
using Skyline.Testing.Rpms;

namespace Skyline.Rpm.Tests.Specs;

public sealed class BumpSpecTests
{
    static readonly ChangelogAdd entry = new("Rebuilt for libfoo.so.2", "Mass Rebuild <mass@example.org>", new DateOnly(2026, 11, 30));

    static string Spec(string release, string before = "", string changelog = "%changelog\n* Mon Jan 05 2026 Tester <tester@example.org> - 1.0-3\n- First\n") =>
        $"{before}Name: x\nVersion: 1.0\n{release}\nSummary: For a test\n\n%description\nx\n\n{changelog}";

    static BumpedSpec.Raised Raised(string spec) => Assert.IsType<BumpedSpec.Raised>(BumpSpec.Of(spec, entry, "1.0"));

    static string Why(string spec) => Assert.IsType<BumpedSpec.NotRaised>(BumpSpec.Of(spec, entry, "1.0")).Why;

    [Theory]
    [InlineData("Release: 3%{?dist}", "Release: 4%{?dist}")]
    [InlineData("Release:\t9", "Release:\t10")]
    [InlineData("release : 0", "release : 1")]
    [InlineData("Release: 0.3.rc1%{?dist}", "Release: 0.4.rc1%{?dist}")]
    [InlineData("Release: 0.9%{?dist}", "Release: 0.10%{?dist}")]
    [InlineData("Release: 0.1.20260101git1234567%{?dist}", "Release: 0.2.20260101git1234567%{?dist}")]
    [InlineData("Release: 3%{?dist}.1", "Release: 4%{?dist}.1")]
    [InlineData("Release: 3.1%{?dist}", "Release: 4.1%{?dist}")]
    [InlineData("Release: 1.rc2", "Release: 1.rc2.1")]
    [InlineData("Release: 1.rc2.1", "Release: 1.rc2.2")]
    [InlineData("Release: 1.rc2%{?dist}", "Release: 1.rc2%{?dist}.1")]
    [InlineData("Release: 3%{?dist} # because", "Release: 4%{?dist} # because")]
    [InlineData("Release: %{?prerelease:0.}3%{?prerelease:.%{prerelease}}%{?dist}", "Release: %{?prerelease:0.}4%{?prerelease:.%{prerelease}}%{?dist}")]
    [InlineData("Release: %{!?snap:7}%{?snap:0.7}", null)]
    [InlineData("Release: %release_func 12", "Release: %release_func 13")]
    [InlineData("Release: %{release_func 12}", "Release: %{release_func 13}")]
    [InlineData("Release: 99999999999999999999", "Release: 100000000000000000000")]
    public void A_release_that_is_a_number_is_one_higher(string before, string? after)
    {
        if (after is null) Assert.Contains("cannot be raised here", Why(Spec(before)));
        else Assert.Contains($"\n{after}\n", Raised(Spec(before)).Spec);
    }

    [Theory]
    [InlineData("%global rel 3\n", "Release: %{rel}%{?dist}", "%global rel 4\n")]
    [InlineData("%define baserelease 3\n", "Release: %{baserelease}%{?dist}", "%define baserelease 4\n")]
    [InlineData("%global baserelease 0.3.beta\n", "Release: %baserelease", "%global baserelease 0.4.beta\n")]
    [InlineData("%global rel 3\n", "Release: 0.%{rel}.rc1%{?dist}", "%global rel 4\n")]
    [InlineData("%global rel 3\n%global specrel %{rel}%{?dist}\n", "Release: %{specrel}", "%global rel 4\n%global specrel %{rel}%{?dist}\n")]
    [InlineData("%if 0%{?rhel}\n%global rel 3\n%else\n%global rel 7%{?dist}\n%endif\n", "Release: %{?rel}", "%if 0%{?rhel}\n%global rel 4\n%else\n%global rel 8%{?dist}\n%endif\n")]
    public void A_release_that_is_a_macro_is_raised_where_the_macro_is_set(string before, string release, string after)
    {
        var spec = Raised(Spec(release, before)).Spec;

        Assert.StartsWith(after + "Name: x\n", spec);
        Assert.Contains($"\n{release}\n", spec);
    }

    [Fact]
    public void Each_of_several_conditional_releases_is_raised_and_a_subpackages_own_is_not()
    {
        var spec = Raised("Name: x\nVersion: 1\n%if 0%{?fedora}\nRelease: 3%{?dist}\n%else\nRelease: 1\n%endif\n%package sub\nRelease: 7\n%description\n%changelog\n").Spec;

        Assert.StartsWith("Name: x\nVersion: 1\n%if 0%{?fedora}\nRelease: 4%{?dist}\n%else\nRelease: 2\n%endif\n%package sub\nRelease: 7\n", spec);
    }

    const string Preamble = """
        ## START: Set by rpmautospec
        ## (rpmautospec version 0.8.4)
        ## RPMAUTOSPEC: autorelease, autochangelog
        %define autorelease(e:s:pb:n) %{?-p:0.}%{lua:
            release_number = 9;
            base_release_number = tonumber(rpm.expand("%{?-b*}%{!?-b:1}"));
            print(release_number + base_release_number - 1);
        }%{?-e:.%{-e*}}%{?-s:.%{-s*}}%{!?-n:%{?dist}}
        ## END: Set by rpmautospec


        """;

    [Theory]
    [InlineData("Release: %autorelease", "1.0-10")]
    [InlineData("Release:   %{autorelease}", "1.0-10")]
    [InlineData("Release: %autorelease -b 7", "1.0-16")]
    [InlineData("Release: %{autorelease -p -e rc1}", "1.0-0.10.rc1")]
    public void An_autorelease_is_raised_in_rpmautospecs_preamble(string release, string evr)
    {
        var raised = Raised(Spec(release, Preamble));

        Assert.StartsWith(Preamble.Replace("release_number = 9;", "release_number = 10;", StringComparison.Ordinal), raised.Spec);
        Assert.Contains($"* Mon Nov 30 2026 Mass Rebuild <mass@example.org> - {evr}\n", raised.Spec);
        Assert.Contains($"\n{release}\n", raised.Spec);
    }

    [Fact]
    public void Of_two_preambles_the_one_that_counts_is_raised()
    {
        var spec = Raised(Spec("Release: %autorelease", Preamble + Preamble.Replace("= 9;", "= 2;", StringComparison.Ordinal))).Spec;

        Assert.Contains("release_number = 9;", spec);
        Assert.Contains("release_number = 3;", spec);
    }

    [Fact]
    public void A_release_that_cannot_be_told_is_a_sentence_that_says_what_to_do()
    {
        Assert.Contains("nothing in the source package says its number", Why(Spec("Release: %autorelease")));
        Assert.Contains("'%{nowhere}%{?dist}'", Why(Spec("Release: %{nowhere}%{?dist}")));
        Assert.Contains("no Release line", Why("Name: x\nVersion: 1\n%description\nRelease: 3\n"));
        Assert.Contains("cannot be raised here", Why(Spec("Release: %{a}", "%global a %{b}\n%global b %{a}\n")));
    }

    [Fact]
    public void The_changelog_says_who_when_and_why_on_top()
    {
        var spec = Raised(Spec("Release: 3%{?dist}")).Spec;

        Assert.EndsWith("%changelog\n* Mon Nov 30 2026 Mass Rebuild <mass@example.org> - 1.0-4\n- Rebuilt for libfoo.so.2\n\n* Mon Jan 05 2026 Tester <tester@example.org> - 1.0-3\n- First\n", spec);
    }

    [Theory]
    [InlineData("* Thu Dec 31 2026 T <t@example.org>", "* Thu Dec 31 2026 Mass")]
    [InlineData("* Mon Nov 30 23:50:00 UTC 2026 T <t@example.org>", "* Tue Dec 01 2026 Mass")]
    [InlineData("* Sun Nov 29 2026 T <t@example.org>", "* Mon Nov 30 2026 Mass")]
    public void An_entry_is_never_older_than_the_one_below_it_for_rpm_refuses_that(string newest, string written)
    {
        Assert.Contains($"%changelog\n{written} Rebuild", Raised(Spec("Release: 3", changelog: $"%changelog\n{newest} - 1\n- x\n")).Spec);
    }

    [Fact]
    public void An_automatic_changelog_gets_nothing_and_a_spec_without_one_gets_one()
    {
        Assert.EndsWith("%changelog\n%autochangelog\n", Raised(Spec("Release: 3", changelog: "%changelog\n%autochangelog\n")).Spec);
        Assert.EndsWith("x\n\n\n%changelog\n* Mon Nov 30 2026 Mass Rebuild <mass@example.org> - 1.0-4\n- Rebuilt for libfoo.so.2\n", Raised(Spec("Release: 3", changelog: "")).Spec);
        Assert.EndsWith("%include changes\n", Raised(Spec("Release: 3", changelog: "%include changes\n")).Spec);
        Assert.EndsWith("%changelog\n* Mon Nov 30 2026 Mass Rebuild <mass@example.org> - 1.0-4\n- Rebuilt for libfoo.so.2\n", Raised(Spec("Release: 3", changelog: "%changelog")).Spec);
    }

    [Fact]
    public void A_changelog_cannot_be_made_to_run_anything_and_several_lines_are_several()
    {
        var raised = Assert.IsType<BumpedSpec.Raised>(BumpSpec.Of(Spec("Release: 3"), entry with { Text = "One %(touch /tmp/x)\n\n* Two" }, "1.0"));

        Assert.Contains("- One %%(touch /tmp/x)\n- * Two\n", raised.Spec);
    }

    [Fact]
    public void Bytes_that_are_not_changed_stay_whatever_they_are()
    {
        byte[] spec = [.. Encoding.Latin1.GetBytes("# M\u00fcller\r\nName: x\r\nVersion: 1\r\nRelease: 3\r\n%changelog\r\n"), 0xff, 0x00, (byte)'\n'];

        var (raised, _) = BumpSpec.OfBytes(spec, entry with { Author = "Jörg <j@example.org>" }, null);

        Assert.Equal([.. Encoding.Latin1.GetBytes("# M\u00fcller\r\nName: x\r\nVersion: 1\r\nRelease: 4\r\n%changelog\r\n"), .. "* Mon Nov 30 2026 Jörg <j@example.org>\r\n- Rebuilt for libfoo.so.2\r\n\r\n"u8, 0xff, 0x00, (byte)'\n'], raised);
    }

    [Fact]
    public void Whatever_a_spec_is_the_answer_is_a_spec_or_a_sentence_and_soon()
    {
        var (pieces, random) = (new[] { "Release: ", "%{", "}", "?x:", "%global rel ", "3", "0.", "\n", "%autorelease", "%define autorelease(", "release_number = 4;", "%changelog\n", "* Mon Nov 30 2026 ", "rc", ".", "%release_func " }, new Random(7));
        for (var round = 0; round < 3_000; round++)
        {
            var spec = string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => pieces[random.Next(pieces.Length)]));
            Assert.NotNull(BumpSpec.Of(spec, entry, "1.0"));
        }
        var large = string.Concat(Enumerable.Repeat("%global rel %{rel}\nRelease: %{rel}%{!?a:", 20_000));
        Assert.IsType<BumpedSpec.NotRaised>(BumpSpec.Of(large, entry, "1.0"));
    }

    [Theory]
    [InlineData(RpmFormat.V4, "gzip")]
    [InlineData(RpmFormat.V6, "zstd")]
    public async Task The_spec_is_taken_out_of_a_source_package(RpmFormat format, string compressor)
    {
        var bytes = new SyntheticRpm("x") { Format = format, IsSource = true, Compressor = compressor, Files = [new("a.tar", new byte[70_001]), new("x.spec", "Name: x\n"u8.ToArray())] }.Build();

        var (name, text) = await Spec(bytes, 1 << 20);

        Assert.Equal(("x.spec", "Name: x\n"), (name, Encoding.UTF8.GetString(text)));
        Assert.Contains("more than the 70000 bytes allowed", (await Assert.ThrowsAsync<BadRpmException>(() => Spec(bytes, 70_000))).Message);
    }

    [Fact]
    public async Task A_source_package_without_one_spec_or_with_a_damaged_payload_is_refused()
    {
        var two = new SyntheticRpm("x") { IsSource = true, Files = [new("a.spec", []), new("b.spec", [])] }.Build();
        var none = new SyntheticRpm("x") { IsSource = true, Compressor = "none", Files = [new("a.spec", [1])], Payload = "070701nonsense and more of it until there is enough of it to read an entry, which is a hundred and ten letters long"u8.ToArray() }.Build();
        var cut = new SyntheticRpm("x") { IsSource = true, Compressor = "none", Files = [new("a.spec", [1])], Payload = "0707"u8.ToArray() }.Build();

        foreach (var (bytes, why) in new[] { (two, "not exactly one spec"), (none, "no archive"), (cut, "ends too early") })
            Assert.Contains(why, (await Assert.ThrowsAsync<BadRpmException>(() => Spec(bytes, 1 << 20))).Message);
    }

    static async Task<(string Name, byte[] Text)> Spec(byte[] rpm, long most)
    {
        using var file = new MemoryStream(rpm);
        return await SourceSpec.Read(await RpmPackage.Read(file, TestContext.Current.CancellationToken), file, most, TestContext.Current.CancellationToken);
    }
}
