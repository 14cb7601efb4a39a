using Skyline.Testing.Rpms;

namespace Skyline.Rpm.Tests.Content;

public sealed class ContentHashTests : IDisposable
{
    const long Plenty = 64 << 20;

    readonly TempFolder temp = new();

    public void Dispose() => temp.Dispose();

    [Fact]
    public async Task L0_is_the_header_digest_that_rpm_itself_keeps()
    {
        var path = RealRpms.Of("rich", ".x86_64.rpm");
        await using var file = File.OpenRead(path);
        var package = await RpmPackage.Read(file, TestContext.Current.CancellationToken);
        var rpm = HostTool.Run(temp.Path, "rpm", "--define", $"_dbpath {temp["db"]}", "-qp", "--qf", "%{SHA256HEADER}", path).Succeeded().Trim();
        Assert.Equal(rpm, ContentHash.L0(package));
        Assert.Equal(rpm, package.ContentHash);
    }

    /// <summary>rpm keeps a digest of the unpacked payload too: what we unpack must be that, for every compression that rpm knows.</summary>
    [Fact]
    public async Task Payloads_of_every_compression_unpack_to_what_rpm_packed()
    {
        foreach (var name in RealRpms.Compressions.Keys)
        {
            await using var file = File.OpenRead(RealRpms.Of(name, ".noarch.rpm"));
            var package = await RpmPackage.Read(file, TestContext.Current.CancellationToken);
            var said = package.Header.String(RpmTag.PayloadDigestAlt)!;
            Assert.Equal(await ReferenceL1(package, Convert.FromHexString(said)), await ContentHash.L1(package, file, Plenty, TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task L1_leaves_aside_what_varies_between_honest_rebuilds()
    {
        var one = new SyntheticRpm("same") { BuildTime = 1_700_000_000 };
        var l1 = await L1Of(one);
        Assert.Equal(l1, await L1Of(one with { Header = h => h.Int32(RpmTag.BuildTime, 5).Text(RpmTag.BuildHost, "elsewhere").Text(RpmTag.Cookie, "c").Binary(RpmTag.SourcePkgId, new byte[16]) }));
        Assert.NotEqual(l1, await L1Of(one with { Header = h => h.Text(RpmTag.OptFlags, "-O3") }));
        Assert.NotEqual(l1, await L1Of(one with { Files = [new("/usr/share/doc/readme", "Read me\n"u8.ToArray())] }));
    }

    [Fact]
    public async Task A_zip_bomb_is_refused_after_as_much_as_is_allowed()
    {
        foreach (var name in RealRpms.Compressions.Keys)
        {
            await using var file = File.OpenRead(RealRpms.Of(name, ".noarch.rpm"));
            var package = await RpmPackage.Read(file, name + ".rpm", TestContext.Current.CancellationToken);
            var refused = await Assert.ThrowsAsync<BadRpmException>(() => ContentHash.L1(package, file, 5_000, TestContext.Current.CancellationToken));
            Assert.Equal($"{name}.rpm has a payload that unpacks to more than the 5000 bytes allowed.", refused.Message);
        }
    }

    [Fact]
    public async Task A_payload_cut_short_is_refused_for_every_compression()
    {
        foreach (var name in RealRpms.Compressions.Keys.Where(n => n != "packed-none"))
        {
            var bytes = await File.ReadAllBytesAsync(RealRpms.Of(name, ".noarch.rpm"), TestContext.Current.CancellationToken);
            var cut = new MemoryStream(bytes[..^(bytes.Length / 8)]);
            var package = await RpmPackage.Read(cut, name + ".rpm", TestContext.Current.CancellationToken);
            var refused = await Assert.ThrowsAsync<BadRpmException>(() => ContentHash.L1(package, cut, Plenty, TestContext.Current.CancellationToken));
            Assert.StartsWith($"{name}.rpm has a payload that ", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_unknown_compression_is_named()
    {
        var odd = new MemoryStream(new SyntheticRpm("odd") { Header = h => h.Text(RpmTag.PayloadCompressor, "brotli") }.Build());
        var package = await RpmPackage.Read(odd, TestContext.Current.CancellationToken);
        var refused = await Assert.ThrowsAsync<BadRpmException>(() => ContentHash.L1(package, odd, Plenty, TestContext.Current.CancellationToken));
        Assert.Contains("\"brotli\"", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fault_of_the_disk_is_not_blamed_on_the_package()
    {
        using var whole = new MemoryStream(new SyntheticRpm("fault").Build());
        var package = await RpmPackage.Read(whole, TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<IOException>(() => ContentHash.L1(package, new BrokenDisk(), Plenty, TestContext.Current.CancellationToken));
    }

    static async Task<string> L1Of(SyntheticRpm synthetic)
    {
        using var stream = new MemoryStream(synthetic.Build());
        var package = await RpmPackage.Read(stream, TestContext.Current.CancellationToken);
        return await ContentHash.L1(package, stream, Plenty, TestContext.Current.CancellationToken);
    }

    /// <summary>L1 by its definition, written a second time: over the header as raw bytes, and the payload's digest as rpm states it.</summary>
    static Task<string> ReferenceL1(RpmPackage package, byte[] payloadDigest)
    {
        var header = package.Header.Bytes.ToArray();
        int Number(int at) => System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(at));
        var count = Number(8);
        var content = new MemoryStream();
        content.Write("skyline-rpm-content/1\n"u8);
        foreach (var at in Enumerable.Range(0, count).Select(i => 16 + i * 16).OrderBy(Number))
        {
            var (tag, type, start, values) = (Number(at), Number(at + 4), 16 + count * 16 + Number(at + 8), Number(at + 12));
            if (((int[])[62, 63, 1006, 1007, 1094, 1146, 5092, 5097]).Contains(tag))
                continue;
            var end = start;
            if (type is 6 or 8 or 9)
            {
                for (var i = 0; i < values; i++)
                    end = Array.IndexOf(header, (byte)0, end) + 1;
            }
            else
            {
                end += values * type switch { 3 => 2, 4 => 4, 5 => 8, _ => 1 };
            }
            content.Write(header.AsSpan(at, 8));
            content.Write(header.AsSpan(at + 12, 4));
            content.Write([0, 0, 0, 0, (byte)((end - start) >> 24), (byte)((end - start) >> 16), (byte)((end - start) >> 8), (byte)(end - start)]);
            content.Write(header.AsSpan(start, end - start));
        }
        content.Write(payloadDigest);
        return Task.FromResult(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content.ToArray())));
    }

    sealed class BrokenDisk : MemoryStream
    {
        public override int Read(byte[] buffer, int offset, int count) => throw new IOException("no such sector");
    }
}
