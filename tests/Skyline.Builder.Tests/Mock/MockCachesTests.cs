using Microsoft.Extensions.Time.Testing;

namespace Skyline.Builder.Tests.Mock;

public sealed class MockCachesTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_slots_caches_are_bounded_and_the_least_recently_used_go_first()
    {
        using var data = DataFolder.Open(Scratch.Folder("mock-caches"));
        var caches = new MockCaches(data, new(3, 1 << 30), new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddDays(20_000)));
        var slot = await caches.Of(1, "new", Ct);
        foreach (var (name, day) in new[] { ("old", 1), ("older", 0), ("used", 2), ("recent", 9) })
            Directory.SetLastWriteTimeUtc(Directory.CreateDirectory(Path.Combine(slot, "cache", name)).FullName, DateTime.UnixEpoch.AddDays(day));

        await caches.Of(1, "used", Ct);

        Assert.Equal(["recent", "used"], Names(Path.Combine(slot, "cache")).Where(name => name is not "old"));
        Assert.DoesNotContain("older", Names(Path.Combine(slot, "cache")));
    }

    [Fact]
    public async Task A_cache_larger_than_is_kept_goes_before_another_is_made()
    {
        using var data = DataFolder.Open(Scratch.Folder("mock-caches"));
        var caches = new MockCaches(data, new(10, 100_000), TimeProvider.System);
        var slot = await caches.Of(0, "first", Ct);
        Directory.CreateDirectory(Path.Combine(slot, "cache", "first"));
        await File.WriteAllBytesAsync(Path.Combine(slot, "cache", "first", "cache.tar.zst"), new byte[200_000], Ct);

        await caches.Of(0, "second", Ct);

        Assert.Empty(Names(Path.Combine(slot, "cache")));
    }

    [Fact]
    public async Task What_an_ended_mock_left_and_the_caches_of_slots_that_are_no_more_are_swept()
    {
        using var data = DataFolder.Open(Scratch.Folder("mock-caches"));
        var caches = new MockCaches(data, new(10, 100_000), TimeProvider.System);
        foreach (var slot in new[] { 0, 1, 2 })
        {
            var kept = await caches.Of(slot, "root", Ct);
            Directory.CreateDirectory(Path.Combine(kept, "lib", "root", "root"));
            Directory.CreateDirectory(Path.Combine(kept, "cache", "root"));
        }

        Assert.True(await caches.Sweep(2) > 0);

        Assert.Equal(["0", "1"], Names(data.Mock));
        Assert.All(new[] { "0", "1" }, slot => Assert.Equal(["cache"], Names(Path.Combine(data.Mock, slot))));
    }

    static IEnumerable<string> Names(string folder) => Directory.EnumerateDirectories(folder).Select(Path.GetFileName).OfType<string>().Order(StringComparer.Ordinal);
}
