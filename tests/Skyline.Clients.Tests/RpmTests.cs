using Skyline.Testing.Rpms;

namespace Skyline.Clients.Tests;

/// <summary>rpm's own check of what is served: the machine's rpm 4, and rpm 6, which checks with Sequoia.</summary>
public sealed class RpmTests(ServedTags tags) : IDisposable
{
    readonly ServedTag tag = tags.Zstd;
    readonly TempFolder folder = new();

    public static readonly TheoryData<int> Generations = [4, 6];

    [Theory, MemberData(nameof(Generations))]
    public void The_key_is_taken_from_its_address_and_every_package_is_good_with_it(int generation)
    {
        var rpmkeys = Rpmkeys(generation);

        rpmkeys(["--import", $"{tag.Address}keys/{tag.Name}.asc"]).Succeeded();
        var answer = rpmkeys(["--checksig", .. Packages]).Succeeded();

        Assert.Equal(Packages.Select(package => $"{package}: digests signatures OK"), answer.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory, MemberData(nameof(Generations))]
    public async Task Without_the_key_the_signature_is_seen_and_not_believed(int generation)
    {
        var rpmkeys = Rpmkeys(generation);

        var answer = rpmkeys(["--checksig", "--verbose", Packages[0]]);

        Assert.NotEqual(0, answer.Exit);
        Assert.Matches($"(?i)key id {(await tag.KeyId())[^8..]}|{await tag.KeyId()}", answer.Output);
        Assert.Contains("NOKEY", answer.Output);
    }

    [Theory, MemberData(nameof(Generations))]
    public async Task A_package_of_which_one_byte_was_changed_is_not_good(int generation)
    {
        var rpmkeys = Rpmkeys(generation);
        rpmkeys(["--import", $"{tag.Address}keys/{tag.Name}.asc"]).Succeeded();
        var file = Path.Combine(generation == 4 ? folder.Path : folder["srv"], Packages[0]);
        var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);

        var answer = rpmkeys(["--checksig", Packages[0]]);

        Assert.NotEqual(0, answer.Exit);
        Assert.Contains("DIGESTS", answer.Output);
    }

    IReadOnlyList<string> Packages => tag.Packages;

    /// <summary>With the packages in its working folder and keys of its own.</summary>
    Func<IEnumerable<string>, ToolResult> Rpmkeys(int generation)
    {
        var root = generation == 6 ? new ClientRoot(folder.Path) : null;
        foreach (var package in Directory.EnumerateFiles(tag.Reference, "*.rpm", SearchOption.AllDirectories))
            File.Copy(package, Path.Combine(root?.Srv ?? folder.Path, Path.GetFileName(package)));
        return arguments => root is null
            ? HostTool.Run(folder.Path, "rpmkeys", ["--define", $"_dbpath {folder["db"]}", .. arguments])
            : root.Run("rpmkeys", ["--define", "_dbpath /var/lib/rpm", .. arguments]);
    }

    public void Dispose() => folder.Dispose();
}
