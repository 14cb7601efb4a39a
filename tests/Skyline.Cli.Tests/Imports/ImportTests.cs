using Skyline.Cli.Tests.Running;
using Skyline.Cli.Tests.StandIn;

namespace Skyline.Cli.Tests.Imports;

public sealed class ImportTests
{
    [Fact]
    public async Task All_go_up_and_are_tagged_together_the_highest_version_last()
    {
        await using var server = await StandInServer.Start();
        using var folder = new TempFolder();
        var files = new[] { Package(folder, server, 1001, "hello-10-1"), Package(folder, server, 1002, "hello-9-1"), Package(folder, server, 1003, "hello-10-1"), Package(folder, server, 1004, "alpha-1-1") };

        using var run = await CliRun.Of(server, ["import", "testos", .. files]);

        Assert.Equal((0, ""), (await run.Exit, run.Error));
        Assert.Equal([1001, 1002, 1003, 1004], server.TagWork.Imported.Order());
        // alpha is 702, hello-9 is 701, hello-10 is 700.
        Assert.Equal(["""POST /api/tags/testos/builds {"builds":["702","701","700"],"skipPresent":true}"""], server.TagWork.Changes);
        Assert.Contains("Uploading 4 packages", run.Out, StringComparison.Ordinal);
        Assert.Contains("testos has 4 packages of 3 builds; new there: 1 build.", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_waits_for_the_latest_of_each_package_if_it_is_asked_to()
    {
        await using var server = await StandInServer.Start();
        using var folder = new TempFolder();
        server.TagWork.Waits.Enqueue(new("bb22", true, false, "It holds them."));

        using var run = await CliRun.Of(server, "import", "testos", Package(folder, server, 1001, "hello-10-1"), Package(folder, server, 1002, "hello-9-1"), "--wait", "--json");

        Assert.Equal(0, await run.Exit);
        Assert.Equal(["?wait=0&holds=hello-10-1"], server.TagWork.Waited);
        Assert.Equal(2, run.Json().GetProperty("packages").GetArrayLength());
    }

    [Fact]
    public async Task A_refused_package_is_named_and_nothing_is_tagged()
    {
        await using var server = await StandInServer.Start();
        using var folder = new TempFolder();
        var refused = Samples.SourceRpm(folder.Path, "refused.rpm", size: 2000, type: 0);

        using var run = await CliRun.Of(server, "import", "testos", Package(folder, server, 1001, "hello-10-1"), refused);

        Assert.Equal((3, $"{refused}: There is another one here already.\n"), (await run.Exit, run.Error));
        Assert.Empty(server.TagWork.Changes);
    }

    [Fact]
    public async Task A_file_that_is_no_package_is_told_before_anything_is_sent()
    {
        await using var server = await StandInServer.Start();
        using var folder = new TempFolder();
        var text = Path.Combine(folder.Path, "text.rpm");
        await File.WriteAllTextAsync(text, new string('x', 500));

        using var run = await CliRun.Of(server, "import", "testos", Package(folder, server, 1001, "hello-10-1"), text);

        Assert.Equal((2, $"{text} is no RPM package.\n"), (await run.Exit, run.Error));
        Assert.Empty(server.TagWork.Imported);
    }

    static string Package(TempFolder folder, StandInServer server, long size, string nvr)
    {
        server.TagWork.Imports[size] = nvr;
        return Samples.SourceRpm(folder.Path, $"{size}.rpm", size, type: 0);
    }
}
