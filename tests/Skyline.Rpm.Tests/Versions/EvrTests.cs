namespace Skyline.Rpm.Tests.Versions;

public sealed class EvrTests
{
    /// <summary>Facts of rpm's own suite on rpmvercmp: a, b, and how a stands to b.</summary>
    public static TheoryData<string, string, int> RpmsOwnCases => new()
    {
        { "1.0", "1.0", 0 }, { "1.0", "2.0", -1 }, { "2.0.1", "2.0.1", 0 }, { "2.0", "2.0.1", -1 }, { "2.0.1a", "2.0.1a", 0 }, { "2.0.1a", "2.0.1", 1 },
        { "5.5p1", "5.5p1", 0 }, { "5.5p1", "5.5p2", -1 }, { "5.5p10", "5.5p10", 0 }, { "5.5p1", "5.5p10", -1 }, { "10xyz", "10.1xyz", -1 },
        { "xyz10", "xyz10", 0 }, { "xyz10", "xyz10.1", -1 }, { "xyz.4", "xyz.4", 0 }, { "xyz.4", "8", -1 }, { "xyz.4", "2", -1 }, { "5.5p2", "5.6p1", -1 },
        { "5.6p1", "6.5p1", -1 }, { "6.0.rc1", "6.0", 1 }, { "10b2", "10a1", 1 }, { "10a2", "10b2", -1 }, { "1.0aa", "1.0aa", 0 }, { "1.0a", "1.0aa", -1 },
        { "10.0001", "10.0001", 0 }, { "10.0001", "10.1", 0 }, { "10.0001", "10.0039", -1 }, { "4.999.9", "5.0", -1 }, { "20101121", "20101121", 0 },
        { "20101121", "20101122", -1 }, { "2_0", "2_0", 0 }, { "2.0", "2_0", 0 }, { "a", "a", 0 }, { "a+", "a+", 0 }, { "a+", "a_", 0 }, { "+a", "+a", 0 },
        { "+a", "_a", 0 }, { "+_", "+_", 0 }, { "_+", "+_", 0 }, { "_+", "_+", 0 }, { "+", "_", 0 },
        { "1.0~rc1", "1.0~rc1", 0 }, { "1.0~rc1", "1.0", -1 }, { "1.0~rc1", "1.0~rc2", -1 }, { "1.0~rc1~git123", "1.0~rc1~git123", 0 }, { "1.0~rc1~git123", "1.0~rc1", -1 },
        { "1.0^", "1.0^", 0 }, { "1.0^", "1.0", 1 }, { "1.0^git1", "1.0^git1", 0 }, { "1.0^git1", "1.0", 1 }, { "1.0^git1", "1.0^git2", -1 }, { "1.0^git1", "1.01", -1 },
        { "1.0^20160101", "1.0^20160101", 0 }, { "1.0^20160101", "1.0.1", -1 }, { "1.0^20160101^git1", "1.0^20160101^git1", 0 }, { "1.0^20160102", "1.0^20160101^git1", 1 },
        { "1.0~rc1^git1", "1.0~rc1^git1", 0 }, { "1.0~rc1^git1", "1.0~rc1", 1 }, { "1.0^git1~pre", "1.0^git1~pre", 0 }, { "1.0^git1", "1.0^git1~pre", 1 },
        { "1b.fc17", "1.fc17", -1 }, { "1g.fc17", "1.fc17", 1 }, { "1.1.α", "1.1.β", 0 }, { "1.1.αα", "1.1.α", 0 },
    };

    [Theory, MemberData(nameof(RpmsOwnCases))]
    public void Versions_and_releases_stand_in_rpms_order(string a, string b, int order)
    {
        Assert.Equal(order, new Evr(0, a, "1").CompareTo(new Evr(0, b, "1")));
        Assert.Equal(-order, new Evr(0, b, "1").CompareTo(new Evr(0, a, "1")));
        Assert.Equal(order, new Evr(2, "1", a).CompareTo(new Evr(2, "1", b)));
    }

    [Fact]
    public void Epoch_outweighs_version_and_version_outweighs_release()
    {
        Assert.True(new Evr(1, "1", "1") > new Evr(0, "99", "99"));
        Assert.True(new Evr(10, "1", "1") > new Evr(9, "1", "1"));
        Assert.True(new Evr(0, "2", "1") > new Evr(0, "1", "99"));
        Assert.True(new Evr(0, "1", "2") >= new Evr(0, "1", "2"));
        Assert.True(new Evr(0, "1", "1") < new Evr(0, "1", "2"));
        Assert.True(new Evr(0, "1", "1") <= new Evr(0, "1", "01"));
    }

    [Fact]
    public void Digits_too_many_for_any_integer_are_compared_as_numbers()
    {
        var nines = new string('9', 400);
        Assert.True(new Evr(0, "1" + nines, "") > new Evr(0, nines, ""));
        Assert.Equal(0, new Evr(0, new string('0', 300) + nines, "").CompareTo(new Evr(0, nines, "")));
    }

    [Theory]
    [InlineData("1.0", 0, "1.0", "")]
    [InlineData("3:1.0-2.fc44", 3, "1.0", "2.fc44")]
    [InlineData("1.0~rc1-1", 0, "1.0~rc1", "1")]
    public void Text_is_taken_apart(string text, int epoch, string version, string release)
    {
        Assert.Equal(new Evr(epoch, version, release), Evr.Parse(text));
        Assert.Equal(text, Evr.Parse(text).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("x:1.0")]
    [InlineData(":1.0")]
    [InlineData("-1:1.0")]
    [InlineData("99999999999:1")]
    [InlineData("-1")]
    public void Text_without_version_or_with_a_bad_epoch_is_refused(string text) => Assert.Throws<FormatException>(() => Evr.Parse(text));
}
