using Skyline.Testing.Rpms;

namespace Skyline.Rpm.Tests.Planning;

public sealed class CapabilityTests
{
    /// <summary>Facts of rpm's own suite on rpmds and of its rpmver.c: what is offered, what is asked for, and whether it is met.</summary>
    [Theory]
    [InlineData("a = 1.0-1", "a", true)]
    [InlineData("a", "a >= 2", true)] // existence meets any version
    [InlineData("a = 1.0-1", "b", false)]
    [InlineData("a = 1.0-1", "a = 1.0", true)] // no release asked: any will do
    [InlineData("a = 1.0", "a = 1.0-1", true)]
    [InlineData("a = 1.0-1", "a = 1.0-2", false)]
    [InlineData("a = 1.0-1", "a >= 1.0", true)]
    [InlineData("a = 1.0-1", "a > 1.0", false)]
    [InlineData("a = 1.0-1", "a < 1.0", false)]
    [InlineData("a = 1.0-1", "a <= 1.0-1", true)]
    [InlineData("a = 1.0-2", "a > 1.0-1", true)]
    [InlineData("a = 1:1.0-1", "a > 2.0", true)] // an epoch outweighs
    [InlineData("a = 1:1.0-1", "a = 1.0-1", false)]
    [InlineData("a = 0:1.0-1", "a = 1.0-1", true)] // none is 0
    [InlineData("a = 1.0~rc1-1", "a >= 1.0", false)]
    [InlineData("a = 1.0^git1-1", "a > 1.0", true)]
    [InlineData("a > 1.0", "a < 2.0", true)]
    [InlineData("a < 1.0", "a > 1.0", false)]
    [InlineData("a < 1.0", "a < 1.0", true)]
    [InlineData("a >= 3", "a = 2", false)]
    [InlineData("a = 10", "a = 010", true)]
    public void What_is_offered_meets_what_is_asked_for_as_rpm_has_it(string offered, string asked, bool meets)
    {
        Assert.Equal(meets, CapabilityMatch.Meets(Read(offered), Read(asked)));
        if (Read(offered).Flags != default) Assert.Equal(meets, CapabilityMatch.Meets(Read(asked), Read(offered)));
    }

    internal static Dependency Read(string text) => text.Split(' ') is [var name, var op, var evr] && name[0] != '('
        ? new(name, op switch { "=" => DependencyFlags.Equal, ">=" => DependencyFlags.Greater | DependencyFlags.Equal, "<=" => DependencyFlags.Less | DependencyFlags.Equal, ">" => DependencyFlags.Greater, _ => DependencyFlags.Less }, evr)
        : new(text, DependencyFlags.None, "");

    [Theory]
    [InlineData("(a and b)", "And(a, b)")]
    [InlineData("(a and b and c)", "And(a, b, c)")]
    [InlineData("(pkgconfig(x) >= 1.0 or perl(Y::Z))", "Or(pkgconfig(x) >= 1.0, perl(Y::Z))")]
    [InlineData("(a if b)", "If(a, b)")]
    [InlineData("(a if (b or c) else d)", "If(a, Or(b, c), d)")]
    [InlineData("(a unless b else c)", "Unless(a, b, c)")]
    [InlineData("(a >= 1 with a < 2)", "With(a >= 1, a < 2)")]
    [InlineData("(a without b)", "Without(a, b)")]
    [InlineData("( a )", "a")]
    [InlineData("(crate(x/default) >= 1.0.0 with crate(x/default) < 2.0.0~)", "With(crate(x/default) >= 1.0.0, crate(x/default) < 2.0.0~)")]
    public void A_rich_dependency_is_read_by_rpms_grammar(string text, string tree) => Assert.Equal(tree, Text(RichDependency.Of(Read(text))));

    static string Text(RichDependency? tree) => tree switch
    {
        RichDependency.One one => one.Capability.ToString(),
        RichDependency.Joined joined => $"{joined.Operator}({string.Join(", ", joined.Parts.Select(Text))})",
        _ => "none",
    };

    [Theory]
    [InlineData("(a and")]
    [InlineData("(a and b or c)")]
    [InlineData("(a without b without c)")]
    [InlineData("(a if b if c)")]
    [InlineData("(a xor b)")]
    [InlineData("(a >= )")]
    [InlineData("()")]
    [InlineData("(a) b")]
    public void A_malformed_one_is_none(string text) => Assert.Null(RichDependency.Of(Read(text)));

    [Fact]
    public void One_that_is_nested_or_as_long_as_no_packager_writes_is_none()
    {
        Assert.Null(RichDependency.Of(Read(new string('(', 5000) + "a" + new string(')', 5000))));
        Assert.Null(RichDependency.Of(Read("(" + string.Join(" or ", Enumerable.Range(0, 5000).Select(i => $"a{i}")) + ")")));
        Assert.Null(RichDependency.Of(Read("(" + new string('a', 100_000) + ")")));
    }

    [Fact]
    public async Task What_a_package_offers_and_asks_for_survives_being_bytes()
    {
        var package = new SyntheticRpm("libx", "1.0", "2")
        {
            Files = [new("/usr/bin/x", []), new("/usr/bin/xx", []), new("/etc/x.conf", []), new("/usr/lib64/libx.so.1", []), new("/usr/share/doc/x", [])],
            Dependencies =
            [
                (DependencyKind.Provides, Read("libx = 1.0-2")), (DependencyKind.Provides, Read("libx(x86-64) = 1.0-2")), (DependencyKind.Provides, Read("libx.so.1()(64bit)")), (DependencyKind.Provides, Read("µ >= 2")),
                (DependencyKind.Requires, Read("libc.so.6")), (DependencyKind.Requires, Read("libc.so.6")), (DependencyKind.Requires, Read("rpmlib(CompressedFileNames) <= 3.0.4-1")), (DependencyKind.Requires, Read("(a if b)")),
                (DependencyKind.Conflicts, Read("y < 2")), (DependencyKind.Obsoletes, Read("old < 1")),
            ],
        }.Build();
        var capabilities = PackageCapabilities.Of(await RpmPackage.Read(new MemoryStream(package), TestContext.Current.CancellationToken));
        Assert.Equal(["/etc/x.conf", "/usr/bin/x", "/usr/bin/xx", "/usr/lib64/libx.so.1"], capabilities.Files);
        Assert.Equal(["libc.so.6", "(a if b)"], capabilities.Requires.Select(one => one.ToString()));
        var (offers, asks) = (CapabilityBytes.Offers(capabilities), CapabilityBytes.Asks(capabilities));
        var read = CapabilityBytes.Read(offers, asks);
        Assert.Equal(capabilities.Provides, read.Provides);
        Assert.Equal(capabilities.Files, read.Files);
        Assert.Equal(capabilities.Requires, read.Requires);
        Assert.Equal(capabilities.Conflicts, read.Conflicts);
        Assert.Equal(capabilities.Obsoletes, read.Obsoletes);
        Assert.Equal(capabilities.Requires, CapabilityBytes.ReadRequires(asks));
        Assert.Throws<InvalidDataException>(() => CapabilityBytes.ReadRequires([9, 0, 0, 0]));
    }
}
