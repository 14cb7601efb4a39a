using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using Skyline.Testing.Rpms;

namespace Skyline.Rpm.Tests.Packages;

/// <summary>
/// Mutations of real packages, a bounded number of them: whatever is done to a file, the reader either reads it or refuses it
/// with its own error, and neither costs much. SKYLINE_FUZZ_SEED runs another series, SKYLINE_FUZZ_COUNT a longer one.
/// </summary>
[Collection(nameof(Alone))]
public sealed class FuzzTests
{
    /// <summary>What is allocated is counted over the whole process, so no other test may run beside it.</summary>
    [CollectionDefinition(nameof(Alone), DisableParallelization = true)]
    public sealed class Alone;

    const long MaxPayload = 4 << 20;
    const long MaxAllocation = 300 << 20; // the most a decompressor may ask for, and some
    static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(20);

    static readonly int Seed = Setting("SKYLINE_FUZZ_SEED", 20_261);
    static readonly int Count = Setting("SKYLINE_FUZZ_COUNT", 24_000);

    [Fact]
    public async Task No_mutation_of_a_real_package_gets_anything_but_a_sentence()
    {
        var originals = Originals();
        var refused = 0;
        for (var i = 0; i < Count; i++)
        {
            var bytes = Mutate(originals, new Random(Seed + i));
            var (allocated, watch) = (GC.GetTotalAllocatedBytes(), Stopwatch.StartNew());
            try
            {
                refused += await Exercise(bytes);
            }
            catch (Exception e) when (e is not BadRpmException)
            {
                Assert.Fail($"Mutation {Seed + i} (SKYLINE_FUZZ_SEED={Seed + i} SKYLINE_FUZZ_COUNT=1) threw {e}");
            }
            Assert.True(GC.GetTotalAllocatedBytes() - allocated < MaxAllocation, $"Mutation {Seed + i} allocated too much.");
            Assert.True(watch.Elapsed < MaxTime, $"Mutation {Seed + i} took {watch.Elapsed}.");
        }
        // Mutations that are never refused would prove nothing, nor would such that always are.
        if (Count > 1000)
            Assert.InRange(refused, Count / 4, Count * 19 / 10);
    }

    /// <summary>Everything there is to be read of a package; how many of the two readings refused it.</summary>
    static async Task<int> Exercise(byte[] bytes)
    {
        var refused = await Refuses(async () => await RpmPackage.ReadAndVerify(new MemoryStream(bytes), CancellationToken.None));
        return refused + await Refuses(async () =>
        {
            using var stream = new MemoryStream(bytes);
            var package = await RpmPackage.Read(stream, CancellationToken.None);
            Access(package);
            await ContentHash.L1(package, stream, MaxPayload, CancellationToken.None);
        });
    }

    static void Access(RpmPackage package)
    {
        _ = (package.Requires.Count, package.BuildArchs.Count, package.ExclusiveArchs.Count, package.ExcludeArchs.Count);
        _ = (package.Files.Count, package.Changelog.Count, package.ContentHash, package.Nevra.FileName, package.SourceRpm, package.Format);
        foreach (var kind in Enum.GetValues<DependencyKind>())
            Assert.All(package.Dependencies(kind), d => Assert.NotNull(d.ToString()));
        foreach (var header in (RpmHeader[])[package.Header, package.Signature])
        {
            for (var tag = 0; tag < 5200; tag++)
            {
                var known = (RpmTag)tag;
                if (header.Has(known))
                    _ = (header.String(known), header.Strings(known).Count, header.Integer(known), header.Integers(known).Count, header.Binary(known).Length);
            }
        }
        var metadata = PackageMetadata.Of(package, new string('0', 64), 1, DateTimeOffset.UnixEpoch, "p.rpm");
        RepodataFiles.Write([metadata], MetadataCompression.Gzip, DateTimeOffset.UnixEpoch);
    }

    static async Task<int> Refuses(Func<Task> read)
    {
        try
        {
            await read();
            return 0;
        }
        catch (BadRpmException e)
        {
            Assert.EndsWith(".", e.Message.TrimEnd('\0'), StringComparison.Ordinal);
            return 1;
        }
    }

    static byte[][] Originals() =>
    [
        .. RealRpms.All.Where(p => !p.Contains("blocks", StringComparison.Ordinal)).Select(File.ReadAllBytes),
        new SyntheticRpm("six") { Format = RpmFormat.V6, Compressor = "zstd" }.Build(),
        new SyntheticRpm("three") { Format = RpmFormat.V3 }.Build(),
    ];

    static byte[] Mutate(byte[][] originals, Random random)
    {
        var bytes = (byte[])originals[random.Next(originals.Length)].Clone();
        for (var more = random.Next(1, 5); more > 0; more--)
        {
            bytes = random.Next(6) switch
            {
                0 => Flip(bytes, random),
                1 => bytes[..random.Next(bytes.Length + 1)],
                2 => Number(bytes, random),
                3 => Splice(bytes, originals[random.Next(originals.Length)], random),
                4 => Entry(bytes, random),
                _ => Fill(bytes, random),
            };
            if (bytes.Length < 8)
                break;
        }
        return bytes;
    }

    static byte[] Flip(byte[] bytes, Random random)
    {
        bytes[random.Next(Reach(bytes, random))] ^= (byte)(1 << random.Next(8));
        return bytes;
    }

    /// <summary>Writes a number that lengths and counts may lie with.</summary>
    static byte[] Number(byte[] bytes, Random random)
    {
        int[] lies = [0, 1, -1, int.MaxValue, int.MinValue, 0xffff, 0x10000, 0xfffff, 0x100000, 64 << 20, 256 << 20, bytes.Length, random.Next()];
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(random.Next(Reach(bytes, random) - 3)), lies[random.Next(lies.Length)]);
        return bytes;
    }

    /// <summary>Changes one field of one entry of a header's index, where all the checks are.</summary>
    static byte[] Entry(byte[] bytes, Random random)
    {
        var header = bytes.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[0x8e, 0xad, 0xe8, 0x01]);
        if (header < 0 || random.Next(4) == 0)
            header = bytes.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x8e, 0xad, 0xe8, 0x01]);
        var at = header + 16 + random.Next(90) * 16 + random.Next(4) * 4;
        if (header < 0 || at + 4 > bytes.Length)
            return bytes;
        var field = bytes.AsSpan(at, 4);
        BinaryPrimitives.WriteInt32BigEndian(field, random.Next(3) switch
        {
            0 => BinaryPrimitives.ReadInt32BigEndian(field) + random.Next(-3, 4),
            1 => random.Next(12),
            _ => random.Next(1, 6000),
        });
        return bytes;
    }

    static byte[] Splice(byte[] bytes, byte[] other, Random random)
    {
        var (from, length) = (random.Next(other.Length), random.Next(1, 600));
        var (cut, skip) = (random.Next(bytes.Length), random.Next(600));
        return [.. bytes[..cut], .. other.AsSpan(from, Math.Min(length, other.Length - from)), .. bytes.AsSpan(Math.Min(bytes.Length, cut + skip))];
    }

    static byte[] Fill(byte[] bytes, Random random)
    {
        var at = random.Next(Reach(bytes, random));
        bytes.AsSpan(at, Math.Min(random.Next(1, 64), bytes.Length - at)).Fill((byte)random.Next(256));
        return bytes;
    }

    /// <summary>Half of the time only the headers are reached: they are small beside what follows.</summary>
    static int Reach(byte[] bytes, Random random) => random.Next(2) == 0 ? bytes.Length : Math.Min(bytes.Length, 8192);

    static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
