namespace Skyline.Builder.Tests;

public sealed class KeepTests
{
    static readonly DateTime noon = new(2026, 11, 22, 12, 0, 0, DateTimeKind.Utc);

    static KeptEntry Entry(string key, int minutesAgo, string? under = null, long bytes = 100) => new(key, noon.AddMinutes(-minutesAgo), new(under, bytes, 86, "boot"));

    static string? Next(KeepLimits limits, string[] held, params KeptEntry[] kept) => limits.NextToDrop(kept, held.Contains);

    [Fact]
    public void Nothing_is_dropped_while_there_is_room() => Assert.Null(Next(new(3, 1000), [], Entry("a", 5), Entry("b", 9)));

    [Fact]
    public void Least_recently_used_goes_first() => Assert.Equal("b", Next(new(2, 1000), [], Entry("a", 5), Entry("b", 9)));

    [Fact]
    public void One_that_is_held_stays() => Assert.Equal("a", Next(new(2, 1000), ["b"], Entry("a", 5), Entry("b", 9)));

    [Fact]
    public void One_that_another_lies_over_stays_until_that_has_gone()
    {
        var (under, over) = (Entry("under", 9), Entry("over", 5, "under"));

        Assert.Equal("over", Next(new(2, 1000), [], under, over));
        Assert.Equal("under", Next(new(1, 1000), [], under));
    }

    [Fact]
    public void Too_many_bytes_count_too() => Assert.Equal("b", Next(new(99, 150), [], Entry("a", 5), Entry("b", 9)));

    [Fact]
    public void What_is_not_whole_goes_at_once() => Assert.Equal("torn", Next(new(99, 9999), [], Entry("a", 5), new KeptEntry("torn", noon, null)));

    [Fact]
    public void Nothing_goes_when_all_is_held() => Assert.Null(Next(new(1, 1), ["a", "b"], Entry("a", 5), Entry("b", 9)));

    [Fact]
    public void Key_is_of_the_set_not_of_its_order()
    {
        RootPackage one = new("one", 0, "1", "1", "x86_64", "aa", 1, "r", []), two = new("two", 2, "1", "1", "x86_64", "bb", 1, "r", []);

        Assert.Equal(BuildrootKey.Of(TestOs.Recipe, [one, two]), BuildrootKey.Of(TestOs.Recipe, [two, one]));
        Assert.NotEqual(BuildrootKey.Of(TestOs.Recipe, [one, two]), BuildrootKey.Of(TestOs.Recipe, [one]));
        Assert.NotEqual(BuildrootKey.Of(TestOs.Recipe, [one, two]), BuildrootKey.Of(TestOs.Recipe, [one, two with { Sha256 = "cc" }]));
        Assert.NotEqual(BuildrootKey.Of(TestOs.Recipe, [one]), BuildrootKey.Of(TestOs.Recipe with { Chroot = "another" }, [one]));
    }
}
