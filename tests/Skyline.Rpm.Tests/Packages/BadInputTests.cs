using System.Buffers.Binary;
using Skyline.Testing.Rpms;

namespace Skyline.Rpm.Tests.Packages;

/// <summary>What hostile or unlucky people upload, and the sentence each gets.</summary>
public sealed class BadInputTests
{
    static readonly byte[] Good = new SyntheticRpm("good") { Files = [new("/usr/bin/good", new byte[4000])] }.Build();

    [Fact]
    public async Task A_file_cut_anywhere_in_its_headers_is_refused_with_where_it_ends()
    {
        var package = await Reading.Read(Good);
        for (var length = 4; length < package.HeaderEnd; length += 61)
        {
            var message = await Reading.Refusal(Good[..length]);
            Assert.Contains($"test.rpm ends after {length} bytes, inside its ", message, StringComparison.Ordinal);
        }
        Assert.Contains("inside its main header", await Reading.Refusal(Good[..((int)package.HeaderEnd - 1)]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_payload_cut_short_or_with_bytes_after_it_is_refused()
    {
        Assert.Equal($"test.rpm ends after {Good.Length - 10} bytes, inside its payload of {await PayloadSize()} bytes: the upload was cut short, or the file is damaged.",
            await Reading.RefusalOfVerify(Good[..^10]));
        Assert.Contains("has 7 bytes after its end", await Reading.RefusalOfVerify([.. Good, .. new byte[7]]), StringComparison.Ordinal);
        Assert.Contains("has 7 bytes after its end", await Reading.RefusalOfVerify([.. new SyntheticRpm("six") { Format = RpmFormat.V6 }.Build(), .. new byte[7]]), StringComparison.Ordinal);
    }

    static async Task<long> PayloadSize() => Good.Length - (await Reading.Read(Good)).HeaderEnd;

    [Theory]
    [InlineData("", "ends after 0 bytes")]
    [InlineData("<!DOCTYPE html>", "is not an RPM package: it begins with the bytes 3c21444f")]
    [InlineData("\u001f\u008b\u0008\u0000", "is not an RPM package")]
    public async Task What_is_no_package_is_called_so(string content, string says) =>
        Assert.Contains(says, await Reading.Refusal(System.Text.Encoding.Latin1.GetBytes(content)), StringComparison.Ordinal);

    [Fact]
    public async Task A_flipped_bit_in_header_or_payload_fails_a_digest()
    {
        var package = await Reading.Read(Good);
        var summary = Good.AsSpan().IndexOf("A package made"u8);
        Assert.Contains("the SHA-256 of the main header is not the one", await Reading.RefusalOfVerify(Flip(Good, summary)), StringComparison.Ordinal);
        Assert.Contains("the MD5 of header and payload is not the one", await Reading.RefusalOfVerify(Flip(Good, (int)package.HeaderEnd + 300)), StringComparison.Ordinal);
        var six = new SyntheticRpm("six") { Format = RpmFormat.V6 }.Build();
        Assert.Contains("the digest of the payload is not the one", await Reading.RefusalOfVerify(Flip(six, six.Length - 20)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sha1", "SHA-1 of the main header")]
    [InlineData("sha3", "SHA3-256 of the main header")]
    [InlineData("md5", "MD5 of header and payload")]
    [InlineData("payload", "digest of the payload")]
    [InlineData("sha512", "SHA-512 of the payload")]
    [InlineData("payload-sha3", "SHA3-256 of the payload")]
    public async Task Each_digest_that_is_stated_is_checked(string which, string says)
    {
        var wrong = new SyntheticRpm("digests")
        {
            Format = which is "sha3" or "sha512" or "payload-sha3" ? RpmFormat.V6 : RpmFormat.V4,
            Signature = s => _ = which switch
            {
                "sha1" => s.Text(SignatureTag.Sha1, new string('a', 40)),
                "sha3" => s.Text(SignatureTag.Sha3, new string('b', 64)),
                "md5" => s.Binary(SignatureTag.Md5, new byte[16]),
                _ => s,
            },
            Header = h => _ = which switch
            {
                "payload" => h.Texts(RpmTag.PayloadDigest, [new string('c', 64)]),
                "sha512" => h.Text(RpmTag.PayloadSha512, new string('d', 128)),
                "payload-sha3" => h.Text(RpmTag.PayloadSha3, new string('e', 64)),
                _ => h,
            },
        };
        Assert.Equal($"test.rpm is damaged: the {says} is not the one that the package states.", await Reading.RefusalOfVerify(wrong.Build()));
    }

    [Fact]
    public async Task A_length_that_lies_costs_no_memory()
    {
        var lies = Good[..200];
        // The signature header claims 32 entries and 64 MiB; then the main header 65535 entries and almost 256 MiB.
        BinaryPrimitives.WriteInt32BigEndian(lies.AsSpan(104), 32);
        BinaryPrimitives.WriteInt32BigEndian(lies.AsSpan(108), 64 << 20);
        await AssertCheap(lies);
        var package = await Reading.Read(Good);
        var start = (int)package.HeaderStart;
        lies = Good[..(start + 500)];
        BinaryPrimitives.WriteInt32BigEndian(lies.AsSpan(start + 8), 0xffff);
        BinaryPrimitives.WriteInt32BigEndian(lies.AsSpan(start + 12), (256 << 20) - 1);
        await AssertCheap(lies);

        static async Task AssertCheap(byte[] lies)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            Assert.Contains("ends after", await Reading.Refusal(lies), StringComparison.Ordinal);
            Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 4 << 20);
        }
    }

    [Theory]
    [InlineData(8, 0x10000, "claims 65536 entries")]
    [InlineData(8, 0, "claims 0 entries")]
    [InlineData(12, 256 << 20, "claims 268435456 bytes of data")]
    [InlineData(12, -1, "claims 4294967295 bytes of data")]
    [InlineData(0, 0, "does not begin with the bytes that begin a header")]
    public async Task A_main_header_beyond_rpms_bounds_is_refused(int at, int value, string says)
    {
        var package = await Reading.Read(Good);
        var bad = (byte[])Good.Clone();
        BinaryPrimitives.WriteInt32BigEndian(bad.AsSpan((int)package.HeaderStart + at), value);
        Assert.Contains(says, await Reading.Refusal(bad), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RpmType.String, 2, "which is a single string")]
    [InlineData((RpmType)10, 1, "the unknown type 10")]
    [InlineData((RpmType)0, 1, "the unknown type 0")]
    [InlineData(RpmType.Binary, 1, "which it cannot have")]
    [InlineData(RpmType.StringArray, 0, "claims 0 values")]
    [InlineData(RpmType.StringArray, -1, "claims 4294967295 values")]
    [InlineData(RpmType.StringArray, 0x100000, "values for tag 1014")]
    [InlineData(RpmType.StringArray, 4000, "runs past its end")]
    public async Task A_value_of_impossible_type_or_count_is_refused(RpmType type, int count, string says) =>
        Assert.Contains(says, await Reading.Refusal(new SyntheticRpm("bad") { Header = h => h.Raw(RpmTag.License, type, count, "MIT\0"u8.ToArray()), Description = new string('x', 5000) }.Build()), StringComparison.Ordinal);

    [Fact]
    public async Task Arrays_that_disagree_in_length_are_refused()
    {
        Assert.Contains("1 values of BaseNames but 2 of FileModes", await Reading.Refusal(new SyntheticRpm("bad") { Header = h => h.Int16(RpmTag.FileModes, [1, 2]) }.Build()), StringComparison.Ordinal);
        Assert.Contains("puts a file into folder 9 of 1", await Reading.Refusal(new SyntheticRpm("bad") { Header = h => h.Int32(RpmTag.DirIndexes, 9) }.Build()), StringComparison.Ordinal);
        Assert.Contains("1 values of RequireName but 2 of RequireFlags", await Reading.Refusal(new SyntheticRpm("bad")
        {
            Dependencies = [(DependencyKind.Requires, new("a", DependencyFlags.None, ""))],
            Header = h => h.Int32(RpmTag.RequireFlags, 1, 2),
        }.Build()), StringComparison.Ordinal);
        Assert.Contains("without their modes", await Reading.Refusal(new SyntheticRpm("bad") { Header = h => h.Without(RpmTag.FileModes) }.Build()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_folder_that_many_files_share_is_refused()
    {
        var files = Enumerable.Range(0, 100_000).ToArray();
        var bomb = new SyntheticRpm("bomb")
        {
            Files = [],
            Header = h => h
            .Texts(RpmTag.BaseNames, [.. files.Select(_ => "f")]).Texts(RpmTag.DirNames, ["/" + new string('d', 5_000) + "/"]).Int32(RpmTag.DirIndexes, files.Select(_ => 0L))
            .Int16(RpmTag.FileModes, files.Select(_ => 0x81a4)).Int32(RpmTag.FileFlags, files.Select(_ => 0L))
        };
        Assert.Contains("their paths would take more than", await Reading.Refusal(bomb.Build()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_header_that_grows_sixfold_when_it_is_escaped_is_refused()
    {
        var package = await Reading.Read(new SyntheticRpm("quotes") { Dependencies = [(DependencyKind.Provides, new(new string('"', 50 << 20), DependencyFlags.None, ""))] }.Build());
        var refused = Assert.Throws<BadRpmException>(() => PackageMetadata.Of(package, new string('0', 64), 1, DateTimeOffset.UnixEpoch, "p.rpm"));
        Assert.Contains("metadata would be more than", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tag_that_stands_twice_is_refused()
    {
        var package = await Reading.Read(Good);
        var bad = (byte[])Good.Clone();
        // The entries of version and release follow that of the name; make the version a second name.
        var version = bad.AsSpan().IndexOf((ReadOnlySpan<byte>)[0, 0, 0x03, 0xe9, 0, 0, 0, 6]);
        Assert.True(version > package.HeaderStart);
        bad[version + 3] = 0xe8;
        Assert.Contains("has tag 1000 twice", await Reading.Refusal(bad), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_names_the_package_where_the_file_has_no_name()
    {
        var refused = await Assert.ThrowsAsync<BadRpmException>(async () => await RpmPackage.Read(new MemoryStream(Good[..812]), TestContext.Current.CancellationToken));
        Assert.StartsWith("The package ends after 812 bytes", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_upload_is_a_cancellation_and_no_bad_package()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await RpmPackage.ReadAndVerify(new MemoryStream(Good), cancelled.Token));
    }

    static byte[] Flip(byte[] bytes, int at)
    {
        var flipped = (byte[])bytes.Clone();
        flipped[at] ^= 0x10;
        return flipped;
    }
}
