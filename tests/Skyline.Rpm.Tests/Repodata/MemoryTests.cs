using System.Runtime.CompilerServices;
using Skyline.Testing.Rpms;

namespace Skyline.Rpm.Tests.Repodata;

/// <summary>They look at all memory there is, so nothing else may run beside them.</summary>
[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
[Collection(nameof(MemoryTests))]
public sealed class MemoryTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_huge_packages_metadata_does_not_stay_with_the_thread_that_wrote_it()
    {
        var bytes = new SyntheticRpm("huge") { Description = new('&', 20 << 20) }.Build();
        var package = await RpmPackage.Read(new MemoryStream(bytes), Ct);
        var left = await Task.Factory.StartNew(() =>
        {
            var before = GC.GetTotalMemory(forceFullCollection: true);
            Write(package, bytes.Length);
            return GC.GetTotalMemory(forceFullCollection: true) - before;
        }, Ct, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        Assert.InRange(left, long.MinValue, 20 << 20);
        GC.KeepAlive(package);
    }

    /// <summary>Apart, so that nothing of it is on the thread's stack any more.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    static void Write(RpmPackage package, long size) => PackageMetadata.Of(package, new string('0', 64), size, DateTimeOffset.UnixEpoch, "Packages/h/huge.rpm");
}
