using System.Globalization;

namespace Skyline.Testing.Rpms;

/// <summary>
/// Packages that the host's own rpmbuild makes, once for a run of the tests. They have what synthetic ones could get wrong:
/// every kind of file, dependency and scriptlet as rpm itself writes them, and every compression of the payload.
/// </summary>
public static class RealRpms
{
    static readonly Lazy<TempFolder> Built = new(Build);

    /// <summary>Payload flags of rpm, by the name of the package that is packed with them.</summary>
    public static readonly IReadOnlyDictionary<string, string> Compressions = new Dictionary<string, string>
    {
        ["packed-gzip"] = "w6.gzdio",
        ["packed-xz"] = "w2.xzdio",
        ["packed-xz-blocks"] = "w1T2.xzdio",
        ["packed-lzma"] = "w3.lzdio",
        ["packed-bzip2"] = "w9.bzdio",
        ["packed-zstd"] = "w3.zstdio",
        ["packed-none"] = "w.ufdio",
    };

    /// <summary>Folder of all binary and source packages.</summary>
    public static string Folder => Built.Value["all"];

    /// <summary>Every package, by path.</summary>
    public static IReadOnlyList<string> All => [.. Directory.GetFiles(Folder, "*.rpm").Order(StringComparer.Ordinal)];

    /// <summary>The one package whose file's name begins and ends so.</summary>
    public static string Of(string name, string ending = ".rpm") =>
        All.Single(p => Path.GetFileName(p).StartsWith(name + "-", StringComparison.Ordinal) && p.EndsWith(ending, StringComparison.Ordinal)
            && char.IsAsciiDigit(Path.GetFileName(p)[name.Length + 1]));

    static TempFolder Build()
    {
        var work = new TempFolder();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => work.Dispose();
        Directory.CreateDirectory(work["all"]);
        RpmBuild(work, "rich", RichSpec, "w6.gzdio");
        RpmBuild(work, "nosrc", NosrcSpec, "w6.gzdio");
        foreach (var (name, flags) in Compressions)
            RpmBuild(work, name, PackedSpec(name), flags);
        return work;
    }

    static void RpmBuild(TempFolder work, string name, string spec, string payload)
    {
        var top = work[name];
        Directory.CreateDirectory(Path.Combine(top, "SOURCES"));
        File.WriteAllText(Path.Combine(top, "SOURCES", "data.txt"), "a source\n");
        var path = Path.Combine(top, $"{name}.spec");
        File.WriteAllText(path, spec);
        HostTool.Run(work.Path, "rpmbuild", "-ba", "--nodeps", "--define", $"_topdir {top}", "--define", $"_dbpath {top}/db", "--define", $"_binary_payload {payload}",
            "--define", "_source_payload w6.gzdio", "--define", "_buildhost forge.example", "--define", "debug_package %{nil}", path).Succeeded();
        foreach (var rpm in Directory.GetFiles(top, "*.rpm", SearchOption.AllDirectories))
            File.Move(rpm, Path.Combine(work["all"], Path.GetFileName(rpm)));
    }

    /// <summary>Much text, so that threaded compression makes several blocks of it.</summary>
    static string PackedSpec(string name) => $$"""
        Name: {{name}}
        Version: 1.0
        Release: 1
        Summary: Packed in one of rpm's ways
        License: MIT
        BuildArch: noarch
        %description
        A package.
        %install
        mkdir -p %{buildroot}/usr/share/packed
        seq 1 {{(name == "packed-xz-blocks" ? 1_500_000 : 3_000).ToString(CultureInfo.InvariantCulture)}} > %{buildroot}/usr/share/packed/numbers
        %files
        /usr/share/packed
        """;

    const string NosrcSpec = """
        Name: nosrc
        Version: 2.0~rc1
        Release: 3^git5
        Summary: Its source may not be passed on
        License: Proprietary
        Source0: data.txt
        NoSource: 0
        BuildArch: noarch
        ExclusiveArch: noarch x86_64
        %description
        A package.
        %install
        mkdir -p %{buildroot}/opt/nosrc
        touch %{buildroot}/opt/nosrc/empty
        %files
        /opt/nosrc
        """;

    const string RichSpec = """
        Name: rich
        Epoch: 3
        Version: 1.2
        Release: 4.tos1
        Summary: A package with <everything> & "more"
        License: MIT AND (GPL-2.0-or-later OR Apache-2.0)
        URL: https://example.invalid/?a=1&b=2
        Vendor: Skyline tests
        Packager: A Packager <packager@example.invalid>
        Group: Development/Tools
        Source0: data.txt
        BuildRequires: gcc >= 4.8, make
        BuildRequires: (pkgconfig(zlib) or zlib-devel)
        ExcludeArch: s390x
        Requires: bash >= 4.0, /bin/sh, /usr/bin/rich-tool, rich-libs = 3:1.2-4.tos1
        Requires: libc.so.6(GLIBC_2.4)(64bit), libc.so.6(GLIBC_2.34)(64bit), libc.so.6()(64bit)
        Requires: (foo >= 1 if bar else (baz or qux)), rich(self)
        Requires(pre): shadow-utils
        Requires(post): systemd >= 1:200
        Requires(preun): systemd
        Provides: rich(self), rich-virtual = 3:9-1, config(rich) = 3:1.2-4.tos1
        Conflicts: poor < 2:0.1, other > 5
        Obsoletes: old-rich <= 1.0-1
        Recommends: nice, (nicer with nicest)
        Suggests: maybe = 1
        Supplements: (something and rich)
        Enhances: rest
        %description
        Line one, with a	tab, é and ünïcödé.
          Line two <indented> & "quoted".

        Line four.
        %package libs
        Summary: Libraries
        BuildArch: noarch
        Requires: rich%{?_isa} = 3:1.2-4.tos1
        %description libs
        Libraries.
        %package empty
        Summary: No files at all
        %description empty
        Nothing.
        %prep
        cp %{SOURCE0} .
        %install
        cd %{buildroot}
        mkdir -p usr/bin usr/sbin etc/rich.d usr/share/doc/rich usr/lib64 var/log usr/share/rich/deep/er opt/bin/x usr/lib
        printf '#!/bin/sh\necho hi\n' > usr/bin/rich-tool
        chmod 755 usr/bin/rich-tool
        touch usr/sbin/richd etc/rich.conf etc/rich.d/one.conf usr/share/doc/rich/README usr/share/rich/deep/er/file usr/lib/sendmail
        touch 'usr/share/rich/with space & <angle> "quote".txt' 'usr/share/rich/ünïcödé' opt/bin/x/tool
        printf 'library' > usr/lib64/librich.so.1.0
        ln -s librich.so.1.0 usr/lib64/librich.so.1
        touch var/log/rich.log
        %pre
        echo pre
        %post
        echo post
        %preun
        echo preun
        %postun -p /bin/sh
        echo postun
        %posttrans -p <lua>
        print("posttrans")
        %triggerin -- bash
        echo trigger
        %files
        /usr/bin/rich-tool
        /usr/sbin/richd
        %config(noreplace) /etc/rich.conf
        %dir /etc/rich.d
        %config /etc/rich.d/one.conf
        %doc /usr/share/doc/rich/README
        %ghost /var/log/rich.log
        %ghost %dir /run/rich
        %attr(640,root,adm) /usr/share/rich
        /usr/lib/sendmail
        /opt/bin
        %files libs
        /usr/lib64/librich.so.1.0
        /usr/lib64/librich.so.1
        %files empty
        %changelog
        * Tue Mar 05 2024 A Packager <packager@example.invalid> - 3:1.2-4
        - Newest <entry> & "more"
        * Tue Mar 05 2024 A Packager <packager@example.invalid> - 3:1.2-3
        - Same day
        * Tue Mar 05 2024 A Packager <packager@example.invalid> - 3:1.2-2
        - Same day again
        * Mon Feb 05 2024 B Packager <b@example.invalid> - 3:1.2-1
        - Fourth
        * Sun Feb 04 2024 B Packager <b@example.invalid> - 3:1.1-9
        - Fifth
        * Sat Feb 03 2024 B Packager <b@example.invalid> - 3:1.1-8
        - Sixth
        * Fri Feb 02 2024 B Packager <b@example.invalid> - 3:1.1-7
        - Seventh
        * Thu Feb 01 2024 B Packager <b@example.invalid> - 3:1.1-6
        - Eighth
        * Wed Jan 31 2024 B Packager <b@example.invalid> - 3:1.1-5
        - Ninth
        * Tue Jan 30 2024 B Packager <b@example.invalid> - 3:1.1-4
        - Tenth
        * Mon Jan 29 2024 B Packager <b@example.invalid> - 3:1.1-3
        - Eleventh, which metadata leaves out
        * Sun Jan 28 2024 B Packager <b@example.invalid> - 3:1.1-2
        - Twelfth
        """;
}
