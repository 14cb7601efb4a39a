using Skyline.Rpm.Tests.Packages;
using Skyline.Testing.Rpms;

namespace Skyline.Rpm.Tests.Content;

/// <summary>What is allocated is counted over the whole process.</summary>
[Collection(nameof(FuzzTests.Alone))]
public sealed class PayloadMemoryTests
{
    [Fact]
    public async Task A_payload_that_wants_gigabytes_to_be_unpacked_is_refused_before_it_gets_them()
    {
        foreach (var (name, at, value) in ((string, int, byte)[])[("packed-lzma", 4, 0x7f), ("packed-xz", 16, 40)])
        {
            var bytes = await File.ReadAllBytesAsync(RealRpms.Of(name, ".noarch.rpm"), TestContext.Current.CancellationToken);
            using var stream = new MemoryStream(bytes);
            var package = await RpmPackage.Read(stream, TestContext.Current.CancellationToken);
            bytes[package.HeaderEnd + at] = value;
            var before = GC.GetTotalAllocatedBytes();
            var refused = await Assert.ThrowsAsync<BadRpmException>(() => ContentHash.L1(package, stream, 64 << 20, TestContext.Current.CancellationToken));
            Assert.Contains("bytes of memory to unpack", refused.Message, StringComparison.Ordinal);
            Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 4 << 20);
        }
    }
}
