namespace Skyline.Builder.Tests;

public sealed class FailingLinesTests
{
    static FailingLines Find(string log) => FailingLines.Find(log.Split('\n'));

    [Fact]
    public void Compiler_error_comes_first_and_rpms_own_summary_last()
    {
        var found = Find("""
            Executing(%prep): /bin/sh -e /var/tmp/rpm-tmp.a
            + echo 'error: not one'
            Executing(%build): /bin/sh -e /var/tmp/rpm-tmp.b
            + make -j2
            gcc -Werror=format-security -c main.c
            main.c:12:9: warning: unused variable 'x'
            main.c:14:3: error: 'y' undeclared (first use in this function)
            make: *** [Makefile:3: main.o] Error 1
            error: Bad exit status from /var/tmp/rpm-tmp.b (%build)

            RPM build errors:
                Bad exit status from /var/tmp/rpm-tmp.b (%build)
            """);

        Assert.Equal("%build", found.Section);
        Assert.Equal(
            ["main.c:14:3: error: 'y' undeclared (first use in this function)", "make: *** [Makefile:3: main.o] Error 1", "Bad exit status from /var/tmp/rpm-tmp.b (%build)"],
            found.Lines);
    }

    [Theory]
    [InlineData("/usr/bin/ld: main.o: in function `main': main.c:(.text+0x5): undefined reference to `crc32'")]
    [InlineData("configure: error: C compiler cannot create executables")]
    [InlineData("CMake Error at CMakeLists.txt:4 (find_package):")]
    [InlineData("error[E0425]: cannot find value `x` in this scope")]
    [InlineData("ModuleNotFoundError: No module named 'setuptools'")]
    [InlineData("main.c:1:10: fatal error: zlib.h: No such file or directory")]
    [InlineData("FAIL: tests/roundtrip")]
    [InlineData("/var/tmp/rpm-tmp.b: line 31: cmake: command not found")]
    [InlineData("make[2]: *** No rule to make target 'all'.  Stop.")]
    [InlineData("cc1plus: virtual memory exhausted: Cannot allocate memory")]
    public void Line_that_says_why_is_found_among_others(string line)
    {
        var found = Find($"Executing(%build): /bin/sh\nfirst\nsecond\n{line}\nlast words\nerror: Bad exit status from /var/tmp/x (%build)");

        Assert.Equal(line, found.Lines[0]);
    }

    [Fact]
    public void Errors_of_a_section_that_went_well_are_not_blamed()
    {
        var found = Find("""
            Executing(%build): /bin/sh
            checking for x... error: no
            Executing(%check): /bin/sh
            FAIL: one
            error: Bad exit status from /var/tmp/x (%check)
            """);

        Assert.Equal(("%check", "FAIL: one"), (found.Section, found.Lines[0]));
        Assert.DoesNotContain(found.Lines, line => line.Contains("checking", StringComparison.Ordinal));
    }

    [Fact]
    public void Unpackaged_files_are_a_fault_of_the_files_section()
    {
        var found = Find("""
            Executing(%install): /bin/sh
            Processing files: x-1-1.noarch
            Checking for unpackaged file(s): /usr/lib/rpm/check-files /builddir/build/BUILDROOT/x
            error: Installed (but unpackaged) file(s) found:
               /usr/share/forgotten

            RPM build errors:
                Installed (but unpackaged) file(s) found:
               /usr/share/forgotten
            """);

        Assert.Equal("%files", found.Section);
        Assert.Contains("/usr/share/forgotten", found.Lines);
    }

    [Fact]
    public void Without_a_line_that_says_why_the_last_ones_do()
    {
        var found = Find("Executing(%build): /bin/sh\n" + string.Join('\n', Enumerable.Range(1, 50).Select(n => $"line {n}")) + "\nerror: Bad exit status from /var/tmp/x (%build)");

        Assert.Equal("line 50", found.Lines[^1]);
        Assert.InRange(found.Lines.Count, 5, 10);
    }

    [Fact]
    public void What_is_handed_out_is_bounded_and_free_of_control_characters()
    {
        var found = Find("Executing(%build): /bin/sh\n" + string.Join('\n', Enumerable.Range(0, 5000).Select(n => $"\u001b[31m{n}.c:1: error: {new string('x', 3000)}\u0007")));

        Assert.InRange(found.Lines.Count, 1, 30);
        Assert.All(found.Lines, line => Assert.True(line.Length <= 501 && !line.Any(char.IsControl)));
    }

    [Fact]
    public void Want_of_processes_is_noticed() =>
        Assert.True(Find("Executing(%build): /bin/sh\n/bin/sh: fork: retry: Resource temporarily unavailable").Forkless);
}
