using Skyline.Rpm;
using Skyline.Testing.Rpms;

namespace Skyline.Rpm.Tests.Specs;

/// <summary>A source package's sources, written into a folder: nothing else than they, and nowhere else.</summary>
public sealed class UnpackSourcesTests : IDisposable
{
    static readonly SyntheticFile spec = new("x.spec", "Name: x\n"u8.ToArray());
    readonly string place = Directory.CreateTempSubdirectory("skyline-unpack-").FullName;

    public void Dispose() => Directory.Delete(place, recursive: true);

    [Theory]
    [InlineData(RpmFormat.V4, "gzip")]
    [InlineData(RpmFormat.V6, "zstd")]
    public async Task Sources_are_written_as_they_were_and_the_spec_is_not(RpmFormat format, string compressor)
    {
        var package = new SyntheticRpm("x") { Format = format, IsSource = true, Compressor = compressor, Files = [new("a.tar", new byte[70_001]), spec, new("run.sh", "true\n"u8.ToArray(), 0x89ed)] };

        var written = await Unpack(package, 1 << 20);

        Assert.Equal([At("a.tar"), At("run.sh")], written);
        Assert.Equal(written, Directory.EnumerateFileSystemEntries(place, "*", SearchOption.AllDirectories).Where(path => path != Folder).Order());
        Assert.Equal((70_001, "true\n"), (new FileInfo(At("a.tar")).Length, await File.ReadAllTextAsync(At("run.sh"), TestContext.Current.CancellationToken)));
        // Set-user-id as it came, it is a script like others here.
        Assert.Equal(((UnixFileMode)0x1ed, DateTime.UnixEpoch.AddSeconds(package.BuildTime)), (File.GetUnixFileMode(At("run.sh")), File.GetLastWriteTimeUtc(At("run.sh"))));
    }

    public static TheoryData<string, SyntheticFile[], SyntheticFile[]?> Hostile => new()
    {
        { "not a regular file", [new("a", "/etc"u8.ToArray(), 0xa1ff), spec], null },
        { "not a regular file", [new("a", [], 0x41ed), spec], null },
        { "does not list", [new("a", [1]), spec], [new("../a", [1])] },
        { "does not list", [new("a", [1]), spec], [new("/tmp/a", [1])] },
        { "a second time", [new("a", [1]), spec], [new("a", [1]), new("a", [2])] },
        { "has 9 bytes in the payload and 1 in the header", [new("a", [1]), spec], [new("a", new byte[9])] },
        { "a link to another one", [new("a", [1]), spec], [new("a", [])] },
        { "more than 255 bytes", [new(new string('a', 256), [1]), spec], null },
        { "more than the 1000 bytes allowed", [new("a", new byte[2000]), spec], null },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task What_is_no_plain_file_of_the_headers_is_refused_and_nothing_is_written_outside(string why, SyntheticFile[] files, SyntheticFile[]? inPayload)
    {
        var package = new SyntheticRpm("x") { IsSource = true, Compressor = "none", Files = files, Payload = inPayload is null ? null : SyntheticPayload.Cpio(new("x") { IsSource = true, Files = inPayload }) };

        var refused = await Assert.ThrowsAsync<BadRpmException>(() => Unpack(package, 1000));

        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
        Assert.Equal([Folder], Directory.EnumerateFileSystemEntries(place));
        Assert.All(new DirectoryInfo(Folder).EnumerateFileSystemInfos(), file => Assert.Null(file.LinkTarget));
    }

    string Folder => Path.Combine(place, "sources");

    string At(string name) => Path.Combine(Folder, name);

    async Task<IReadOnlyList<string>> Unpack(SyntheticRpm package, long most)
    {
        Directory.CreateDirectory(Folder);
        using var file = new MemoryStream(package.Build());
        return await UnpackSources.To(Folder, await RpmPackage.Read(file, TestContext.Current.CancellationToken), file, most, TestContext.Current.CancellationToken);
    }
}
