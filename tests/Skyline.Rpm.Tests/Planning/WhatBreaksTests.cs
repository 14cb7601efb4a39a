namespace Skyline.Rpm.Tests.Planning;

/// <summary>What is new in a repository, and lacks what it was built with.</summary>
public sealed class WhatBreaksTests
{
    static Dependency Dep(string name) => new(name, DependencyFlags.None, "");

    static HeldPackage Package(string name, string version, string[]? provides = null, string[]? requires = null) =>
        new(new(name, 0, version, "1", "x86_64"), name, new([Dep(name), .. (provides ?? []).Select(Dep)], [], [.. (requires ?? []).Select(Dep)], [], []));

    static string Told(IReadOnlyList<BrokenPackage> broken) => string.Join(", ", broken.Select(one => $"{one.Package.Nevra.Name}-{one.Package.Nevra.Version}: {string.Join(' ', one.Unmet.Select(unmet => unmet.Name))}{(one.Through is { } through ? $" of {through.Nevra.Name}" : "")}"));

    static readonly HeldPackage[] before = [Package("lib", "1", ["lib.so.1"]), Package("curl", "1", requires: ["lib.so.1", "libc.so.6"]), Package("git", "1", requires: ["curl"]), Package("sick", "1", requires: ["lib.so.2"])];
    static readonly HeldPackage library = Package("lib", "2", ["lib.so.2"]), rebuilt = Package("curl", "2", requires: ["lib.so.2", "libc.so.6"]);

    static HeldPackage[] With(params HeldPackage[] fresh) => [.. before.Where(package => fresh.All(one => one.Source != package.Source)), .. fresh];

    [Fact]
    public void A_rebuilt_package_without_the_library_that_it_was_built_with_breaks_and_what_needs_it()
    {
        Assert.Equal("curl-2: lib.so.2, git-1: curl of curl", Told(WhatBreaks.Of(before, With(rebuilt), [.. before, library, rebuilt])));
        Assert.Equal("", Told(WhatBreaks.Of(before, With(rebuilt, library), [library, rebuilt])));
    }

    [Fact]
    public void What_is_met_nowhere_that_is_known_is_news_only_where_all_is_known()
    {
        Assert.Equal("", Told(WhatBreaks.Of(before, With(rebuilt), [rebuilt])));
        Assert.Equal("curl-2: lib.so.2 libc.so.6, git-1: curl of curl", Told(WhatBreaks.Of(before, With(rebuilt), [rebuilt], isAll: true)));
        // What was broken before is no news, whoever asks for the same anew.
        var outside = Package("glibc", "1", ["libc.so.6"]);
        Assert.Equal("curl-2: lib.so.2, git-1: curl of curl", Told(WhatBreaks.Of([.. before, outside], [.. With(rebuilt), outside], [], isAll: true)));
    }
}
