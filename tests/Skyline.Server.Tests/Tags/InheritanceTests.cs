using Skyline.Server.Repos;
using Skyline.Server.Tags;

namespace Skyline.Server.Tests.Tags;

/// <summary>By which ways a tag inherits, decided without a database. Tag 10 is looked at.</summary>
public sealed class InheritanceTests
{
    static Inheritance.Link Link(long tag, long parent, int? maxDepth = null, bool intransitive = false, bool noConfig = false, string? filter = null) => new(tag, parent, maxDepth, intransitive, noConfig, filter);

    static TagOrder Order(params Inheritance.Link[] links) => Inheritance.Order(10, links);

    static EffectiveBuilds.Tagged Tagged(long tag, string package, long build) => new(tag, package, build, build);

    static IReadOnlyList<long> Held(TagOrder order, EffectiveBuilds.Tagged[] tagged, EffectiveBuilds.Blocked[]? blocked = null, EffectiveBuilds.Listed[]? listed = null) =>
        [.. EffectiveBuilds.Of(order, all: false, new(tagged, blocked ?? [], listed ?? [])).Select(build => build.BuildId).Order()];

    [Fact]
    public void A_maxdepth_bounds_how_far_one_goes_behind_the_parent_and_links_nearer_bound_it_as_well()
    {
        Assert.Equal([10, 20], Order(Link(10, 20, maxDepth: 0), Link(20, 30)));
        Assert.Equal([10, 20, 30], Order(Link(10, 20, maxDepth: 1), Link(20, 30), Link(30, 40)));
        // Of the two that bound the way to 50 the smaller counts.
        Assert.Equal([10, 20, 30, 40], Order(Link(10, 20, maxDepth: 2), Link(20, 30, maxDepth: 9), Link(30, 40), Link(40, 50)));
        Assert.Equal([10, 20, 30], Order(Link(10, 20, maxDepth: 9), Link(20, 30, maxDepth: 0), Link(30, 40)));
    }

    [Fact]
    public void An_intransitive_link_counts_for_its_own_tag_alone()
    {
        Assert.Equal([10, 20, 30], Order(Link(10, 20, intransitive: true), Link(20, 30)));
        Assert.Equal([10, 20, 40], Order(Link(10, 20), Link(20, 30, intransitive: true), Link(20, 40)));
    }

    [Fact]
    public void Settings_do_not_come_through_noconfig_nor_from_behind_it_unless_another_way_lets_them()
    {
        Assert.Equal([10, 40], Order(Link(10, 20, noConfig: true), Link(10, 40), Link(20, 30)).Config);
        // 30 is reached with settings through 40, and stands once more for that.
        var order = Order(Link(10, 20, noConfig: true), Link(10, 40), Link(20, 30), Link(40, 30));
        Assert.Equal([10, 20, 30, 40], order);
        Assert.Equal([10, 40, 30], order.Config);
    }

    [Fact]
    public void A_later_way_that_goes_deeper_is_taken_once_more_and_one_that_does_not_is_left_out()
    {
        Assert.Equal([10, 20, 30, 40], Order(Link(10, 20, maxDepth: 0), Link(10, 30), Link(30, 20), Link(20, 40)));
        Assert.Equal(4, Order(Link(10, 20), Link(10, 30), Link(20, 40), Link(30, 40)).Ways.Count);
        Assert.Equal([10, 20, 30, 20, 40], Order(Link(10, 20, maxDepth: 0), Link(10, 30), Link(30, 20), Link(20, 40)).Ways.Select(way => way.TagId));
    }

    [Fact]
    public void Filters_match_from_the_beginning_of_a_name_and_add_up_along_a_way()
    {
        EffectiveBuilds.Tagged[] tagged = [Tagged(20, "kernel", 501), Tagged(20, "kernel-tools", 502), Tagged(20, "linux-kernel", 503), Tagged(30, "kernel-docs", 504), Tagged(30, "perl", 505)];

        Assert.Equal([501, 502, 504], Held(Order(Link(10, 20, filter: "kernel"), Link(20, 30)), tagged));
        Assert.Equal([501], Held(Order(Link(10, 20, filter: "kernel$"), Link(20, 30)), tagged));
        Assert.Equal([501, 502, 504], Held(Order(Link(10, 20, filter: "perl|kernel"), Link(20, 30, filter: "k")), [.. tagged]));
    }

    [Fact]
    public void A_tag_behind_a_filter_and_beside_it_gives_all_at_the_place_of_the_way_that_lets_it()
    {
        var order = Order(Link(10, 20, filter: "kernel"), Link(10, 30), Link(30, 20));

        Assert.Equal([10, 20, 30, 20], order.Ways.Select(way => way.TagId));
        Assert.Equal([501, 502], Held(order, [Tagged(20, "kernel", 501), Tagged(20, "perl", 502)]));
        // What 30 blocks is hidden where 20 is reached after it, and not where it is reached before.
        Assert.Equal([501], Held(order, [Tagged(20, "kernel", 501), Tagged(20, "perl", 502)], [new(30, "kernel"), new(30, "perl")]));
    }

    [Fact]
    public void A_nearer_tag_that_lists_a_package_lets_it_in_past_blocks_and_filters_behind_it()
    {
        Assert.Equal([602], Held(TagOrder.Of(10, 20, 30), [Tagged(30, "hello", 602)], [new(20, "hello")], [new(10, "hello")]));
        Assert.Empty(Held(TagOrder.Of(10, 20, 30), [Tagged(30, "hello", 602)], [new(20, "hello")], [new(30, "hello")]));
        Assert.Empty(Held(TagOrder.Of(10, 20), [Tagged(20, "hello", 602)], [new(10, "hello")], [new(10, "hello")]));
        Assert.Equal([602], Held(Order(Link(10, 20, filter: "kernel")), [Tagged(20, "hello", 602)], listed: [new(10, "hello")]));
    }

    [Fact]
    public void Ways_that_multiply_without_end_are_cut_and_said_to_be()
    {
        // Each step has two ways with different filters: two to the power of the steps.
        List<Inheritance.Link> links = [];
        for (var step = 10; step < 10 + (20 * 10); step += 10)
        {
            links.Add(Link(step, step + 1, filter: $"a{step}"));
            links.Add(Link(step, step + 2, filter: $"b{step}"));
            links.Add(Link(step + 1, step + 10));
            links.Add(Link(step + 2, step + 10));
        }

        Assert.False(Inheritance.Order(10, links).IsWhole);
        Assert.True(Inheritance.Order(10, links).Ways.Count <= Inheritance.MostWays);
    }

    [Theory]
    [InlineData("kernel", null)]
    [InlineData("(?i)KERNEL", null)]
    [InlineData("(kernel", "regular expression")]
    [InlineData("a)(b", "regular expression")]
    [InlineData(@"(a)\1", "looks")]
    [InlineData("(?=a)", "looks")]
    [InlineData("a{9}{9}{9}", "counts")]
    [InlineData("", "one letter")]
    public void A_filter_is_a_regular_expression_that_is_matched_without_backtracking(string pattern, string? why)
    {
        var said = PackageFilter.WhyNot(pattern);

        Assert.True(why is null ? said is null : said is not null && said.Contains(why, StringComparison.Ordinal), said);
    }
}
