using Skyline.Testing.Rpms;

namespace Skyline.Rpm.Tests.Repodata;

/// <summary>Sound packages that are odd in one way each, and that rpm 4.18, which createrepo_c stands on, reads.</summary>
static class OddPackages
{
    public static IEnumerable<SyntheticRpm> All =>
    [
        new("version-six") { Format = RpmFormat.V6, Files = Some },
        new("source-three") { Format = RpmFormat.V3, IsSource = true, Files = [new("odd.spec", "Name: odd\n"u8.ToArray())] },
        new("source-six") { Format = RpmFormat.V6, IsSource = true, Files = [new("odd.spec", "Name: odd\n"u8.ToArray()), new("odd.tar.gz", [1, 2, 3])] },
        new("no-files") { Files = [] },
        new("epoch") { Epoch = 7, Files = Some },
        new("latin") { Summary = "caf\uf7e9 \uf7a9 na\uf7efve", Description = "Gr\uf7fc\uf7dfe <&> \uf780", Files = [new("/usr/share/\uf7e9t\uf7e9", [])] },
        new("hostile-xml") { Summary = "]]> <a b=\"c\"> &amp; 'd'\r\n", Description = "\ttab\n\n  spaces  \n&#0;", Files = [new("/etc/a&b<c>\"d\".conf", [])] },
        new("flags") { Files = Some, Dependencies = [.. EveryComparison] },
        new("evrs") { Dependencies = [.. OddEvrs] },
        new("own-files") { Files = Some, Dependencies = [Requires("/etc/some.conf"), Requires("/usr/bin/some"), Requires("/usr/share/some"), Requires("/usr/bin/other")] },
        new("twice") { Dependencies = [.. Twice] },
        new("weak") { Dependencies = [.. Weak], Header = OldWeak },
        new("log") { Changelog = [.. Enumerable.Range(0, 25).Select(i => new ChangelogEntry(Day(i / 4), $"Packager {i}   ", $"- entry {i} <&>\n- more"))] },
        new("log-backwards") { Changelog = [.. Enumerable.Range(0, 6).Select(i => new ChangelogEntry(Day(-(i / 2)), $"P{i}", "- x"))] },
        new("libc") { Dependencies = [.. Libc] },
        new("many-files") { Files = [.. Enumerable.Range(0, 3_000).Select(i => new SyntheticFile($"/usr/{(i % 3 == 0 ? "bin" : "share")}/many/{i % 50}/f{i}", []))] },
    ];

    public static SyntheticRpm BinaryThree => new("version-three")
    {
        Format = RpmFormat.V3,
        Files = Some,
        Dependencies = [Provides("other"), Provides("version-three", DependencyFlags.Equal, "1.0-1"), Requires("/bin/sh")],
    };

    static IReadOnlyList<SyntheticFile> Some =>
    [
        new("/etc/some.conf", [1], Flags: PackageFileFlags.Config), new("/etc/some.d", [], Mode: 0x41ed), new("/usr/bin/some", [2], Mode: 0x81ed),
        new("/usr/lib/sendmail", [3]), new("/usr/lib/sendmail2", [3]), new("/usr/share/some", [4]), new("/usr/share/bin/some", [4]),
        new("/var/log/some.log", [], Flags: PackageFileFlags.Ghost), new("/var/lib/ghost-folder", [], Mode: 0x41ed, Flags: PackageFileFlags.Ghost),
    ];

    static DateTimeOffset Day(int day) => DateTimeOffset.FromUnixTimeSeconds(1_700_000_000 - day * 86_400L);

    static (DependencyKind, Dependency) Requires(string name, DependencyFlags flags = DependencyFlags.None, string evr = "") =>
        (DependencyKind.Requires, new(name, flags, evr));

    static (DependencyKind, Dependency) Provides(string name, DependencyFlags flags = DependencyFlags.None, string evr = "") =>
        (DependencyKind.Provides, new(name, flags, evr));

    static IEnumerable<(DependencyKind, Dependency)> EveryComparison =>
        from kind in Enum.GetValues<DependencyKind>()
        from flags in Enumerable.Range(0, 16)
        select (kind, new Dependency($"dep{kind}{flags}", (DependencyFlags)flags, "1:2-3"));

    static IEnumerable<(DependencyKind, Dependency)> OddEvrs =>
        from evr in (string[])["", "1", "1-2", "1:2", ":3", "1:", "x:1", " 2:1", "+2:1", "-2:1", "1-2-3", "1:2:3-4", "-", "1-", "&<>\"", "1:\uf7e9"]
        from kind in (DependencyKind[])[DependencyKind.Requires, DependencyKind.Provides, DependencyKind.Obsoletes]
        select (kind, new Dependency($"evr-{kind}-{evr}", DependencyFlags.Equal, evr));

    static IEnumerable<(DependencyKind, Dependency)> Twice =>
    [
        Provides("mine", DependencyFlags.Equal, "1-1"), Provides("yours"), Requires("mine", DependencyFlags.Equal, "1-1"), Requires("mine", DependencyFlags.Equal, "2"),
        Requires("yours"), Requires("a"), Requires("a"), Requires("a", DependencyFlags.ScriptPre), Requires("a", DependencyFlags.Equal, "1"), Requires("a"),
        Requires("rpmlib(Some)", DependencyFlags.RpmLib | DependencyFlags.Less | DependencyFlags.Equal, "4.0-1"), Requires("b", DependencyFlags.PreReq),
        Requires("b", DependencyFlags.ScriptPost), Requires("b", DependencyFlags.ScriptPreUn), Requires("(rich or poor)"), Requires("(rich or poor)"), Requires(""),
    ];

    static IEnumerable<(DependencyKind, Dependency)> Weak =>
    [
        Requires("hint", DependencyFlags.MissingOk), Requires("need"), (DependencyKind.Recommends, new("new", DependencyFlags.None, "")),
        (DependencyKind.Suggests, new("s", DependencyFlags.Equal, "1")), (DependencyKind.Enhances, new("e", DependencyFlags.None, "")),
        (DependencyKind.Supplements, new("u", DependencyFlags.None, "")),
    ];

    static void OldWeak(HeaderWriter header) => header
        .Texts(RpmTag.OldSuggestsName, ["old-strong", "old-weak"]).Texts(RpmTag.OldSuggestsVersion, ["", "1"]).Int32(RpmTag.OldSuggestsFlags, 1 << 27, 8)
        .Texts(RpmTag.OldEnhancesName, ["olde-strong", "olde-weak"]).Texts(RpmTag.OldEnhancesVersion, ["", "1"]).Int32(RpmTag.OldEnhancesFlags, 1 << 27, 8);

    static IEnumerable<(DependencyKind, Dependency)> Libc =>
        ((string[])["libc.so.6", "libc.so.6(GLIBC_PRIVATE)(64bit)", "libc.so.6()(64bit)", "libc.so.6(GLIBC_2.2.5)(64bit)", "libm.so.6(GLIBC_2.29)(64bit)",
            "libc.so.6(GLIBC_2.34)(64bit)", "libc.so.6(GLIBC_2.4)(64bit)", "libc.so.6(", "zlib"]).Select(n => Requires(n));
}
