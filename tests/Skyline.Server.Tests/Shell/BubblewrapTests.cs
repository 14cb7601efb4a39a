using Skyline.Server.Shell;
using Skyline.Testing;

namespace Skyline.Server.Tests.Shell;

/// <summary>What git and dnf's solver are put into, with a /proc and without one, as under the systemd unit.</summary>
public sealed class BubblewrapTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Programs_run_there_and_see_one_folder_and_no_other_process(bool proc)
    {
        var (own, others) = (Directory.CreateTempSubdirectory("skyline-own-").FullName, Directory.CreateTempSubdirectory("skyline-others-").FullName);
        await File.WriteAllTextAsync(Path.Combine(others, "secret"), "secret", Ct);
        string[] around = new Bubblewrap(proc).Around(own, networked: false);
        Task<Tool.Result> Run(params string[] command) => Tool.Run(around[0], [.. around[1..], .. command], Ct);

        Assert.StartsWith("git version", (await Run("git", "--version")).Ok("git"), StringComparison.Ordinal);
        Assert.Equal("here", (await Run("sh", "-c", $"echo here > {own}/x && cat {own}/x")).Ok("sh").Trim());
        Assert.NotEqual(0, (await Run("cat", Path.Combine(others, "secret"))).ExitCode);
        Assert.NotEqual(0, (await Run("ls", "/home")).ExitCode);
        Assert.Equal("", (await Run("sh", "-c", "ls -d /proc/[0-9]* 2>/dev/null | grep -vx -e /proc/1 -e /proc/2 -e /proc/3 -e /proc/4 || :")).Ok("ls").Trim());
        Assert.Equal("", (await Run("sh", "-c", "ls /sys 2>/dev/null || :")).Ok("ls").Trim());
        Directory.Delete(own, recursive: true);
        Directory.Delete(others, recursive: true);
    }

    [Fact]
    public async Task It_works_where_builds_are_isolated() => Assert.NotNull(await Bubblewrap.Find());
}
