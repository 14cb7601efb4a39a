using System.Diagnostics;

namespace Skyline.Builder.Tests;

/// <summary>Source packages, made as packagers make them: a spec, and rpmbuild -bs.</summary>
static class Srpm
{
    /// <param name="header">Lines of the preamble after the usual ones.</param>
    /// <returns>Path of the source package.</returns>
    public static string Make(string name, string build, string install = "", string files = "", string header = "", string prep = "", string version = "1.0", bool debuginfo = false)
    {
        var folder = Scratch.Folder("srpm");
        var spec = Path.Combine(folder, name + ".spec");
        File.WriteAllText(spec, $"""
            {(debuginfo ? "" : "%global debug_package %{nil}")}
            Name: {name}
            Version: {version}
            Release: 3%{"{?dist}"}
            Summary: For a test
            License: MIT
            {header}

            %description
            For a test.

            %prep
            {prep}

            %build
            {build}

            %install
            mkdir -p %{"{buildroot}"}/usr/share/{name}
            echo {name} >%{"{buildroot}"}/usr/share/{name}/name
            {install}

            %files
            /usr/share/{name}
            {files}

            %changelog
            * Mon Jan 05 2026 Tester <tester@example.org> - {version}-3
            - First

            """);
        return Pack(folder, spec);
    }

    public static string Hello(string name = "hello-test", string build = "") => Make(name,
        $$"""
        cat >hello.c <<'END'
        #include <stdio.h>
        int main(void) { puts("hello"); return 0; }
        END
        gcc %{?optflags} -g -o {{name}} hello.c
        {{build}}
        """,
        $"install -D -m 755 {name} %{{buildroot}}/usr/bin/{name}", $"/usr/bin/{name}", "BuildRequires: gcc", "%setup -q -c -T", debuginfo: true);

    /// <summary>Of a spec that is a file, with sources beside it.</summary>
    /// <returns>Path of the source package.</returns>
    public static string Of(string spec, params IReadOnlyList<string> sources)
    {
        var folder = Scratch.Folder("srpm");
        foreach (var source in sources) File.Move(source, Path.Combine(folder, Path.GetFileName(source)));
        return Pack(folder, spec);
    }

    static string Pack(string folder, string spec)
    {
        var start = new ProcessStartInfo("rpmbuild", ["-bs", "--define", $"_topdir {folder}", "--define", $"_sourcedir {folder}", "--define", $"_dbpath {folder}/db", "--define", "_source_payload w3.zstdio", spec])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"rpmbuild -bs {spec}: {output}{errors.Result}");
        return Directory.EnumerateFiles(Path.Combine(folder, "SRPMS"), "*.src.rpm").Single();
    }
}
