using Skyline.Server.Repos;
using Skyline.Server.Tags;

namespace Skyline.Server.Tests.Repos;

/// <summary>Which builds a tag's repositories hold, decided without a database. Tag 10 is looked at; builds have numbers from 500 up.</summary>
public sealed class EffectiveBuildsTests
{
    static EffectiveBuilds.Tagged Tagged(long tag, string package, long build, long order) => new(tag, package, build, order);

    static IReadOnlyList<long> Held(IReadOnlyList<long> order, EffectiveBuilds.Tagged[] tagged, EffectiveBuilds.Blocked[]? blocked = null, bool all = false, EffectiveBuilds.Listed[]? listed = null) =>
        Held(TagOrder.Of(order), tagged, blocked, all, listed);

    static IReadOnlyList<long> Held(TagOrder order, EffectiveBuilds.Tagged[] tagged, EffectiveBuilds.Blocked[]? blocked = null, bool all = false, EffectiveBuilds.Listed[]? listed = null) =>
        [.. EffectiveBuilds.Of(order, all, new(tagged, blocked ?? [], listed ?? [])).Select(build => build.BuildId).Order()];

    static TagOrder Order(params (long Tag, long Parent)[] links) =>
        Inheritance.Order(10, [.. links.Select(link => new Inheritance.Link(link.Tag, link.Parent))]);

    [Fact]
    public void A_tag_comes_before_its_parents_and_each_parent_is_followed_by_its_own()
    {
        Assert.Equal([10, 20, 40, 30], Order((10, 20), (10, 30), (20, 40)));
        Assert.Equal([10, 30, 20], Order((10, 30), (10, 20)));
        Assert.Equal([10], Order((20, 10)));
    }

    [Fact]
    public void A_tag_that_is_reached_twice_stands_where_it_was_reached_first()
    {
        Assert.Equal([10, 20, 40, 30], Order((10, 20), (10, 30), (20, 40), (30, 40)));
    }

    [Fact]
    public void Heirs_are_those_below_and_a_way_back_is_a_cycle()
    {
        IReadOnlyList<Inheritance.Link> links = [new(10, 20), new(20, 40), new(30, 40)];

        Assert.Equal([10, 20, 30, 40], Inheritance.Heirs(40, links).Order());
        Assert.Null(Inheritance.Cycle(40, links));
        Assert.Equal([40, 10, 20, 40], Inheritance.Cycle(40, [.. links, new(40, 10)]));
        Assert.Equal([40, 40], Inheritance.Cycle(40, [.. links, new(40, 40)]));
    }

    [Fact]
    public void The_build_tagged_last_is_held_whatever_was_tagged_before()
    {
        Assert.Equal([501], Held([10], [Tagged(10, "hello", 502, 1), Tagged(10, "hello", 501, 7), Tagged(10, "hello", 503, 3)]));
    }

    [Fact]
    public void The_nearest_tag_that_has_a_package_decides_even_against_later_taggings()
    {
        Assert.Equal([501, 603], Held([10, 20], [Tagged(10, "hello", 501, 1), Tagged(20, "hello", 602, 9), Tagged(20, "world", 603, 2)]));
    }

    [Fact]
    public void A_package_blocked_in_the_tag_is_hidden_though_the_tag_has_builds_of_it()
    {
        Assert.Equal([603], Held([10, 20], [Tagged(10, "hello", 501, 1), Tagged(20, "hello", 602, 2), Tagged(20, "world", 603, 3)], [new(10, "hello")]));
    }

    [Fact]
    public void A_package_blocked_in_a_parent_is_hidden_there_and_behind_it()
    {
        Assert.Empty(Held([10, 20, 30], [Tagged(20, "hello", 602, 2), Tagged(30, "hello", 703, 3)], [new(20, "hello")]));
        Assert.Empty(Held([10, 20, 30], [Tagged(30, "hello", 703, 3)], [new(20, "hello")]));
    }

    [Fact]
    public void A_build_of_its_own_wins_over_a_parents_block()
    {
        Assert.Equal([501], Held([10, 20], [Tagged(10, "hello", 501, 1), Tagged(20, "hello", 602, 2)], [new(20, "hello")]));
        Assert.Equal([602], Held([10, 20, 30], [Tagged(20, "hello", 602, 2)], [new(30, "hello")]));
    }

    [Fact]
    public void A_tag_that_holds_all_holds_all_of_the_deciding_tag_and_none_of_those_behind_it()
    {
        Assert.Equal([501, 502], Held([10, 20], [Tagged(10, "hello", 501, 1), Tagged(10, "hello", 502, 2), Tagged(20, "hello", 603, 3)], all: true));
        Assert.Equal([603, 604], Held([10, 20], [Tagged(20, "hello", 603, 3), Tagged(20, "hello", 604, 4)], all: true));
    }

    [Fact]
    public void Rows_of_tags_that_are_not_inherited_count_for_nothing()
    {
        Assert.Equal([501], Held([10], [Tagged(10, "hello", 501, 1), Tagged(99, "world", 999, 2)], [new(99, "hello")]));
    }
}
