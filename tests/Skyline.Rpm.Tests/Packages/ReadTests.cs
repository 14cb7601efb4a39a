using System.Security.Cryptography;
using Skyline.Testing.Rpms;

namespace Skyline.Rpm.Tests.Packages;

public sealed class ReadTests : IDisposable
{
    readonly TempFolder temp = new();

    public void Dispose() => temp.Dispose();

    [Fact]
    public async Task A_real_package_tells_all_that_rpm_tells_of_it()
    {
        var path = RealRpms.Of("rich", ".x86_64.rpm");
        var package = await Reading.Read(path);
        Assert.Equal(Query(path, "%{NAME}|%{EPOCH}|%{VERSION}|%{RELEASE}|%{ARCH}|%{SOURCERPM}"),
            $"{package.Nevra.Name}|{package.Nevra.Epoch}|{package.Nevra.Version}|{package.Nevra.Release}|{package.Nevra.Arch}|{package.SourceRpm}");
        Assert.Equal(Query(path, "%{SUMMARY}|%{URL}|%{SHA256HEADER}"),
            $"{package.Header.String(RpmTag.Summary)}|{package.Header.String(RpmTag.Url)}|{package.ContentHash}");
        Assert.Equal(Query(path, "[%{FILENAMES} %{FILEMODES} %{FILEFLAGS} %{FILESIZES} %{FILEUSERNAME} %{FILEGROUPNAME} %{FILEDIGESTS} %{FILELINKTOS}\n]"),
            string.Concat(package.Files.Select(f => $"{f.Path} {f.Mode} {(uint)f.Flags} {f.Size} {f.Owner} {f.Group} {f.Digest} {f.LinkTarget}\n")));
        Assert.Equal(Query(path, "[%{CHANGELOGTIME} %{CHANGELOGNAME} %{CHANGELOGTEXT}\n]"),
            string.Concat(package.Changelog.Select(c => $"{c.Time.ToUnixTimeSeconds()} {c.Author} {c.Text}\n")));
        Assert.False(package.IsSource);
        Assert.Equal(RpmFormat.V4, package.Format);
    }

    [Theory]
    [InlineData(DependencyKind.Provides, "PROVIDE")]
    [InlineData(DependencyKind.Requires, "REQUIRE")]
    [InlineData(DependencyKind.Conflicts, "CONFLICT")]
    [InlineData(DependencyKind.Obsoletes, "OBSOLETE")]
    [InlineData(DependencyKind.Recommends, "RECOMMEND")]
    [InlineData(DependencyKind.Suggests, "SUGGEST")]
    [InlineData(DependencyKind.Supplements, "SUPPLEMENT")]
    [InlineData(DependencyKind.Enhances, "ENHANCE")]
    public async Task Dependencies_are_those_that_rpm_lists(DependencyKind kind, string tag)
    {
        var path = RealRpms.Of("rich", ".x86_64.rpm");
        var package = await Reading.Read(path);
        Assert.NotEmpty(package.Dependencies(kind));
        Assert.Equal(Query(path, $"[%{{{tag}NAME}} %{{{tag}FLAGS}} %{{{tag}VERSION}}\n]"),
            string.Concat(package.Dependencies(kind).Select(d => $"{d.Name} {(uint)d.Flags} {d.Evr}\n")));
        Assert.Equal(Query(path, $"[%{{{tag}NEVRS}}\n]"), string.Concat(package.Dependencies(kind).Select(d => $"{d}\n")));
    }

    [Fact]
    public async Task A_dependency_of_a_scriptlet_is_needed_before()
    {
        var requires = (await Reading.Read(RealRpms.Of("rich", ".x86_64.rpm"))).Dependencies(DependencyKind.Requires);
        Assert.True(requires.Single(d => d.Name == "shadow-utils").Pre);
        Assert.False(requires.Single(d => d.Name == "rich-libs").Pre);
    }

    [Fact]
    public async Task A_source_package_tells_what_it_needs_to_be_built()
    {
        var package = await Reading.Read(RealRpms.Of("rich", ".src.rpm"));
        Assert.True(package.IsSource);
        Assert.Null(package.SourceRpm);
        Assert.Equal("rich-1.2-4.tos1.src.rpm", package.Nevra.FileName);
        Assert.Equal(["(pkgconfig(zlib) or zlib-devel)", "gcc >= 4.8", "make"], package.Requires.Order(StringComparer.Ordinal));
        Assert.Equal(["s390x"], package.ExcludeArchs);
        Assert.Equal(["data.txt", "rich.spec"], package.Files.Select(f => f.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_source_package_without_its_sources_is_named_nosrc()
    {
        var package = await Reading.Read(RealRpms.Of("nosrc", ".nosrc.rpm"));
        Assert.Equal("nosrc-2.0~rc1-3^git5.nosrc.rpm", package.Nevra.FileName);
        Assert.Equal(["noarch", "x86_64"], package.ExclusiveArchs);
        Assert.Equal(["noarch"], package.BuildArchs);
    }

    [Theory]
    [InlineData(RpmFormat.V3)]
    [InlineData(RpmFormat.V4)]
    [InlineData(RpmFormat.V6)]
    public async Task Every_format_is_read_and_verified_and_rpm_agrees(RpmFormat format)
    {
        var synthetic = new SyntheticRpm("formats", "1.5", "2") { Format = format, Epoch = 4, Files = [new("/usr/bin/x", [1, 2, 3]), new("/usr/share/y", "text"u8.ToArray())] };
        var package = await Reading.Verify(synthetic.Build());
        Assert.Equal(format, package.Format);
        Assert.Equal("formats-4:1.5-2.x86_64", package.Nevra.ToString());
        Assert.Equal(["/usr/bin/x", "/usr/share/y"], package.Files.Select(f => f.Path));
        Assert.Equal([3, 4], package.Files.Select(f => f.Size));
        Assert.Equal("formats-1.5-2.src.rpm", package.SourceRpm);
        Assert.Equal("/usr/bin/x\n/usr/share/y\n", Query(synthetic.WriteTo(temp.Path), "[%{FILENAMES}\n]"));
    }

    [Fact]
    public async Task A_package_of_ancient_times_is_source_or_binary_by_its_file_names()
    {
        static SyntheticRpm Ancient(string file) => new("ancient")
        {
            Format = RpmFormat.V3,
            IsSource = true,
            Files = [new(file, [])],
            Header = h => h.Without(RpmTag.SourcePackage).Without(RpmTag.SourceRpm),
        };
        Assert.True((await Reading.Read(Ancient("ancient.spec").Build())).IsSource);
        Assert.False((await Reading.Read(Ancient("/usr/bin/ancient").Build())).IsSource);
    }

    [Fact]
    public async Task Every_real_package_verifies_and_its_payload_begins_where_it_says()
    {
        foreach (var path in RealRpms.All)
        {
            var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
            var package = await Reading.Verify(bytes, path);
            Assert.Equal(package.Header.Bytes.ToArray(), bytes[(int)package.HeaderStart..(int)package.HeaderEnd]);
            Assert.Equal(package.Header.String(RpmTag.PayloadDigest), Convert.ToHexStringLower(SHA256.HashData(bytes.AsSpan((int)package.HeaderEnd))));
            Assert.Equal(Path.GetFileName(path), package.Nevra.FileName);
        }
    }

    [Fact]
    public async Task A_reader_leaves_the_stream_at_the_payload()
    {
        var bytes = new SyntheticRpm("left").Build();
        using var stream = new MemoryStream(bytes);
        var package = await RpmPackage.Read(stream, TestContext.Current.CancellationToken);
        Assert.Equal(package.HeaderEnd, stream.Position);
    }

    /// <summary>What rpm itself says of a file.</summary>
    string Query(string path, string format)
    {
        var answer = HostTool.Run(temp.Path, "rpm", "--define", $"_dbpath {temp["db"]}", "-qp", "--nosignature", "--nodigest", "--qf", format, path).Succeeded();
        return format.EndsWith("\n]", StringComparison.Ordinal) ? answer : answer.TrimEnd('\n');
    }
}
