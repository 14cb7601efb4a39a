using Skyline.Server.Repos;

namespace Skyline.Server.Tests.Repos;

public sealed class BucketsTests
{
    static RepoEntry[] Entries(int count, Func<int, string> source, int from = 0) =>
        [.. Enumerable.Range(from, count).Select(i => RepoEntry.Of(source(i), $"package{i}-1-1.x86_64.rpm", 20_001 + i, 0)).Order()];

    static List<RepoEntry[]> Divided(RepoEntry[] sorted) => [.. Buckets.Of(sorted).Select(range => sorted[range])];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(128)]
    [InlineData(129)]
    [InlineData(10_000)]
    public void Every_package_is_in_one_bucket_and_none_is_too_full(int count)
    {
        var entries = Entries(count, i => $"source{i}");

        var buckets = Divided(entries);

        Assert.Equal(entries, buckets.SelectMany(bucket => bucket));
        Assert.All(buckets, bucket => Assert.InRange(bucket.Length, 1, Buckets.Most));
    }

    [Fact]
    public void One_package_more_changes_one_bucket_or_splits_one()
    {
        var before = Entries(5_000, i => $"source{i}");
        var known = Divided(before).Select(bucket => string.Join(' ', bucket.Select(entry => entry.SignedId))).ToHashSet();

        for (var more = 0; more < 50; more++)
        {
            RepoEntry[] after = [.. before.Append(Entries(1, i => $"source{i}", from: 9_000 + more)[0]).Order()];
            var changed = Divided(after).Count(bucket => !known.Contains(string.Join(' ', bucket.Select(entry => entry.SignedId))));
            Assert.InRange(changed, 1, 3);
        }
    }

    [Fact]
    public void What_one_source_made_stands_together()
    {
        var entries = Entries(4_000, i => $"source{i / 4}");

        var apart = Divided(entries).SelectMany((bucket, at) => bucket.Select(entry => (entry.Family, at))).GroupBy(entry => entry.Family).Count(family => family.Select(entry => entry.at).Distinct().Count() > 1);

        Assert.Equal(0, apart);
    }

    [Fact]
    public void A_source_of_more_packages_than_a_bucket_holds_is_divided_all_the_same()
    {
        var entries = Entries(6_000, _ => "texlive");

        var buckets = Divided(entries);

        Assert.Equal(entries, buckets.SelectMany(bucket => bucket));
        Assert.All(buckets, bucket => Assert.InRange(bucket.Length, 1, Buckets.Most));
    }
}
