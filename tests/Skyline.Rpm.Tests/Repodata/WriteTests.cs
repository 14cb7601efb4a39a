using System.Text;
using System.Xml.Linq;
using Skyline.Testing.Rpms;

namespace Skyline.Rpm.Tests.Repodata;

public sealed class WriteTests
{
    static readonly XNamespace Rpm = "http://linux.duke.edu/metadata/rpm";

    [Theory]
    [InlineData(MetadataCompression.Zstd)]
    [InlineData(MetadataCompression.Gzip)]
    public async Task The_same_packages_in_any_order_give_the_same_bytes(MetadataCompression compression)
    {
        var packages = new List<PackageMetadata>();
        foreach (var synthetic in SyntheticCorpus.Packages(60, 500))
            packages.Add(await MetadataOf(synthetic));
        var files = RepodataFiles.Write(packages, compression, Repositories.Revision, "<comps/>"u8.ToArray());
        new Random(7).Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(packages));
        var shuffled = RepodataFiles.Write(packages, compression, Repositories.Revision, "<comps/>"u8.ToArray());
        Assert.Equal(files.Select(f => (f.Path, Convert.ToHexString(f.Bytes.Span))), shuffled.Select(f => (f.Path, Convert.ToHexString(f.Bytes.Span))));
        Assert.Equal(["primary", "filelists", "other", "comps", "repomd"], files.Select(f => f.Path.Split('/', '-', '.')[^(f.Path.EndsWith("repomd.xml", StringComparison.Ordinal) || f.Path.EndsWith("comps.xml", StringComparison.Ordinal) ? 2 : 3)]));
        Assert.All(files.SkipLast(1), f => Assert.StartsWith($"repodata/{f.Sha256}-", f.Path, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Control_characters_are_dropped_and_every_other_text_survives_reading()
    {
        const string hostile = "a\u0001b\u001fc\ud83d\ude00\uffff\ufffe<&>\"'\t\n ]]>é\u007f";
        var package = new SyntheticRpm("hostile")
        {
            Summary = hostile,
            Description = hostile,
            Dependencies = [(DependencyKind.Provides, new(hostile, DependencyFlags.Equal, "1-\u00021"))],
            Changelog = [new(DateTimeOffset.UnixEpoch.AddYears(50), hostile, hostile)],
        };
        var metadata = await MetadataOf(package);
        const string kept = "abc\ud83d\ude00<&>\"'\t\n ]]>é\u007f";
        var primary = Parse(metadata.Primary);
        Assert.Equal(kept, primary.Element("summary")!.Value);
        Assert.Equal(kept, primary.Element("description")!.Value);
        var entry = primary.Descendants(Rpm + "entry").Single();
        Assert.Equal(kept, (string)entry.Attribute("name")!);
        Assert.Equal("11", (string)entry.Attribute("rel")! + (string)entry.Attribute("ver")!);
        var changelog = Parse(metadata.Other).Element("changelog")!;
        Assert.Equal(kept, changelog.Value);
        Assert.Equal(kept, (string)changelog.Attribute("author")!);
    }

    [Fact]
    public async Task A_dependency_before_or_after_the_transaction_is_marked_pre()
    {
        // createrepo_c marks these since 1.1.1; the reference the other tests compare with may be older.
        var package = new SyntheticRpm("pre")
        {
            Dependencies = [
            (DependencyKind.Requires, new("posttrans", DependencyFlags.PostTrans, "")), (DependencyKind.Requires, new("pretrans", DependencyFlags.PreTrans, "")),
            (DependencyKind.Requires, new("preun", DependencyFlags.ScriptPreUn, "")), (DependencyKind.Requires, new("plain", DependencyFlags.None, ""))]
        };
        var primary = Parse((await MetadataOf(package)).Primary);
        Assert.Equal(["posttrans", "pretrans"], primary.Descendants(Rpm + "entry").Where(e => (string?)e.Attribute("pre") == "1").Select(e => (string)e.Attribute("name")!));
    }

    [Fact]
    public async Task A_hundred_thousand_dependencies_and_files_take_no_square_of_time()
    {
        const int many = 100_000;
        var names = Enumerable.Range(0, many).Select(i => $"/usr/bin/f{i}").ToArray();
        var package = new SyntheticRpm("many")
        {
            Files = [],
            Header = h => h
            .Texts(RpmTag.ProvideName, names).Texts(RpmTag.ProvideVersion, [.. names.Select(_ => "1")]).Int32(RpmTag.ProvideFlags, names.Select(_ => 8L))
            .Texts(RpmTag.RequireName, names).Texts(RpmTag.RequireVersion, [.. names.Select(_ => "")]).Int32(RpmTag.RequireFlags, names.Select(_ => 0L))
            .Texts(RpmTag.BaseNames, [.. names.Select(n => n[9..])]).Texts(RpmTag.DirNames, ["/usr/bin/"]).Int32(RpmTag.DirIndexes, names.Select(_ => 0L))
            .Int16(RpmTag.FileModes, names.Select(_ => 0x81a4)).Int32(RpmTag.FileFlags, names.Select(_ => 0L))
        };
        var bytes = package.Build();
        var read = await RpmPackage.Read(new MemoryStream(bytes), TestContext.Current.CancellationToken);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var primary = Parse(PackageMetadata.Of(read, new string('a', 64), bytes.Length, DateTimeOffset.UnixEpoch, "many.rpm").Primary);
        // A comparison of each with each would be ten thousand million; this is generous for any machine.
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
        Assert.Empty(primary.Descendants(Rpm + "requires"));
        Assert.Equal(many, primary.Descendants(Rpm + "entry").Count());
    }

    static async Task<PackageMetadata> MetadataOf(SyntheticRpm synthetic)
    {
        var bytes = synthetic.Build();
        var package = await RpmPackage.Read(new MemoryStream(bytes), TestContext.Current.CancellationToken);
        return PackageMetadata.Of(package, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)), bytes.Length, DateTimeOffset.UnixEpoch, synthetic.FileName);
    }

    static XElement Parse(ReadOnlyMemory<byte> fragment) =>
        XElement.Parse($"<m xmlns:rpm=\"{Rpm}\">{Encoding.UTF8.GetString(fragment.Span)}</m>", LoadOptions.PreserveWhitespace).Element("package")!;
}
