namespace Skyline.Testing;

/// <summary>Real source packages, made by the system's own rpmbuild from specs that tests bring.</summary>
public static class SourcePackage
{
    /// <returns>The path of the SRPM.</returns>
    public static Task<string> Make(string folder, string spec, CancellationToken ct, params (string Name, string Content)[] sources) =>
        Make(folder, spec, ct, [.. sources.Select(source => (source.Name, System.Text.Encoding.UTF8.GetBytes(source.Content)))]);

    /// <returns>The path of the SRPM.</returns>
    public static async Task<string> Make(string folder, string spec, CancellationToken ct, params (string Name, byte[] Content)[] sources)
    {
        var top = Directory.CreateDirectory(Path.Combine(folder, "rpmbuild-" + Guid.NewGuid().ToString("n"))).FullName;
        foreach (var part in new[] { "SOURCES", "SPECS", "SRPMS" }) Directory.CreateDirectory(Path.Combine(top, part));
        foreach (var (name, content) in sources) await File.WriteAllBytesAsync(Path.Combine(top, "SOURCES", name), content, ct);
        var specFile = Path.Combine(top, "SPECS", "package.spec");
        await File.WriteAllTextAsync(specFile, spec, ct);
        (await Tool.Run("rpmbuild", ["-bs", "--nodeps", "--define", $"_topdir {top}", "--define", $"_dbpath {top}/db", specFile], ct)).Ok("rpmbuild -bs");
        return Directory.GetFiles(Path.Combine(top, "SRPMS"), "*.src.rpm").Single();
    }

    /// <summary>A program in C, built with gcc and make, whose %check runs it; with a noarch subpackage if wanted.</summary>
    public static string Hello(string name = "hello", string version = "1.0", string release = "1%{?dist}", string extraBuild = "", bool docs = false) => $$"""
        Name: {{name}}
        Version: {{version}}
        Release: {{release}}
        Summary: Says hello
        License: MIT
        Source0: hello.c
        BuildRequires: gcc
        %description
        Says hello.
        {{(docs ? $"%package doc\nSummary: What {name} says\nBuildArch: noarch\n%description doc\nIts words." : "")}}
        %prep
        %setup -q -T -c
        cp %{SOURCE0} .
        %build
        {{extraBuild}}
        gcc %{optflags} -o {{name}} hello.c
        %install
        install -D -m755 {{name}} %{buildroot}%{_bindir}/{{name}}
        {{(docs ? $"mkdir -p %{{buildroot}}%{{_datadir}}/{name}\necho hello, world > %{{buildroot}}%{{_datadir}}/{name}/words" : "")}}
        %check
        ./{{name}} | grep hello
        %files
        %{_bindir}/{{name}}
        {{(docs ? $"%files doc\n%{{_datadir}}/{name}" : "")}}
        %changelog
        * Sat Jan 06 2024 T Ester <t@example.org> - {{version}}-1
        - first
        """;

    public const string HelloC = "#include <stdio.h>\nint main(void) { puts(\"hello, world\"); return 0; }\n";

    public static Task<string> MakeHello(string folder, CancellationToken ct, string name = "hello", string version = "1.0", string release = "1%{?dist}", string extraBuild = "", bool docs = false) =>
        Make(folder, Hello(name, version, release, extraBuild, docs), ct, [("hello.c", HelloC)]);
}
