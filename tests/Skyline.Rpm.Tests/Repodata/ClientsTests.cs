using Skyline.Testing.Rpms;

namespace Skyline.Rpm.Tests.Repodata;

/// <summary>The clients that read our metadata in earnest: dnf, createrepo_c's own readers, libsolv's tools.</summary>
public sealed class ClientsTests : IDisposable
{
    static readonly byte[] Comps = """
        <?xml version="1.0" encoding="UTF-8"?>
        <comps><group><id>demo</id><name>Demo</name><description>d</description><default>true</default><uservisible>true</uservisible>
        <packagelist><packagereq type="mandatory">rich</packagereq></packagelist></group></comps>

        """u8.ToArray();

    readonly TempFolder temp = new();

    public void Dispose() => temp.Dispose();

    [Theory]
    [InlineData(MetadataCompression.Zstd)]
    [InlineData(MetadataCompression.Gzip)]
    public async Task Dnf_lists_every_package_with_its_files_and_dependencies(MetadataCompression compression)
    {
        await Publish(compression);
        Assert.Equal(AllPackages, Lines(Dnf("repoquery", "--available", "--qf", "%{name}-%{epoch}:%{version}-%{release}.%{arch}\n")));
        Assert.Contains("/usr/share/rich/ünïcödé", Lines(Dnf("repoquery", "--available", "-l", "rich")));
        Assert.Contains("(foo >= 1 if bar else (baz or qux))", Lines(Dnf("repoquery", "--available", "--requires", "rich")));
        Assert.Equal(["rich-3:1.2-4.tos1.x86_64"], Lines(Dnf("repoquery", "--available", "--whatprovides", "/usr/share/rich/deep/er/file")));
        Assert.Equal(["rich-3:1.2-4.tos1.x86_64"], Lines(Dnf("repoquery", "--available", "--whatprovides", "rich-virtual")));
        Assert.Contains("Newest <entry> & \"more\"", Dnf("repoquery", "--available", "--changelogs", "rich"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MetadataCompression.Zstd)]
    [InlineData(MetadataCompression.Gzip)]
    public async Task Dnf_makes_its_cache_and_knows_the_groups(MetadataCompression compression)
    {
        await Publish(compression, Comps);
        Assert.Contains("Metadata cache created", Dnf("makecache"), StringComparison.Ordinal);
        Assert.Contains("Demo", Dnf("group", "list"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MetadataCompression.Zstd)]
    [InlineData(MetadataCompression.Gzip)]
    public void An_empty_repository_is_sound(MetadataCompression compression)
    {
        Repositories.Save(temp.Path, RepodataFiles.Write([], compression, Repositories.Revision));
        Assert.Contains("Metadata cache created", Dnf("makecache"), StringComparison.Ordinal);
        Assert.Equal([], Lines(Dnf("repoquery", "--available")));
    }

    [Fact]
    public async Task Createrepos_own_reader_takes_our_metadata_for_its_cache()
    {
        await Publish(MetadataCompression.Gzip);
        var before = Repositories.Packages(Repositories.Load(temp.Path, "primary"));
        // With --update it reads what is there, and packages whose size and time it finds unchanged are not opened again:
        // the proof is that they may be empty of content by then.
        foreach (var rpm in Directory.GetFiles(temp.Path, "*.rpm"))
        {
            var (size, time) = (new FileInfo(rpm).Length, File.GetLastWriteTimeUtc(rpm));
            File.WriteAllBytes(rpm, new byte[size]);
            File.SetLastWriteTimeUtc(rpm, time);
        }
        Repositories.Createrepo(temp.Path, "--update");
        var after = Repositories.Packages(Repositories.Load(temp.Path, "primary"));
        Assert.Equal(before, after);
    }

    [Fact]
    public async Task Mergerepo_merges_ours_with_another()
    {
        await Publish(MetadataCompression.Gzip);
        Directory.CreateDirectory(temp["other"]);
        new SyntheticRpm("elsewhere").WriteTo(temp["other"]);
        Repositories.Createrepo(temp["other"]);
        HostTool.Run(temp.Path, "mergerepo_c", "--no-database", "--repo", temp.Path, "--repo", temp["other"], "--outputdir", temp["merged"]).Succeeded();
        Assert.Equal(AllPackages.Length + 1, Repositories.Packages(Repositories.Load(temp["merged"], "primary")).Count);
    }

    [Theory]
    [InlineData(MetadataCompression.Zstd)]
    [InlineData(MetadataCompression.Gzip)]
    public async Task Libsolv_reads_the_repository(MetadataCompression compression)
    {
        await Publish(compression, Comps);
        HostTool.Run(temp.Path, "sh", "-c", "repo2solv -o out.solv . && dumpsolv out.solv > dump").Succeeded();
        var dump = await File.ReadAllTextAsync(temp["dump"], TestContext.Current.CancellationToken);
        Assert.Contains($"repo size: {Directory.GetFiles(temp.Path, "*.rpm").Length} solvables", dump, StringComparison.Ordinal);
        Assert.Contains("solvable:name: rich\n", dump, StringComparison.Ordinal);
        Assert.Contains("  rich-libs = 3:1.2-4.tos1\n", dump, StringComparison.Ordinal);
    }

    /// <summary>By their file names, which tell no epoch: one spec file has one.</summary>
    string[] AllPackages => [.. Directory.GetFiles(temp.Path, "*.rpm").Select(p => Nevra.Parse(Path.GetFileName(p)))
        .Select(n => $"{n.Name}-{(n.Name.StartsWith("rich", StringComparison.Ordinal) ? 3 : 0)}:{n.Version}-{n.Release}.{n.Arch.Replace("nosrc", "src", StringComparison.Ordinal)}")
        .Order(StringComparer.Ordinal)];

    async Task Publish(MetadataCompression compression, byte[]? comps = null)
    {
        foreach (var rpm in RealRpms.All)
            File.Copy(rpm, temp[Path.GetFileName(rpm)]);
        await Repositories.Publish(temp.Path, compression, comps);
    }

    static string[] Lines(string output) =>
        [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => !Chatter.Any(c => l.StartsWith(c, StringComparison.Ordinal))).Order(StringComparer.Ordinal)];

    /// <summary>What dnf, old or new, says beside its answer.</summary>
    static readonly string[] Chatter = ["Added ours repo", "ours ", "Last metadata expiration check", "Updating and loading repositories", "Repositories loaded", " ours "];

    string Dnf(params string[] command)
    {
        Directory.CreateDirectory(temp["logs"]);
        return HostTool.Run(temp.Path, "dnf", ["--installroot", temp["root"], "--releasever=1", "--forcearch=x86_64", "--setopt=reposdir=/dev/null", "--setopt=plugins=0",
            "--setopt=metadata_expire=0", $"--setopt=cachedir={temp["cache"]}", $"--setopt=logdir={temp["logs"]}", $"--repofrompath=ours,file://{temp.Path}", "--setopt=ours.gpgcheck=0", .. command]).Succeeded();
    }
}
