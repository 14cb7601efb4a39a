using System.Text.RegularExpressions;
using Skyline.Testing.Rpms;

namespace Skyline.Clients.Tests;

/// <summary>What reads metadata and installs nothing: createrepo_c's reader, and libsolv, which every client of today builds on.</summary>
public sealed class ReaderTests(ServedTag tag) : IDisposable
{
    readonly TempFolder folder = new();
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Createrepo_cs_reader_finds_every_fact_that_createrepo_c_wrote()
    {
        var debian = new ClientRoot(folder.Path);
        CopyTree.Copy(tag.Downloaded, Path.Combine(debian.Srv, "served"));
        CopyTree.Copy(tag.Reference, Path.Combine(debian.Srv, "reference"));
        await File.WriteAllBytesAsync(Path.Combine(debian.Srv, "read-repository.py"), await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "Readers", "read-repository.py"), Ct), Ct);

        var expected = debian.Run("python3", "/srv/read-repository.py", "/srv/reference").Succeeded().Split('\n');

        Assert.Equal(tag.PackageCount + 1, expected.Length);
        Assert.Equal(expected, debian.Run("python3", "/srv/read-repository.py", "/srv/served").Succeeded().Split('\n'));
    }

    [Fact]
    public void Mergerepo_c_reads_it_over_the_network()
    {
        var debian = new ClientRoot(folder.Path);

        debian.Run("mergerepo_c", "--repo", $"{tag.Address}repos/{ServedTag.Name}/{ServedTag.Arch}/", "--all", "--omit-baseurl", "--outputdir", "/srv/merged", "--compress-type", "gz").Succeeded();

        Assert.Equal($"{tag.PackageCount}\n", debian.Run("python3", "-c", "import createrepo_c; print(createrepo_c.RepositoryReader.from_path('/srv/merged').package_count())").Succeeded());
    }

    [Fact]
    public void Sqliterepo_c_makes_its_databases_of_it()
    {
        var debian = new ClientRoot(folder.Path);
        CopyTree.Copy(tag.Downloaded, Path.Combine(debian.Srv, "served"));

        debian.Run("sqliterepo_c", "/srv/served").Succeeded();

        Assert.Single(Directory.GetFiles(Path.Combine(debian.Srv, "served", "repodata"), "*primary.sqlite*"));
    }

    /// <summary>libsolv of this machine, which may be years old, and of Debian unstable.</summary>
    [Theory, InlineData(false), InlineData(true)]
    public void Repo2solv_makes_the_same_of_it_as_of_createrepo_cs_own(bool newest)
    {
        var debian = newest ? new ClientRoot(folder.Path) : null;
        var srv = debian?.Srv ?? folder.Path;
        CopyTree.Copy(tag.Downloaded, Path.Combine(srv, "served"));
        CopyTree.Copy(tag.Reference, Path.Combine(srv, "reference"));

        IReadOnlyList<string> Solvables(string repository)
        {
            Run("repo2solv", "-o", $"{repository}.solv", repository);
            return [.. Regex.Split(Run("dumpsolv", $"{repository}.solv"), "^solvable [0-9]+.*\n", RegexOptions.Multiline).Skip(1).Order(StringComparer.Ordinal)];
        }

        string Run(string program, params string[] arguments) => (debian is null ? HostTool.Run(srv, program, arguments) : debian.Run(program, arguments)).Succeeded();

        var expected = Solvables("reference");
        Assert.Equal(tag.PackageCount, expected.Count);
        Assert.Equal(expected, Solvables("served"));
    }

    public void Dispose() => folder.Dispose();
}
