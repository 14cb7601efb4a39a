using System.Formats.Tar;
using System.Text;

namespace Skyline.Builder.Tests;

/// <summary>A machine that has become the build's may write onto the disk of results whatever it likes.</summary>
public sealed class VmResultsTests
{
    readonly string folder = Scratch.Folder("results");

    string Work => Path.Combine(folder, "work");
    string Disk => Path.Combine(folder, "disk");

    [Fact]
    public async Task Files_that_a_build_leaves_are_taken_and_nothing_else()
    {
        Write(tar =>
        {
            foreach (var name in new[] { "requires.now", "timing", "build/SRPMS/a.src.rpm", "build/RPMS/noarch/a.rpm" }) Add(tar, name, name);
            foreach (var name in new[] { "../out", "/etc/out", "build/RPMS/../../../out", "build/RPMS/x/y/out", "build/SPECS/out", ".rpmmacros", "source.src.rpm" }) Add(tar, name, "bad");
        });

        await Take(1 << 20);

        Assert.Equal(["build/RPMS/noarch/a.rpm", "build/SRPMS/a.src.rpm", "requires.now", "timing"],
            Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(path => path != Disk).Select(path => Path.GetRelativePath(Work, path)).Order(StringComparer.Ordinal));
        Assert.Equal("build/RPMS/noarch/a.rpm", await File.ReadAllTextAsync(Path.Combine(Work, "build/RPMS/noarch/a.rpm")));
    }

    [Fact]
    public async Task Links_devices_and_pipes_become_empty_folders()
    {
        Write(tar =>
        {
            tar.WriteEntry(new GnuTarEntry(TarEntryType.SymbolicLink, "build/RPMS/x86_64/a.rpm") { LinkName = "/etc/passwd" });
            tar.WriteEntry(new GnuTarEntry(TarEntryType.HardLink, "build/RPMS/x86_64/b.rpm") { LinkName = "/etc/passwd" });
            tar.WriteEntry(new GnuTarEntry(TarEntryType.Fifo, "build/RPMS/x86_64/c.rpm"));
            tar.WriteEntry(new GnuTarEntry(TarEntryType.BlockDevice, "timing") { DeviceMajor = 8 });
            tar.WriteEntry(new GnuTarEntry(TarEntryType.SymbolicLink, "build/SRPMS") { LinkName = folder });
            Add(tar, "build/SRPMS/a.src.rpm", "no further than here");
        });

        await Take(1 << 20);

        foreach (var name in new[] { "build/RPMS/x86_64/a.rpm", "build/RPMS/x86_64/b.rpm", "build/RPMS/x86_64/c.rpm", "timing" }) Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(Work, name)));
        Assert.True(File.Exists(Path.Combine(Work, "build/SRPMS/a.src.rpm")));
        Assert.False(File.Exists(Path.Combine(folder, "a.src.rpm")));
    }

    [Fact]
    public async Task More_than_the_builds_disk_holds_is_refused()
    {
        Write(tar =>
        {
            Add(tar, "build/SRPMS/a.src.rpm", new string('a', 600));
            Add(tar, "build/RPMS/x86_64/a.rpm", new string('a', 600));
        });

        Assert.Contains("it is larger than the build's disk", (await Assert.ThrowsAsync<BuilderBrokeException>(() => Take(1000))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Archive_that_ends_in_the_middle_is_refused()
    {
        Write(tar => Add(tar, "build/SRPMS/a.src.rpm", new string('a', 2000)));
        await using (var disk = new FileStream(Disk, FileMode.Open)) disk.SetLength(1024);

        Assert.Contains("it ends in the middle", (await Assert.ThrowsAsync<BuilderBrokeException>(() => Take(1 << 20))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Length_that_is_no_number_is_refused()
    {
        Write(tar => Add(tar, "timing", "1 2"));
        await using (var disk = new FileStream(Disk, FileMode.Open))
        {
            disk.Position = 124;
            disk.Write([0x80, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
        }

        Assert.Contains("a length in it is no number", (await Assert.ThrowsAsync<BuilderBrokeException>(() => Take(1 << 20))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Name_that_comes_twice_does_not_overwrite()
    {
        Write(tar =>
        {
            Add(tar, "timing", "1 2");
            Add(tar, "timing", "3 4");
        });

        await Assert.ThrowsAsync<IOException>(() => Take(1 << 20));
    }

    Task Take(long most) => VmResults.Take(Disk, Directory.CreateDirectory(Work).FullName, most, CancellationToken.None);

    void Write(Action<TarWriter> fill)
    {
        using var tar = new TarWriter(File.Create(Disk), TarEntryFormat.Gnu);
        fill(tar);
    }

    static void Add(TarWriter tar, string name, string text) => tar.WriteEntry(new GnuTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });
}
