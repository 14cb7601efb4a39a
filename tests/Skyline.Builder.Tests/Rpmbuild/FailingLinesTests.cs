using System.Diagnostics;
using System.Text;
using Skyline.Protocol;

namespace Skyline.Builder.Tests;

public sealed class FailingLinesTests
{
    static FailingLines Find(string log, long from = 0) => Find(Encoding.UTF8.GetBytes(log), from);

    static FailingLines Find(byte[] log, long from = 0) => FailingLines.Find(new LogLines((offset, into) =>
    {
        var piece = log.AsSpan((int)offset, (int)Math.Min(into.Length, log.Length - offset));
        piece.CopyTo(into);
        return piece.Length;
    }, from));

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
    // gcc, ld
    [InlineData("\u001b[01m\u001b[Kpng.c:3:10:\u001b[m\u001b[K \u001b[01;31m\u001b[Kfatal error: \u001b[m\u001b[Kzlib.h: No such file or directory", "png.c:3:10: fatal error: zlib.h: No such file or directory")]
    [InlineData("/usr/lib/gcc/x86_64-redhat-linux/15/../../../../bin/ld: cannot find -lfoo: No such file or directory")]
    [InlineData("/usr/bin/ld: b.o:(.bss+0x0): multiple definition of `verbose'; a.o:(.bss+0x0): first defined here")]
    [InlineData("collect2: error: ld returned 1 exit status")]
    [InlineData("g++: fatal error: Killed signal terminated program cc1plus")]
    [InlineData("{standard input}: Error: open CFI at the end of file; missing .cfi_endproc directive")]
    // configure, autotools, meson, ninja, make
    [InlineData("configure: error: Package requirements (glib-2.0 >= 2.40) were not met:")]
    [InlineData("No package 'glib-2.0' found")]
    [InlineData("configure.ac:12: error: possibly undefined macro: AC_PROG_LIBTOOL")]
    [InlineData("./configure: line 2890: syntax error near unexpected token `GLIB,'")]
    [InlineData("meson.build:17:0: ERROR: Dependency \"libffi\" not found, tried pkgconfig and cmake")]
    [InlineData("FAILED: src/libfoo.so.1.p/foo.c.o")]
    [InlineData("ninja: build stopped: subcommand failed.")]
    [InlineData("make[1]: *** [Makefile:502: check-TESTS] Error 2")]
    [InlineData("/bin/sh: line 1: 31337 Killed                  ./generate > tables.h")]
    [InlineData("/bin/sh: line 5: 4711 Segmentation fault      (core dumped) ./selftest")]
    // Python
    [InlineData("E       assert 1 == 2")]
    [InlineData("FAILED tests/test_io.py::test_read - AssertionError: assert 1 == 2")]
    [InlineData("ERROR tests/test_io.py - ModuleNotFoundError: No module named 'numpy'")]
    [InlineData("========================= 1 failed, 23 passed in 1.52s =========================")]
    [InlineData("FAIL: test_read (tests.test_io.ReadTests.test_read)")]
    [InlineData("setuptools.errors.PackageDiscoveryError: Multiple top-level packages discovered in a flat-layout")]
    // Rust, Go
    [InlineData("error[E0432]: unresolved import `serde`")]
    [InlineData("error: no matching package named `libc` found")]
    [InlineData("thread 'parse::tests::empty' panicked at src/parse.rs:88:9:")]
    [InlineData("test parse::tests::empty ... FAILED")]
    [InlineData("--- FAIL: TestRead (0.00s)")]
    [InlineData("FAIL\texample.org/io\t0.004s")]
    [InlineData("./main.go:7:2: undefined: ioutil")]
    [InlineData("main.go:4:2: package example.org/log is not in std (/usr/lib/golang/src/example.org/log)")]
    [InlineData("go: example.org/x@v1: no required module provides package example.org/x; to add it:")]
    // Java, JavaScript
    [InlineData("[ERROR] /builddir/build/BUILD/x/src/main/java/X.java:[3,18] cannot find symbol")]
    [InlineData("[INFO] BUILD FAILURE")]
    [InlineData("Main.java:3: error: cannot find symbol")]
    [InlineData("> Task :compileJava FAILED")]
    [InlineData("Exception in thread \"main\" java.lang.NoClassDefFoundError: org/junit/Test")]
    [InlineData("npm ERR! code ENOTCACHED")]
    // Perl and TAP
    [InlineData("Can't locate Test/Deep.pm in @INC (you may need to install the Test::Deep module) (@INC entries checked: /usr/lib64/perl5) at t/01.t line 3.")]
    [InlineData("BEGIN failed--compilation aborted at t/01.t line 3.")]
    [InlineData("not ok 3 - parses an empty file")]
    [InlineData("#   Failed test 'parses an empty file'")]
    [InlineData("Failed 1/3 subtests ")]
    [InlineData("Result: FAIL")]
    [InlineData("# FAIL:  2")]
    // rpm, patch, the shell
    [InlineData("/var/tmp/rpm-tmp.Ab12: line 42: fg: no job control")]
    [InlineData("error: File not found: /builddir/build/BUILD/x/BUILDROOT/usr/bin/x")]
    [InlineData("\tpkgconfig(zlib) is needed by x-1-1.x86_64")]
    [InlineData("error: Empty %files file /builddir/build/BUILD/x/debugsourcefiles.list")]
    [InlineData("1 out of 3 hunks FAILED -- saving rejects to file Makefile.rej")]
    [InlineData("Reversed (or previously applied) patch detected!  Assume -R? [n] ")]
    [InlineData("can't find file to patch at input line 5")]
    [InlineData("/bin/sh: ./autogen.sh: /usr/bin/env python: bad interpreter: No such file or directory")]
    [InlineData("x: main.c:12: main: Assertion `argc == 2' failed.")]
    public void Line_that_says_why_is_found_among_others(string line, string? seen = null)
    {
        var found = Find($"Executing(%build): /bin/sh\nfirst\nsecond\n{line}\nlast words\nerror: Bad exit status from /var/tmp/x (%build)");

        Assert.Equal((seen ?? line).TrimEnd(), found.Lines[0]);
        Assert.Equal(new LogPlace(4, "Executing(%build): /bin/sh\nfirst\nsecond\n".Length), found.Places[0]);
    }

    [Theory]
    [InlineData("gcc -O2 -Werror=format-security -Wall -c errors.c -o errors.o")]
    [InlineData("checking for an ANSI C-conforming const... error: no")]
    [InlineData("checking for fork... yes")]
    [InlineData("ok 4 - error: is raised")]
    [InlineData("not ok 5 - dreams come true # TODO not yet")]
    [InlineData("# FAIL:  0")]
    [InlineData("# ERROR: 0")]
    [InlineData("XFAIL: known.sh")]
    [InlineData("test parse::error ... ok")]
    [InlineData("main.c:3:7: warning: 'error: ' is never used")]
    [InlineData("++ echo error: x")]
    [InlineData("  CC       panic.o")]
    public void Line_of_a_build_that_goes_well_is_not_blamed(string line)
    {
        var found = Find($"Executing(%build): /bin/sh\n{line}\nfirst\nx.c:1:1: error: y\nerror: Bad exit status from /var/tmp/x (%build)");

        Assert.Equal(["x.c:1:1: error: y"], found.Lines);
    }

    [Fact]
    public void What_cmake_and_rpm_say_in_several_lines_is_shown_whole()
    {
        var cmake = Find("""
            Executing(%build): /bin/sh
            CMake Error at CMakeLists.txt:10 (find_package):
              By not providing "FindQt6.cmake" in CMAKE_MODULE_PATH this project has
              asked CMake to find a package configuration file provided by "Qt6", but

              CMake did not find one.
            -- Configuring incomplete, errors occurred!
            error: Bad exit status from /var/tmp/x (%build)
            """);
        var configure = Find("""
            Executing(%build): /bin/sh
            configure: error: Package requirements (gtk4 >= 4.10) were not met:

            No package 'gtk4' found

            Consider adjusting the PKG_CONFIG_PATH environment variable
            error: Bad exit status from /var/tmp/x (%build)
            """);

        Assert.Equal(4, cmake.Lines.Count);
        Assert.Equal("  CMake did not find one.", cmake.Lines[3]);
        Assert.Equal(["configure: error: Package requirements (gtk4 >= 4.10) were not met:", "No package 'gtk4' found"], configure.Lines);
    }

    [Fact]
    public void Places_are_the_logs_own_also_where_it_is_read_from_further_on_and_beyond_lines_without_end()
    {
        var log = "Skyline: run 1\n\nExecuting(%build): /bin/sh\nä" + new string('x', 1_000_000) + "\n10%\r20%\r99% error: stuck\n\nlast";
        var from = log.IndexOf("Executing", StringComparison.Ordinal);

        var found = Find(log, from);

        Assert.Equal("99% error: stuck", found.Lines[0]);
        Assert.Equal(new LogPlace(5, Encoding.UTF8.GetByteCount(log[..log.IndexOf("10%", StringComparison.Ordinal)])), found.Places[0]);
    }

    [Theory]
    [InlineData("gcc -O2 -Werror=format-security -Wall -DHAVE_CONFIG_H -I. -c some/file/of/the/sources.c -o x.o\n")]
    [InlineData("x.c:1:1: error: nothing but errors, all along\n")]
    [InlineData("Executing(%build): \u001b[31mfork: ERROR: FAIL panic\u001b[m *** Killed E   \n")]
    [InlineData("error: Bad exit status from /var/tmp/x (%build)\n")]
    [InlineData("\n")]
    [InlineData("no end of it ")]
    public void Long_log_is_read_in_seconds_whatever_it_says(string line)
    {
        var log = Encoding.UTF8.GetBytes(line);
        var bytes = new byte[20_000_000];
        for (var at = 0; at < bytes.Length; at += log.Length) log.AsSpan(0, Math.Min(log.Length, bytes.Length - at)).CopyTo(bytes.AsSpan(at));
        var clock = Stopwatch.StartNew();

        var found = Find(bytes);

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"It took {clock.Elapsed}.");
        Assert.InRange(found.Lines.Count, 0, 30);
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
