using Skyline.Server.Chains;

namespace Skyline.Server.Tests.Chains;

/// <summary>Links arranged by hand: "a b : c" is two links.</summary>
public sealed class ArrangeLinksTests
{
    static IReadOnlyList<IReadOnlyList<string>> Read(string links) => [.. links.Split(" : ", StringSplitOptions.RemoveEmptyEntries).Select(link => (IReadOnlyList<string>)link.Split(' '))];

    static string After(string links, Move move) => string.Join(" : ", ArrangeLinks.Of(Read(links), move).Select(link => string.Join(' ', link)));

    [Theory]
    [InlineData("a : b : c", "b", "a b : c")]
    [InlineData("a b : c", "b", "b : a : c")]
    [InlineData("a : b", "a", "a : b")]
    [InlineData("a b", "a", "a : b")]
    [InlineData("a : b", "none", "a : b")]
    public void Earlier_is_half_a_link_towards_the_beginning(string links, string source, string after) => Assert.Equal(after, After(links, new Move.Earlier(source)));

    [Theory]
    [InlineData("a : b : c", "b", "a : c b")]
    [InlineData("a b : c", "a", "b : a : c")]
    [InlineData("a : b", "b", "a : b")]
    public void Later_is_half_a_link_towards_the_end(string links, string source, string after) => Assert.Equal(after, After(links, new Move.Later(source)));

    [Fact]
    public void Steps_alone_lead_from_any_order_to_any_other()
    {
        var links = Read("a b c");
        foreach (var move in new Move[] { new Move.Later("c"), new Move.Earlier("a"), new Move.Later("b"), new Move.Later("b") }) links = ArrangeLinks.Of(links, move);

        Assert.Equal("a : c : b", string.Join(" : ", links.Select(link => string.Join(' ', link))));
    }

    [Fact]
    public void What_is_dropped_goes_into_a_link_or_makes_one_and_no_link_stays_empty()
    {
        Assert.Equal("b a : c", After("a : b : c", new Move.Into("a", 1)));
        Assert.Equal("a b : c", After("a b : c", new Move.Into("a", 0)));
        Assert.Equal("a : b", After("a : b", new Move.Into("a", 7)));
        Assert.Equal("c : a : b", After("a : b : c", new Move.Between("c", 0)));
        Assert.Equal("b : c : a", After("a : b : c", new Move.Between("a", 3)));
        Assert.Equal("a : b", After("a : b", new Move.Between("a", 9)));
        Assert.Equal("b", After("a : b", new Move.Out("a")));
    }

    [Fact]
    public void What_is_added_comes_once_together_or_apart()
    {
        Assert.Equal("a : b c", After("a", new Move.In(["a", "b", "c", "b"], Apart: false)));
        Assert.Equal("a : b : c", After("a", new Move.In(["b", "c"], Apart: true)));
        Assert.Equal("a", After("a", new Move.In(["a"], Apart: true)));
    }
}
