using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Repos;
using Skyline.Server.Tags;

namespace Skyline.Server.Tests.Repos;

public sealed class PackageChangesTests
{
    static ListedRpm Rpm(string nevra, string repo = "x86_64") => new(repo, Nevra.Parse(nevra));

    [Fact]
    public void What_goes_and_comes_under_one_name_is_one_change_judged_by_rpms_order()
    {
        var changes = PackageChanges.Of(
            [Rpm("a-9-1.x86_64"), Rpm("b-1.0-1.x86_64"), Rpm("c-1-1.x86_64"), Rpm("d-1-1.x86_64"), Rpm("e-1:1-1.x86_64")],
            [Rpm("a-10-1.x86_64"), Rpm("b-1.0~rc1-1.x86_64"), Rpm("c-1-1.noarch"), Rpm("e-2-1.x86_64"), Rpm("f-1-1.x86_64")]);

        Assert.Equal(
            [("a", PackageChangeKind.Upgraded), ("b", PackageChangeKind.Downgraded), ("c", PackageChangeKind.Replaced), ("d", PackageChangeKind.Removed), ("e", PackageChangeKind.Downgraded), ("f", PackageChangeKind.Added)],
            changes.Select(change => (change.Name, change.Kind)));
        Assert.Equal(("a-9-1.x86_64", "a-10-1.x86_64"), (changes[0].From, changes[0].To));
    }

    [Fact]
    public void Each_repository_counts_for_itself()
    {
        var changes = PackageChanges.Of([Rpm("a-1-1.noarch", "aarch64")], [Rpm("a-1-1.noarch", "x86_64")]);

        Assert.Equal([("aarch64", PackageChangeKind.Removed), ("x86_64", PackageChangeKind.Added)], changes.Select(change => (change.Repo, change.Kind)));
    }

    [Fact]
    public void Of_several_of_a_name_the_newest_takes_the_newests_place()
    {
        var changes = PackageChanges.Of([Rpm("a-1-1.x86_64"), Rpm("a-2-1.x86_64")], [Rpm("a-3-1.x86_64")]);

        Assert.Equal([(PackageChangeKind.Upgraded, "a-2-1.x86_64"), (PackageChangeKind.Removed, "a-1-1.x86_64")], changes.Select(change => (change.Kind, change.From!)));
    }

    [Theory]
    [InlineData("1 2", "1 2", "", "")]
    [InlineData("1 2", "1", "2", "")]
    [InlineData("1", "1 2", "", "2")]
    [InlineData("2 1", "1 2", "2", "2")]
    [InlineData("3", "1 2", "3", "1 2")]
    [InlineData("1 3 2", "1 2", "3", "")]
    [InlineData("1 2 3", "3 1", "1 2", "1")]
    public void An_order_of_tagging_is_restored_with_no_more_than_it_takes(string now, string then, string take, string put)
    {
        var (taken, placed) = RollBackTo.Reordered(Builds(now), Builds(then));

        Assert.Equal(Builds(take), taken);
        Assert.Equal(Builds(put), placed);
        Assert.Equal(Builds(then), Builds(now).Except(taken).Concat(placed));
    }

    static KnownBuild[] Builds(string numbers) =>
        [.. numbers.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(number => new KnownBuild(500 + int.Parse(number, System.Globalization.CultureInfo.InvariantCulture), $"hello-{number}-1", "hello"))];
}
