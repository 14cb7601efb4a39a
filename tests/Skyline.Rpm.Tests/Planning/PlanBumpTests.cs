namespace Skyline.Rpm.Tests.Planning;

/// <summary>A library's packages are replaced: what breaks, what is built anew, and in which order.</summary>
public sealed class PlanBumpTests
{
    static Dependency Dep(string text) => text.StartsWith('(') ? new(text, DependencyFlags.None, "")
        : text.Split(' ') is [var name, var op, var evr] ? new(name, op switch { "=" => DependencyFlags.Equal, ">=" => DependencyFlags.Greater | DependencyFlags.Equal, "<" => DependencyFlags.Less, _ => throw new ArgumentException(op) }, evr)
        : new(text, DependencyFlags.None, "");

    /// <param name="text">"NAME of SOURCE: provides | requires", each with commas between; it provides its own name too.</param>
    static HeldPackage Package(string text)
    {
        var (head, rest) = text.Split(": ", 2) is [var first, var second] ? (first, second) : (text, "|");
        var (name, source) = head.Split(" of ") is [var one, var made] ? (one, made) : (head, head);
        var lists = rest.Split('|', StringSplitOptions.TrimEntries).Select(list => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Dep).ToList()).ToList();
        return new(new(name, 0, "1", "1", "x86_64"), source, new([Dep($"{name} = 1-1"), .. lists[0]], [], lists.Count > 1 ? lists[1] : [], [], []));
    }

    static HeldSource Source(string name, params string[] requires) => new(name, [.. requires.Select(Dep)]);

    static BumpPlanned Plan(IEnumerable<string> held, IEnumerable<string> fresh, IReadOnlyList<HeldSource> sources, string library = "lib", params string[] everywhere) =>
        PlanBump.Of([new("x86_64", [.. held.Select(Package)], [.. fresh.Select(Package)])], new HashSet<string> { library }, sources, everywhere);

    static string Broken(BumpPlanned plan) => string.Join(", ", plan.Broken.Select(one => $"{one.Package.Nevra.Name}{(one.Through is { } through ? $" by {through.Nevra.Name}" : "")}"));

    /// <returns>"a b, c": the waves.</returns>
    static string Waves(BumpPlanned plan) =>
        string.Join(", ", Enumerable.Range(0, plan.Graph.Count).GroupBy(source => plan.Order.Waves[source]).OrderBy(wave => wave.Key).Select(wave => string.Join(' ', wave.Select(source => plan.Graph.Sources[source]))));

    static readonly string[] chain =
    [
        "lib: lib.so.1 |", "lib-devel of lib: | lib = 1-1", "curl: | lib.so.1", "git: | curl", "tool: | lib.so.1", "other: | libc.so.6",
    ];

    static readonly HeldSource[] builds = [Source("lib"), Source("curl", "lib-devel", "gcc"), Source("git", "curl"), Source("tool", "lib-devel", "git"), Source("other", "gcc")];

    [Fact]
    public void What_requires_what_goes_is_built_anew_and_what_only_needs_that_mends_itself()
    {
        var plan = Plan(chain, ["lib: lib.so.2 |", "lib-devel of lib: | lib = 1-1"], builds);

        Assert.Equal(["lib.so.1"], plan.Gone);
        Assert.Equal(["lib.so.2"], plan.Come);
        Assert.Equal("curl, tool, git by curl", Broken(plan));
        // tool is built in a buildroot with git in it, and so with curl.
        Assert.Equal("curl, tool", Waves(plan));
        Assert.Empty(plan.Unbuildable);
        Assert.Empty(plan.Order.Cycles);
    }

    [Fact]
    public void A_library_that_keeps_what_it_offered_breaks_nothing()
    {
        var plan = Plan(chain, ["lib: lib.so.1, lib.so.2 |", "lib-devel of lib: | lib = 1-1"], builds);

        Assert.Empty(plan.Broken);
        Assert.Equal(0, plan.Graph.Count);
        Assert.Equal(["lib.so.2"], plan.Come);
    }

    [Fact]
    public void Another_package_that_offers_the_same_keeps_what_needs_it_whole()
    {
        Assert.Equal("curl", Broken(Plan(["lib: lib.so.1 |", "curl: | lib.so.1", "git: | curl", "compat: curl |"], ["lib: lib.so.2 |"], [])));
        Assert.Equal("", Broken(Plan([.. chain, "lib1 of compat: lib.so.1 |"], ["lib: lib.so.2 |", "lib-devel of lib: | lib = 1-1"], builds)));
    }

    [Fact]
    public void What_was_not_met_before_is_from_elsewhere_and_no_news()
    {
        Assert.DoesNotContain("other", Broken(Plan(chain, ["lib: lib.so.2 | libz.so.9"], builds)));
        Assert.DoesNotContain("lib,", Broken(Plan(chain, ["lib: lib.so.2 | libz.so.9"], builds)));
    }

    [Fact]
    public void Versions_and_rich_requirements_are_compared_as_rpm_does()
    {
        string[] held = ["lib: cap = 1.5 |", "old: | cap < 2", "new: | cap >= 1", "either: | (cap < 2 or else)", "both: | (cap < 2 and lib)", "perhaps: | (cap < 2 if not-there)", "without: | (cap without nothing)"];
        string[] fresh = ["lib: cap = 2.0 |"];

        Assert.Equal("old, either, both", Broken(Plan(held, fresh, [])));
        Assert.Equal("old, both", Broken(Plan([.. held, "else: |"], fresh, [])));
        Assert.Equal("old, either, both, perhaps", Broken(Plan([.. held, "not-there: |"], fresh, [])));
    }

    [Fact]
    public void Sources_that_need_each_others_broken_packages_are_a_cycle_and_a_buildroot_that_is_broken_itself_is_told()
    {
        string[] held = ["lib: lib.so.1 |", "a: | lib.so.1", "b: | lib.so.1", "sh: | lib.so.1", "c: | lib.so.1"];
        HeldSource[] sources = [Source("a", "b"), Source("b", "a"), Source("c"), Source("sh")];

        var plan = Plan(held, ["lib: lib.so.2 |"], sources, "lib", "sh");

        Assert.Equal(["a", "b"], Assert.Single(plan.Order.Cycles).Select(source => plan.Graph.Sources[source]));
        Assert.Equal(["sh"], plan.BaseNeeds);
        Assert.Equal("sh, a b c", Waves(plan));
    }

    [Fact]
    public void Sources_that_want_what_has_gone_to_be_built_are_told_whether_they_are_built_anew_or_not()
    {
        var plan = Plan([.. chain, "lib-static of lib: |"], ["lib: lib.so.2 |", "lib-devel of lib: | lib = 1-1"], [.. builds, Source("fixed", "lib-static"), Source("never", "not-here")]);

        Assert.Equal(["fixed needs lib-static"], plan.Unbuildable.Select(one => $"{one.Name} needs {string.Join(' ', one.Unmet)}"));
    }

    [Fact]
    public void Each_architecture_breaks_by_itself()
    {
        var (one, other) = (new BumpWorld("x86_64", [.. chain.Select(Package)], [.. new[] { "lib: lib.so.1 |", "lib-devel of lib: | lib = 1-1" }.Select(Package)]), new BumpWorld("aarch64", [.. chain[..3].Select(Package)], [Package("lib: lib.so.2 |")]));

        var plan = PlanBump.Of([one, other], new HashSet<string> { "lib" }, builds, []);

        Assert.Equal("curl", Waves(plan));
    }

    [Theory]
    [InlineData("libboost*.so.1.83", "libboost_filesystem.so.1.83.0()(64bit)", true)]
    [InlineData("libboost*.so.1.83", "libboost_filesystem.so.1.830.0()(64bit)", false)]
    [InlineData("libboost*.so.1.83", "libboost_filesystem.so.1.83", true)]
    [InlineData("libssl.so.3", "libssl.so.3()(64bit)", true)]
    [InlineData("libssl.so.3", "libssl.so.3(OPENSSL_3.0.0)(64bit)", true)]
    [InlineData("perl", "perl(Foo)", false)]
    [InlineData("perl*", "perl(Foo)", true)]
    [InlineData("python3.1?", "python3.13", true)]
    [InlineData("libfoo.so.1", "(libbar and (libfoo.so.1()(64bit) or x))", true)]
    [InlineData("bar", "(libbar or x)", false)]
    public void A_capability_is_found_by_what_people_write(string glob, string capability, bool found) =>
        Assert.Equal(found, CapabilityGlob.Of(glob)!.Finds(new(capability, DependencyFlags.None, "")));

    [Fact]
    public void What_no_capability_is_called_is_no_glob()
    {
        foreach (var none in new[] { "", null, "a b", "a\n", new string('a', 201) }) Assert.Null(CapabilityGlob.Of(none));
    }
}
