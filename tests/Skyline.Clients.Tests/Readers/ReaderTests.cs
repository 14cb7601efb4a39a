using System.IO.Compression;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Skyline.Protocol;
using Skyline.Testing.Rpms;

namespace Skyline.Clients.Tests;

/// <summary>What reads metadata and installs nothing: createrepo_c's reader, and libsolv, which every client of today builds on.</summary>
public sealed class ReaderTests(ServedTags tags) : IDisposable
{
    readonly TempFolder folder = new();
    public static readonly TheoryData<TagCompression> Compressions = [TagCompression.Zstd, TagCompression.Gzip];

    public static readonly MatrixTheoryData<TagCompression, bool> CompressionsOldAndNew = new(Compressions.Select(row => row.Data), [false, true]);

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Compressions))]
    public async Task Createrepo_cs_reader_finds_every_fact_that_createrepo_c_wrote(TagCompression compression)
    {
        var tag = tags[compression];
        var debian = new ClientRoot(folder.Path);
        CopyTree.Copy(tag.Downloaded, Path.Combine(debian.Srv, "served"));
        CopyTree.Copy(tag.Reference, Path.Combine(debian.Srv, "reference"));
        await File.WriteAllBytesAsync(Path.Combine(debian.Srv, "read-repository.py"), await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "Readers", "read-repository.py"), Ct), Ct);

        var expected = debian.Run("python3", "/srv/read-repository.py", "/srv/reference").Succeeded().Split('\n');

        Assert.Equal(tag.Packages.Count + 1, expected.Length);
        Assert.Equal(expected, debian.Run("python3", "/srv/read-repository.py", "/srv/served").Succeeded().Split('\n'));
    }

    [Theory, MemberData(nameof(Compressions))]
    public void Mergerepo_c_reads_it_over_the_network(TagCompression compression)
    {
        var tag = tags[compression];
        var debian = new ClientRoot(folder.Path);

        debian.Run("mergerepo_c", "--repo", tag.Repository.ToString(), "--all", "--omit-baseurl", "--outputdir", "/srv/merged", "--compress-type", "gz").Succeeded();

        Assert.Equal($"{tag.Packages.Count}\n", debian.Run("python3", "-c", "import createrepo_c; print(createrepo_c.RepositoryReader.from_path('/srv/merged').package_count())").Succeeded());
    }

    [Theory, MemberData(nameof(Compressions))]
    public void Sqliterepo_c_makes_its_databases_of_it(TagCompression compression)
    {
        var tag = tags[compression];
        var debian = new ClientRoot(folder.Path);
        CopyTree.Copy(tag.Downloaded, Path.Combine(debian.Srv, "served"));

        debian.Run("sqliterepo_c", "/srv/served").Succeeded();

        Assert.Single(Directory.GetFiles(Path.Combine(debian.Srv, "served", "repodata"), "*primary.sqlite*"));
    }

    /// <summary>Clients that know nothing of zstd, as createrepo_c before 1.0.</summary>
    [Fact]
    public void An_old_createrepo_c_reads_gzip()
    {
        Assert.SkipUnless(HostTool.Run("/", "createrepo_c", "--version").Succeeded().Contains(" 0.", StringComparison.Ordinal), "This machine's createrepo_c is not an old one.");

        HostTool.Run(folder.Path, "mergerepo_c", "--repo", tags.Gzip.Repository.ToString(), "--all", "--omit-baseurl", "--no-database", "--outputdir", folder["merged"], "--compress-type", "gz").Succeeded();

        using var merged = new GZipStream(File.OpenRead(Assert.Single(Directory.GetFiles(folder["merged"], "*primary.xml.gz", SearchOption.AllDirectories))), CompressionMode.Decompress);
        Assert.Equal(tags.Gzip.Packages.Count, XDocument.Load(merged).Root!.Elements().Count());
    }

    /// <summary>libsolv of this machine, which may be years old, and of Debian unstable.</summary>
    [Theory, MemberData(nameof(CompressionsOldAndNew))]
    public void Repo2solv_makes_the_same_of_it_as_of_createrepo_cs_own(TagCompression compression, bool newest)
    {
        var tag = tags[compression];
        var debian = newest ? new ClientRoot(folder.Path) : null;
        var srv = debian?.Srv ?? folder.Path;
        CopyTree.Copy(tag.Downloaded, Path.Combine(srv, "served"));
        CopyTree.Copy(tag.Reference, Path.Combine(srv, "reference"));

        IReadOnlyList<string> Solvables(string repository)
        {
            Run("repo2solv", "-o", $"{repository}.solv", repository);
            return [.. Regex.Split(Run("dumpsolv", $"{repository}.solv"), "^solvable [0-9]+.*\n", RegexOptions.Multiline).Skip(1).Select(Questions.Unordered).Order(StringComparer.Ordinal)];
        }

        string Run(string program, params string[] arguments) => (debian is null ? HostTool.Run(srv, program, arguments) : debian.Run(program, arguments)).Succeeded();

        var expected = Solvables("reference");
        Assert.Equal(tag.Packages.Count, expected.Count);
        Assert.Equal(expected, Solvables("served"));
    }

    public void Dispose() => folder.Dispose();
}
