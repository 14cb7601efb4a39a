using System.Security.Cryptography;
using Skyline.Cli.Tests.Running;
using Skyline.Cli.Tests.StandIn;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Testing.Rpms;
using TempFolder = Skyline.Cli.Tests.Running.TempFolder;

namespace Skyline.Cli.Tests.Builds;

/// <summary>`skyline rebuild`, `skyline lock` and `skyline compare`.</summary>
public sealed class AgainTests
{
    [Theory]
    [InlineData(true, true, 0, "Bit-identical to build 17.")]
    [InlineData(true, false, 1, "Different from build 17: x86_64/a-1-1.x86_64.rpm. See: skyline compare 17 18")]
    [InlineData(false, false, 0, "Different from build 17: x86_64/a-1-1.x86_64.rpm. See: skyline compare 17 18")]
    public async Task A_rebuild_is_waited_for_and_says_whether_it_came_out_the_same(bool locked, bool identical, int code, string said)
    {
        await using var server = await StandInServer.Start();
        server.Builds.OnAdd = build => build.Completed() with { Rebuild = build.Id == 17 ? null : new(17, locked, identical, identical ? [] : ["x86_64/a-1-1.x86_64.rpm"]) };
        server.Builds.Add("a-1-1");

        using var run = await CliRun.Of(server, ["rebuild", "17", "--wait", .. locked ? ["--locked"] : Array.Empty<string>()]);

        Assert.Equal(code, await run.Exit);
        Assert.Contains(said, run.Out, StringComparison.Ordinal);
        Assert.Equal([(17L, new RebuildOrder(locked))], server.Again.Orders);
    }

    [Fact]
    public async Task A_lock_is_printed_as_the_server_keeps_it_and_what_is_not_kept_is_told_beside()
    {
        await using var server = await StandInServer.Start();
        server.Again.Lock = new(17, 5017, "x86_64", "testos-1", "cafe", 1,
            [new("bash-5.2-1.x86_64", new string('b', 64), 7, "testos", true), new("zlib-1-1.x86_64", new string('a', 64), 8, "testos", false, "It is gone.")]);

        using var run = await CliRun.Of(server, "lock", "17");
        using var refused = await CliRun.Of(server, "lock", "17", "--arch", "s390x");

        Assert.Equal(0, await run.Exit);
        Assert.Equal($"{new string('a', 64)} zlib-1-1.x86_64 8 testos\n{new string('b', 64)} bash-5.2-1.x86_64 7 testos\n", run.Out);
        Assert.Contains("1 of 2 packages are not kept on the server, so this build cannot be made exactly again there. zlib-1-1.x86_64: It is gone.", run.Error, StringComparison.Ordinal);
        Assert.Equal(3, await refused.Exit);
    }

    [Fact]
    public async Task Builds_that_are_identical_end_0_and_builds_that_differ_end_1_with_tag_and_file()
    {
        await using var server = await StandInServer.Start();
        using var same = await CliRun.Of(server, "compare", "17", "18");
        server.Again.Comparison = Different(Rpm("a", [1]), Rpm("a", [2]));
        using var differs = await CliRun.Of(server, "compare", "17", "18");
        using var json = await CliRun.Of(server, "compare", "17", "18", "--json");

        Assert.Equal((0, 1, 1), (await same.Exit, await differs.Exit, await json.Exit));
        Assert.StartsWith("Identical: all 1", same.Out, StringComparison.Ordinal);
        Assert.Contains("tag SUMMARY (1004): A → ␛B", differs.Out, StringComparison.Ordinal);
        Assert.Contains("file /usr/bin/a: mode 100644 → 100755", differs.Out, StringComparison.Ordinal);
        Assert.Contains("Only in build 18: more-1-1.x86_64.rpm", differs.Out, StringComparison.Ordinal);
        Assert.False(json.Json().GetProperty("identical").GetBoolean());
    }

    static RpmDetails Rpm(string name, byte[] bytes) => new($"{name}-1-1.x86_64", $"{name}-1-1.x86_64.rpm", "x86_64", bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)), "11", "/");

    static BuildComparison Different(RpmDetails before, RpmDetails after) => new(17, 18, false, [], ["more-1-1.x86_64.rpm"], 0,
        [new("a", "x86_64", before, after, new PackageDifferences(true, false, [new(1004, "SUMMARY", "A", "\u001bB")], [new("/usr/bin/a", "mode 100644 → 100755")]))]);

    [Fact]
    public async Task Diffoscope_where_it_is_installed_has_the_last_word_unless_it_is_left_away()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/diffoscope"), "diffoscope is not installed (Debian: diffoscope-minimal).");
        await using var server = await StandInServer.Start();
        var (before, after) = (Package("Says hello"), Package("Says good day"));
        server.Again.Files["17/a-1-1.x86_64.rpm"] = before;
        server.Again.Files["18/a-1-1.x86_64.rpm"] = after;
        server.Again.Comparison = Different(Rpm("a", before), Rpm("a", after));
        var world = new CliWorld { Server = server.Url };
        world.Env["PATH"] = "/usr/bin:/bin";

        using var with = await CliRun.Of(world, "compare", "17", "18");
        using var without = await CliRun.Of(world, "compare", "17", "18", "--no-diffoscope");

        Assert.Equal((1, 1), (await with.Exit, await without.Exit));
        Assert.Contains("Says good day", with.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("Says good day", without.Out, StringComparison.Ordinal);
    }

    static byte[] Package(string summary) => new SyntheticRpm("a", "1", "1") { Summary = summary }.Build();

    [Fact]
    public async Task A_package_that_is_not_what_the_server_told_is_not_given_to_diffoscope()
    {
        await using var server = await StandInServer.Start();
        using var folder = new TempFolder();
        // (It would say so if it were started.)
        var stand = Path.Combine(folder.Path, "diffoscope");
        await File.WriteAllTextAsync(stand, "#!/bin/sh\necho started\n");
        File.SetUnixFileMode(stand, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        server.Again.Files["17/a-1-1.x86_64.rpm"] = [1];
        server.Again.Files["18/a-1-1.x86_64.rpm"] = [3];
        server.Again.Comparison = Different(Rpm("a", [1]), Rpm("a", [2]));
        var world = new CliWorld { Server = server.Url };
        world.Env["PATH"] = folder.Path;

        using var run = await CliRun.Of(world, "compare", "17", "18");

        Assert.Equal(3, await run.Exit);
        Assert.Contains("came with another SHA-256 than the server told", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("started", run.Out, StringComparison.Ordinal);
    }
}
